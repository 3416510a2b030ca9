import {
  attributeValues,
  type Certificate,
  type CertificateReference,
  FormatError,
  isEqual,
  matchReference,
  parseSigningCertificate,
  type SignerInfo,
} from '../../formats/index.ts'
import { isSameName } from '../../trust/index.ts'
import type { SigningCertificateReferenceFacts } from '../facts.ts'
import type { CertificatePool } from './certificate-pool.ts'

/** Certificates tried for one signature: a hostile bag of a thousand namesakes costs no more. */
const MAX_TRIED = 32

/** What the signed attributes say about the signer's certificate. */
export interface SignerReference {
  /** Attributes or values, of both versions together. */
  readonly count: number
  /** Certificates that they name, the first value of each version. */
  readonly names: number
  /** null: no attribute, or the first cannot be read. */
  readonly first: CertificateReference | null
}

/**
 * The first reference of signing-certificate-v2, or else of signing-certificate: the one that is the signer's own (RFC
 * 5035, 3 and 4).
 */
export function readSignerReference(info: SignerInfo): SignerReference {
  const v2 = attributeValues(info.signedAttributes, 'signing-certificate-v2')
  const v1 = attributeValues(info.signedAttributes, 'signing-certificate')
  const count = Math.max(v2.attributes, v2.values.length) + Math.max(v1.attributes, v1.values.length)
  const named = [readNames(v2.values[0], 2), readNames(v1.values[0], 1)]
  const names = named.reduce((sum, certificates) => sum + (certificates?.length ?? 0), 0)
  const own = v2.values[0] ? named[0] : named[1]
  return { count, names, first: own?.[0] ?? null }
}

/** null where there is none, or it cannot be read. */
function readNames(value: Uint8Array | undefined, version: 1 | 2): readonly CertificateReference[] | null {
  if (!value) return null
  try {
    return parseSigningCertificate(value, version).certificates
  } catch (error) {
    if (error instanceof FormatError) return null
    throw error
  }
}

export function describeReference(
  { count, names, first }: SignerReference,
  certificate: Certificate | null,
): SigningCertificateReferenceFacts {
  const counted = { attributes: count, names, digest: first ? (first.digest ?? first.digestOid) : null }
  if (!first || !certificate) {
    return { ...counted, digestMatches: false, issuerSerialMatches: null }
  }
  // the SHA-256 of a certificate is known anyway
  const digestMatches =
    first.digest === 'sha256' && Buffer.from(first.hash).toString('hex') === certificate.sha256
  if (digestMatches && !first.issuerSerial) {
    return { ...counted, digestMatches, issuerSerialMatches: null }
  }
  const matched = matchReference(first, certificate)
  return {
    ...counted,
    ...matched,
    issuerSerialMatches:
      matched.issuerSerialMatches === false ? isSameIssuer(first, certificate) : matched.issuerSerialMatches,
  }
}

/** As names are compared, whatever types their strings are of (RFC 5280, 7.1). */
const isSameIssuer = (
  { issuerSerial }: CertificateReference,
  { issuer, serialNumber }: Certificate,
): boolean =>
  !!issuerSerial?.issuer &&
  isEqual(issuerSerial.serialNumber, serialNumber) &&
  isSameName(issuerSerial.issuer, issuer)

/**
 * The one certificate of a SignerInfo: of those that its signed attributes name by digest and those that its sid names, the
 * first whose key verifies, else the first. The signed reference goes before the sid, which nobody signed; where a certificate
 * stands in the bag counts for nothing, and one that merely has the key is not taken. Where nothing signed names any and
 * several certificates have the key, none is: who puts another name into the sid would choose whose signature it is (RFC
 * 5035, 1; EN 319 102-1 V1.4.1, 5.2.3).
 */
export function findSigningCertificate(
  info: SignerInfo,
  reference: SignerReference,
  pool: CertificatePool,
  verify: (certificate: Certificate) => boolean | null,
): { certificate: Certificate | null; valueIntact: boolean | null; isNamed: boolean } {
  const named = pool.namedBy(info.sid)
  const referenced = reference.first && pool.withDigest(reference.first)
  const order = [...new Set([...(referenced ? [referenced] : []), ...named])].slice(0, MAX_TRIED)
  let first: { certificate: Certificate; valueIntact: boolean | null; isNamed: boolean } | null = null
  for (const certificate of order) {
    const found = { certificate, valueIntact: verify(certificate), isNamed: named.includes(certificate) }
    if (found.valueIntact) return reference.count === 0 && pool.hasTwin(certificate) ? nobody : found
    first ??= found
  }
  return first ?? nobody
}

const nobody = { certificate: null, valueIntact: null, isNamed: false }
