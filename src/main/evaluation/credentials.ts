import type { Certificate } from '../../formats/index.ts'
import type { KeyEntry, KeyProvider } from '../../pkcs11/index.ts'
import {
  chainOf,
  type EntityDeclaration,
  type Environment,
  encodeSubject,
  faults,
  issueCertificate,
  type Pki,
  resolveRevocation,
  saveCa,
} from '../../test-certs/index.ts'
import { MainError } from '../errors.ts'
import { pkiFolder } from './authorities.ts'
import { readCertificationRequest } from './certification-request.ts'
import { type CredentialDeclaration, type CredentialState, evaluationCredentials } from './declaration.ts'

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
 * The keys of the evaluation's credentials, by name: those that the token has already, and the others made in it, unless
 * their name is `certified`. Throws `ERR_MAIN_KEYS_GONE`: instead of a key that was certified once no other
 * may sign.
 */
export async function ensureKeys(
  keys: KeyProvider,
  instanceId: string,
  certified: ReadonlySet<string>,
): Promise<ReadonlyMap<string, KeyEntry>> {
  const held = await keys.listKeys()
  const entries = new Map<string, KeyEntry>()
  // one after the other: SoftHSM was seen to fail where two sessions write objects at once
  for (const declaration of evaluationCredentials) {
    const label = labelOf(instanceId, declaration)
    const mine = held.filter((entry) => entry.label === label)
    // a crash between making a key and certifying it leaves it without certificate, and it is as good as new
    const found = mine.find(({ certificate }) => certificate !== null) ?? mine[0]
    if (!found && certified.has(declaration.name))
      throw new MainError('ERR_MAIN_KEYS_GONE', { details: { what: label } })
    entries.set(declaration.name, found ?? (await keys.generateKey(declaration.spec, label)))
  }
  return entries
}

/** How the certificate of a credential in each state comes to be in it. */
const fates: Readonly<
  Record<CredentialState, Pick<EntityDeclaration, 'notBefore' | 'notAfter' | 'revoked'>>
> = {
  valid: { notBefore: '-1d', notAfter: '+3y' },
  expired: faults.expired.change,
  revoked: { notBefore: '-30d', notAfter: '+3y', ...faults.revoked.change },
  suspended: { notBefore: '-30d', notAfter: '+3y', ...faults.suspended.change },
}

function certify(
  pki: Pki,
  { name, profile, state }: CredentialDeclaration,
  request: { readonly subject: Uint8Array; readonly publicKey: Uint8Array },
  env: Environment,
): void {
  const { notBefore, notAfter, revoked } = fates[state]
  const wanted = { name, issuer: 'public-ca', profile, notBefore, notAfter, ...request }
  const entity = issueCertificate(pki, wanted, env)
  if (revoked) pki.entities.set(name, { ...entity, revocation: resolveRevocation(revoked, env.clock()) })
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
    certify(pki, declaration, request, env)
    issued = true
  }
  if (issued) saveCa(pkiFolder(dataFolder), pki)
  const certified: Certified[] = []
  for (const declaration of evaluationCredentials) {
    const key = entries.get(declaration.name)!
    const [endEntity, ...issuers] = chainOf(pki, declaration.name)
    if (!key.certificate || !Buffer.from(key.certificate).equals(endEntity!.der)) {
      await keys.importCertificate(key.id, endEntity!.der)
    }
    certified.push({ declaration, key, chain: [endEntity!, ...issuers.slice(0, -1)] })
  }
  return certified
}
