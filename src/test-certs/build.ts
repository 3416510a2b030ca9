import { createPublicKey, type KeyObject } from 'node:crypto'
import {
  type Certificate,
  type DigestName,
  encodeTbsCertificate,
  parseCertificate,
} from '../formats/index.ts'
import type { Clock, Random } from '../signer/index.ts'
import type { Revocation } from './crl.ts'
import { type RelativeDate, resolveDate } from './dates.ts'
import type {
  EntityDeclaration,
  PkiDeclaration,
  Profile,
  RevocationDeclaration,
  SubjectDeclaration,
} from './declaration.ts'
import type { Entity, Pki } from './entity.ts'
import { entityOf, isAuthority, privateKeyOf } from './entity.ts'
import { TestCertsError } from './errors.ts'
import { freshKeys, type KeySource } from './keys.ts'
import { encodeExtensions, encodeSubject, keyIdentifierOf } from './profiles.ts'
import { encodeSigned, signatureAlgorithmFor, signBytes } from './sign.ts'

export interface Environment {
  readonly clock: Clock
  readonly random: Random
}

export interface BuildOptions extends Environment {
  /** Where the responders listen; default `http://127.0.0.1:1`, where nobody does. */
  readonly url?: string
  /** Where keys come from; default new ones, exactly as declared. */
  readonly keys?: KeySource
  /** Builds these entities and their issuers alone. */
  readonly only?: readonly string[]
}

/** What is to be certified; the key may be held anywhere. */
export interface CertificateRequest {
  /** Under which name it is kept: lower-case letters, digits, hyphens. */
  readonly name: string
  /** Entity that issues; the request's own name where self-signed, which needs `key`. */
  readonly issuer: string
  /** As declared, or a Name in DER. */
  readonly subject: SubjectDeclaration | Uint8Array
  /** SubjectPublicKeyInfo in DER. */
  readonly publicKey: Uint8Array
  readonly profile: Profile
  readonly notBefore: RelativeDate
  readonly notAfter: RelativeDate
  readonly digest?: DigestName
  /** false: the certificate names no OCSP responder. */
  readonly ocsp?: boolean
  /** The private key, where it is held here. */
  readonly key?: KeyObject
}

const namePattern = /^[a-z0-9][a-z0-9-]{0,63}$/

/**
 * Builds the declared certificates, dates told from `clock`, serial numbers from `random`. ECDSA values and keys differ
 * from run to run.
 *
 * Throws `ERR_TEST_PKI_ENTITY_UNKNOWN`, `ERR_TEST_PKI_ENTITY_NAME`, `ERR_TEST_PKI_ISSUER_LOOP`,
 * `ERR_TEST_PKI_NOT_A_CA`, `ERR_TEST_PKI_DATE`.
 */
export async function buildPki(declaration: PkiDeclaration, options: BuildOptions): Promise<Pki> {
  const order = issuersFirst(declaration, options.only ?? Object.keys(declaration))
  const source = options.keys ?? freshKeys
  const keys = await Promise.all(order.map((name) => source(name, declaration[name]!.key)))
  const pki: Pki = { url: options.url ?? 'http://127.0.0.1:1', entities: new Map() }
  for (const [i, name] of order.entries()) {
    const entity = declaration[name]!
    const certified = keys[i]!
    const held = entity.holdsAnotherKey ? await source(`${name} other`, entity.key) : certified
    addDeclared(pki, name, entity, certified, held, options)
  }
  return pki
}

function addDeclared(
  pki: Pki,
  name: string,
  entity: EntityDeclaration,
  certified: KeyObject,
  held: KeyObject,
  env: Environment,
): void {
  const publicKey = createPublicKey(certified).export({ type: 'spki', format: 'der' })
  const { issuer, subject, profile, notBefore, notAfter, digest, ocsp, revoked } = entity
  const certificate = makeCertificate(
    pki,
    {
      name,
      issuer,
      subject,
      profile,
      notBefore,
      notAfter,
      publicKey,
      key: certified,
      ...(digest && { digest }),
      ...(ocsp !== undefined && { ocsp }),
    },
    env,
  )
  const revocation = revoked ? resolveRevocation(revoked, env.clock()) : null
  pki.entities.set(name, { name, issuer, certificate, key: held, revocation })
}

/** A declared revocation with its dates as seen from `now`. */
export const resolveRevocation = (
  { at, reason, invalidityDate }: RevocationDeclaration,
  now: Date,
): Revocation => ({
  at: resolveDate(at, now),
  reason,
  ...(invalidityDate && { invalidityDate: resolveDate(invalidityDate, now) }),
})

/** Issues a certificate for a public key and keeps it in `pki`; an entity of the same name is replaced. */
export function issueCertificate(pki: Pki, request: CertificateRequest, env: Environment): Entity {
  const certificate = makeCertificate(pki, request, env)
  const entity: Entity = {
    name: request.name,
    issuer: request.issuer,
    certificate,
    key: request.key ?? null,
    revocation: null,
  }
  pki.entities.set(request.name, entity)
  return entity
}

/** The certificate that `request` asks for, kept nowhere. */
export function makeCertificate(pki: Pki, request: CertificateRequest, env: Environment): Certificate {
  if (!namePattern.test(request.name)) {
    throw new TestCertsError('ERR_TEST_PKI_ENTITY_NAME', { details: { name: request.name } })
  }
  const subject = request.subject instanceof Uint8Array ? request.subject : encodeSubject(request.subject)
  const issuer = request.issuer === request.name ? null : entityOf(pki, request.issuer)
  if (issuer && !isAuthority(issuer)) {
    throw new TestCertsError('ERR_TEST_PKI_NOT_A_CA', { details: { name: issuer.name } })
  }
  const key = issuer ? privateKeyOf(issuer) : request.key
  if (!key) throw new TestCertsError('ERR_TEST_PKI_KEY_EXTERNAL', { details: { name: request.name } })
  const signatureAlgorithm = signatureAlgorithmFor(key, request.digest)
  const now = env.clock()
  const tbs = encodeTbsCertificate({
    serialNumber: newSerialNumber(env.random),
    signatureAlgorithm,
    issuer: issuer?.certificate.subject.der ?? subject,
    notBefore: resolveDate(request.notBefore, now),
    notAfter: resolveDate(request.notAfter, now),
    subject,
    publicKey: request.publicKey,
    extensions: encodeExtensions({
      profile: request.profile,
      publicKey: request.publicKey,
      issuerKeyIdentifier: issuer
        ? (issuer.certificate.subjectKeyIdentifier ?? keyIdentifierOf(issuer.certificate.publicKey))
        : keyIdentifierOf(request.publicKey),
      places: issuer ? placesOf(pki, issuer, request) : null,
    }),
  })
  return parseCertificate(encodeSigned(tbs, signatureAlgorithm, signBytes(key, signatureAlgorithm, tbs)))
}

/** Where to ask about the certificate: a root has CRLs alone and hands out its certificate as .p7b, as in real life. */
function placesOf(pki: Pki, issuer: Entity, request: CertificateRequest) {
  const isRoot = issuer.issuer === issuer.name
  return {
    crl: request.profile.ocspNoCheck ? null : `${pki.url}/crl/${issuer.name}.crl`,
    ocsp: isRoot || request.ocsp === false ? null : `${pki.url}/ocsp`,
    issuer: `${pki.url}/ca/${issuer.name}.${isRoot ? 'p7b' : 'cer'}`,
  }
}

/** Sixteen octets, positive and never short (RFC 5280, 4.1.2.2). */
function newSerialNumber(random: Random): Uint8Array {
  const serial = random(16).slice()
  serial[0] = (serial[0]! & 0x3f) | 0x40
  return serial
}

function issuersFirst(declaration: PkiDeclaration, names: readonly string[]): string[] {
  const order: string[] = []
  const visit = (name: string, below: readonly string[]): void => {
    if (order.includes(name)) return
    const entity = Object.hasOwn(declaration, name) ? declaration[name] : undefined
    if (!entity) throw new TestCertsError('ERR_TEST_PKI_ENTITY_UNKNOWN', { details: { name } })
    if (below.includes(name)) throw new TestCertsError('ERR_TEST_PKI_ISSUER_LOOP', { details: { name } })
    if (entity.issuer !== name) visit(entity.issuer, [...below, name])
    order.push(name)
  }
  for (const name of names) visit(name, [])
  return order
}
