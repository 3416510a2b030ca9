import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type Certificate, createDigest, type DigestName } from '../../src/formats/index.ts'
import {
  type AlgorithmWish,
  checkBeforeRelease,
  finishSignature,
  type PadesOptions,
  type PreparedSignature,
  prepareCades,
  preparePades,
  selectAlgorithm,
} from '../../src/signer/index.ts'
import { chainOf, entityOf, privateKeyOf, signBytes } from '../../src/test-certs/index.ts'
import type { Algorithm } from './algorithms.ts'
import type { World } from './world.ts'

export type Level = 'B-B' | 'B-T'

export interface PdfWish {
  readonly level: Level
  readonly visible?: NonNullable<PadesOptions['visible']>
  readonly password?: string
}

/** A PDF signed as the service signs it: selected, prepared, signed, finished, checked before release. */
export async function signPdf(
  world: World,
  document: Uint8Array,
  { entity, wish }: Algorithm,
  options: PdfWish,
): Promise<Uint8Array> {
  const { chain, issuers, algorithm, digest } = choose(world, entity, wish)
  const timestamps = options.level === 'B-T' ? world.timestamps : null
  const prepared = await preparePades(
    document,
    {
      chain,
      algorithm,
      ...options,
      reason: 'Ký kiểm tra tương thích',
      location: 'BỆNH VIỆN THỬ NGHIỆM A',
      ...(timestamps && { timestampSize: await timestamps.tokenSize(digest) }),
    },
    world.env,
  )
  const appended = await complete(world, entity, prepared, { issuers, document, contentDigest: null })
  return Buffer.concat([document, appended])
}

/** A detached CAdES signature over a file. */
export async function signDetached(
  world: World,
  file: string,
  { entity, wish }: Algorithm,
  level: Level,
): Promise<Uint8Array> {
  const { chain, issuers, algorithm, digest } = choose(world, entity, wish)
  const bytes = readFileSync(file)
  const digestOf = async (name: DigestName): Promise<Uint8Array> => createDigest(name).update(bytes).digest()
  const content = {
    digestOf,
    length: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  }
  const prepared = await prepareCades(content, { chain, algorithm, level }, world.env)
  return complete(world, entity, prepared, { issuers, document: null, contentDigest: await digestOf(digest) })
}

/** Signs what was prepared, finishes it and holds it to the check before release. */
async function complete(
  world: World,
  entity: string,
  prepared: PreparedSignature,
  against: Pick<Parameters<typeof checkBeforeRelease>[0], 'issuers' | 'document' | 'contentDigest'>,
): Promise<Uint8Array> {
  const data = Buffer.from(prepared.signedAttributes, 'base64')
  const value = signBytes(privateKeyOf(entityOf(world.pki, entity)), prepared.algorithm, data)
  const timestamps = prepared.level === 'B-T' ? world.timestamps : null
  const finished = await finishSignature(prepared, value, timestamps)
  const { tsaCertificates, env } = world
  const evidence = { data: [] }
  await checkBeforeRelease({ prepared, finished, ...against, tsaCertificates, evidence, now: env.clock() })
  return finished.bytes
}

function choose(world: World, entity: string, wish: AlgorithmWish) {
  const chain: Certificate[] = chainOf(world.pki, entity)
  const issuers = [chain.at(-1)!]
  return { chain: chain.slice(0, -1), issuers, ...selectAlgorithm(chain[0]!, null, wish) }
}
