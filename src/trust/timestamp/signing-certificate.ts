import {
  AnkyError,
  attributeValues,
  type Certificate,
  type CertificateReference,
  isEqual,
  matchReference,
  parseSigningCertificate,
  type SignerInfo,
} from '../../formats/index.ts'

/** What ESSCertIDv2 and ESSCertID say of the signer's certificate (RFC 5816, 2.2; RFC 5035, 4). */
export interface NamedCertificate {
  /** The first of each attribute: it is the signer's. */
  readonly references: readonly CertificateReference[]
  readonly isMalformed: boolean
  /** An attribute, or a value of one, stands more than once. */
  readonly isRepeated: boolean
}

export function readReferences(signer: SignerInfo): NamedCertificate {
  const references: CertificateReference[] = []
  let isMalformed = false
  let isRepeated = false
  for (const [name, version] of [
    ['signing-certificate-v2', 2],
    ['signing-certificate', 1],
  ] as const) {
    const { attributes, values } = attributeValues(signer.signedAttributes, name)
    isRepeated ||= attributes > 1 || values.length > 1
    for (const value of values) {
      const reference = readFirst(value, version)
      if (reference) references.push(reference)
      else isMalformed = true
    }
  }
  return { references, isMalformed, isRepeated }
}

function readFirst(value: Uint8Array, version: 1 | 2): CertificateReference | null {
  try {
    return parseSigningCertificate(value, version).certificates[0] ?? null
  } catch (error) {
    if (error instanceof AnkyError) return null
    throw error
  }
}

/** Whether every reference is to `certificate`; also true where there are none. */
export const isReferenced = (
  certificate: Certificate,
  references: readonly CertificateReference[],
): boolean =>
  references.every((reference) => {
    const { digestMatches, issuerSerialMatches } = matchReference(reference, certificate)
    return digestMatches && issuerSerialMatches !== false
  })

/** Whether sid names `certificate` (RFC 5652, 5.3). */
export function isNamedBySid(certificate: Certificate, { sid }: SignerInfo): boolean {
  if (sid.kind === 'issuerAndSerialNumber') {
    return (
      isEqual(sid.issuer.der, certificate.issuer.der) && isEqual(sid.serialNumber, certificate.serialNumber)
    )
  }
  const { subjectKeyIdentifier } = certificate
  return subjectKeyIdentifier !== undefined && isEqual(sid.keyIdentifier, subjectKeyIdentifier)
}
