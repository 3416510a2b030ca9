import type { Certificate } from '../../formats/index.ts'
import type { KeyEntry, KeyProvider } from '../../pkcs11/index.ts'
import {
  chainOf,
  type Environment,
  encodeSubject,
  issueCertificate,
  type Pki,
  saveCa,
} from '../../test-certs/index.ts'
import { MainError } from '../errors.ts'
import { pkiFolder } from './authorities.ts'
import { readCertificationRequest } from './certification-request.ts'
import { type CredentialDeclaration, evaluationCredentials } from './declaration.ts'

/** A key in the token with its certificate. */
export interface Certified {
  readonly declaration: CredentialDeclaration
  readonly key: KeyEntry
  /** End entity first, without the root. */
  readonly chain: readonly Certificate[]
}

/** Between hospitals and data folders that share a token, labels tell keys apart. */
const labelOf = (instanceId: string, { name }: CredentialDeclaration): string =>
  `anky-${instanceId.slice(0, 8)}-${name}`

/**
 * The keys of the evaluation's credentials, by name: those that the token has already, and on the first run the others
 * made in it, side by side. Throws `ERR_MAIN_KEYS_GONE`: a key that is made later signs for nobody.
 */
export async function ensureKeys(
  keys: KeyProvider,
  instanceId: string,
  isFirstRun: boolean,
): Promise<ReadonlyMap<string, KeyEntry>> {
  const held = await keys.listKeys()
  const entries = evaluationCredentials.map(async (declaration) => {
    const label = labelOf(instanceId, declaration)
    const mine = held.filter((entry) => entry.label === label)
    // a crash between making a key and certifying it leaves it without certificate, and it is as good as new
    const found = mine.find(({ certificate }) => certificate !== null) ?? mine[0]
    if (!found && !isFirstRun) throw new MainError('ERR_MAIN_KEYS_GONE', { details: { what: label } })
    return [declaration.name, found ?? (await keys.generateKey(declaration.spec, label))] as const
  })
  return new Map(await Promise.all(entries))
}

/**
 * Certifies each key that has no certificate of this PKI: request signed by the key, certificate by the public CA, kept by the
 * authorities (who answer for it), then beside the key. Repeated after a crash it goes on where that came.
 */
export async function certifyKeys(options: {
  readonly keys: KeyProvider
  readonly entries: ReadonlyMap<string, KeyEntry>
  readonly pki: Pki
  readonly dataFolder: string
  readonly env: Environment
}): Promise<Certified[]> {
  const { keys, entries, pki, dataFolder, env } = options
  let issued = false
  for (const declaration of evaluationCredentials) {
    const { id, publicKey } = entries.get(declaration.name)!
    const known = pki.entities.get(declaration.name)?.certificate
    if (known && Buffer.from(known.publicKey).equals(publicKey)) continue
    const request = readCertificationRequest(await keys.createCsr(id, encodeSubject(declaration.subject)))
    if (!request)
      throw new MainError('ERR_MAIN_KEYS_UNAVAILABLE', { details: { reason: 'its request is not signed' } })
    const { name, profile } = declaration
    const validity = { notBefore: '-1d', notAfter: '+3y' } as const
    issueCertificate(pki, { name, issuer: 'public-ca', profile, ...request, ...validity }, env)
    issued = true
  }
  if (issued) saveCa(pkiFolder(dataFolder), pki)
  return Promise.all(
    evaluationCredentials.map(async (declaration) => {
      const key = entries.get(declaration.name)!
      const [endEntity, ...issuers] = chainOf(pki, declaration.name)
      if (!key.certificate || !Buffer.from(key.certificate).equals(endEntity!.der)) {
        await keys.importCertificate(key.id, endEntity!.der)
      }
      return { declaration, key, chain: [endEntity!, ...issuers.slice(0, -1)] }
    }),
  )
}
