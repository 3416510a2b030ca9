import { generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import type { KeyKind } from './declaration.ts'

const generate = promisify(generateKeyPair) as (
  type: string,
  options: object,
) => Promise<{ privateKey: KeyObject; publicKey: KeyObject }>

/** Where a declared entity's private key comes from; asked once per entity. */
export type KeySource = (entity: string, kind: KeyKind) => Promise<KeyObject>

/** A new private key of the kind asked for. */
export async function generatePrivateKey(kind: KeyKind): Promise<KeyObject> {
  if (kind === 'ed25519') return (await generate('ed25519', {})).privateKey
  if (kind.startsWith('ecdsa-p')) {
    return (await generate('ec', { namedCurve: `P-${kind.slice('ecdsa-p'.length)}` })).privateKey
  }
  return (await generate('rsa', { modulusLength: Number(kind.slice('rsa-'.length)) })).privateKey
}

/** Keys exactly as declared, new each time. */
export const freshKeys: KeySource = (_entity, kind) => generatePrivateKey(kind)

const kept = new Map<string, Promise<KeyObject>>()

/**
 * Keys for unit tests: made on first use, kept for the life of the process, one per entity; RSA-3072 and RSA-4096 are
 * made as RSA-2048, since searching for their primes takes seconds.
 */
export const quickKeys: KeySource = (entity, kind) => {
  const quick = kind === 'rsa-3072' || kind === 'rsa-4096' ? 'rsa-2048' : kind
  const name = `${entity} ${quick}`
  let key = kept.get(name)
  if (!key) {
    key = generatePrivateKey(quick)
    kept.set(name, key)
  }
  return key
}
