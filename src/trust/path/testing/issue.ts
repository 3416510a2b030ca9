import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import {
  type Certificate,
  der,
  encodeName,
  encodeSignatureAlgorithm,
  encodeTbsCertificate,
  type NameAttributeInput,
  parseCertificate,
  parseName,
} from '../../../formats/index.ts'
import { signatureAlgorithmFor, signBytes } from '../../../test-certs/index.ts'

/** A certificate and the private key that belongs to it. */
export interface Holder {
  readonly certificate: Certificate
  readonly key: KeyObject
  readonly publicKey: Uint8Array
}

export interface IssueOptions {
  /** The common name, or the whole name. */
  readonly subject: string | readonly (readonly NameAttributeInput[])[]
  /** Absent: self-signed. */
  readonly by?: Holder
  /** Default: the issuer's subject. */
  readonly issuer?: string
  /** Whose key it certifies; default a new one. */
  readonly keyOf?: Pick<Holder, 'key' | 'publicKey'>
  /** basicConstraints; absent: none. */
  readonly ca?: true | { readonly pathLength: number }
  readonly keyUsage?: Uint8Array
  readonly extensions?: readonly Uint8Array[]
  readonly notBefore?: Date
  readonly notAfter?: Date
}

const CN = '2.5.4.3'
let serial = 0

/** A fresh key pair on P-256. */
export function newKey(): Pick<Holder, 'key' | 'publicKey'> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  return { key: privateKey, publicKey: new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })) }
}

const encodeSubject = (subject: IssueOptions['subject']): Uint8Array =>
  encodeName(typeof subject === 'string' ? [[{ oid: CN, value: subject }]] : subject)

/** Issues a certificate, valid from 2025 to 2035 unless said otherwise, with exactly the extensions asked for: none, version 1. */
export function issue(options: IssueOptions): Holder {
  const { by, ca, keyOf = newKey(), extensions = [] } = options
  const subject = encodeSubject(options.subject)
  const signer = by?.key ?? keyOf.key
  const isDsa = signer.asymmetricKeyType === 'dsa'
  const signatureAlgorithm = isDsa
    ? ({ scheme: 'dsa', digest: 'sha256' } as const)
    : signatureAlgorithmFor(signer)
  const basicConstraints = ca && [
    extension(
      '2.5.29.19',
      true,
      der.sequence(der.boolean(true), ...(ca === true ? [] : [der.integer(ca.pathLength)])),
    ),
  ]
  const tbs = encodeTbsCertificate({
    serialNumber: Uint8Array.of(1, ++serial >> 8, serial & 0xff),
    signatureAlgorithm,
    issuer: options.issuer ? encodeSubject(options.issuer) : (by?.certificate.subject.der ?? subject),
    notBefore: options.notBefore ?? new Date('2025-01-01T00:00:00Z'),
    notAfter: options.notAfter ?? new Date('2035-01-01T00:00:00Z'),
    subject,
    publicKey: keyOf.publicKey,
    extensions: [
      ...(basicConstraints ?? []),
      ...(options.keyUsage ? [extension('2.5.29.15', true, options.keyUsage)] : []),
      ...extensions,
    ],
  })
  const certificate = der.sequence(
    tbs,
    encodeSignatureAlgorithm(signatureAlgorithm),
    der.bitString(isDsa ? sign('sha256', tbs, signer) : signBytes(signer, signatureAlgorithm, tbs)),
  )
  return { certificate: parseCertificate(certificate), key: keyOf.key, publicKey: keyOf.publicKey }
}

/** The certificate with its signature value's last octet changed. */
export function spoil(certificate: Certificate): Certificate {
  const bytes = certificate.der.slice()
  bytes[bytes.length - 1]! ^= 1
  return parseCertificate(bytes)
}

export const extension = (oid: string, critical: boolean, value: Uint8Array): Uint8Array =>
  der.sequence(der.oid(oid), ...(critical ? [der.boolean(true)] : []), der.octetString(value))

/** KeyUsage of one octet: bit 0 is the highest. */
export const keyUsageOf = (...bits: readonly number[]): Uint8Array =>
  der.bitString(Uint8Array.of(bits.reduce((sum, bit) => sum | (0x80 >> bit), 0)), 7 - Math.max(...bits))

export const policies = (...oids: readonly string[]): Uint8Array =>
  extension('2.5.29.32', false, der.sequence(...oids.map((oid) => der.sequence(der.oid(oid)))))

export const mappings = (...pairs: readonly (readonly [string, string])[]): Uint8Array =>
  extension('2.5.29.33', true, der.sequence(...pairs.map(([a, b]) => der.sequence(der.oid(a), der.oid(b)))))

export const policyLimits = (explicit: number | null, mapping: number | null = null): Uint8Array =>
  extension(
    '2.5.29.36',
    true,
    der.sequence(
      ...(explicit === null ? [] : [der.implicit(0, der.integer(explicit))]),
      ...(mapping === null ? [] : [der.implicit(1, der.integer(mapping))]),
    ),
  )

export const noAnyPolicyAfter = (certificates: number): Uint8Array =>
  extension('2.5.29.54', true, der.integer(certificates))

/** GeneralNames in DER. */
export const general = {
  other: (oid: string) => der.implicit(0, der.sequence(der.oid(oid), der.explicit(0, der.utf8String('x')))),
  email: (text: string) => der.implicit(1, der.ia5String(text)),
  dns: (text: string) => der.implicit(2, der.ia5String(text)),
  directory: (subject: IssueOptions['subject']) => der.explicit(4, encodeSubject(subject)),
  uri: (text: string) => der.implicit(6, der.ia5String(text)),
  ip: (...octets: readonly number[]) => der.implicit(7, der.octetString(Uint8Array.from(octets))),
  registered: (oid: string) => der.implicit(8, der.oid(oid)),
}

export const alternativeNames = (...names: readonly Uint8Array[]): Uint8Array =>
  extension('2.5.29.17', false, der.sequence(...names))

/** NameConstraints with these bases. */
export function constrainTo(
  permitted: readonly Uint8Array[],
  excluded: readonly Uint8Array[] = [],
): Uint8Array {
  const list = (tag: number, bases: readonly Uint8Array[]): Uint8Array[] =>
    bases.length === 0 ? [] : [der.implicit(tag, der.sequence(...bases.map((base) => der.sequence(base))))]
  return extension('2.5.29.30', true, der.sequence(...list(0, permitted), ...list(1, excluded)))
}

export const nameOf = (rdns: readonly (readonly NameAttributeInput[])[]) => parseName(encodeName(rdns))

/** CPU time of this process so far, in milliseconds: how much work something was, whatever else the machine does. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
