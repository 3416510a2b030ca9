import {
  ANY_POLICY,
  type Certificate,
  certificatePolicies,
  FormatError,
  inhibitAnyPolicy,
  issuerAltName,
  type NameConstraints,
  nameConstraints,
  type PolicyConstraints,
  type PolicyMapping,
  policyConstraints,
  policyMappings,
  subjectAltName,
} from '../../formats/index.ts'

/**
 * Extensions that may be critical since somebody here heeds them: paths, revocation (distribution points, freshest CRL,
 * nocheck, authority information access), the signing certificate's purposes. Key identifiers and issuerAltName ask nothing.
 */
const heeded = new Set([
  '2.5.29.14',
  '2.5.29.15',
  '2.5.29.17',
  '2.5.29.18',
  '2.5.29.19',
  '2.5.29.30',
  '2.5.29.31',
  '2.5.29.32',
  '2.5.29.33',
  '2.5.29.35',
  '2.5.29.36',
  '2.5.29.37',
  '2.5.29.46',
  '2.5.29.54',
  '1.3.6.1.5.5.7.1.1',
  '1.3.6.1.5.5.7.48.1.5',
  '0.4.0.194121.2.1',
])

/** OIDs of critical extensions that nobody here knows (RFC 5280, 4.2). */
export const unknownCriticalExtensions = (certificate: Certificate): string[] =>
  certificate.extensions.filter(({ oid, critical }) => critical && !heeded.has(oid)).map(({ oid }) => oid)

/** What path validation reads of a certificate besides what every reader needs. */
export interface PathExtensions {
  readonly policies: readonly string[] | null
  readonly mappings: readonly PolicyMapping[]
  readonly constraints: PolicyConstraints
  readonly inhibitAny: number | null
  readonly names: NameConstraints | null
  /** Code or OID of one that cannot be read; what it says is then unknown, and the others are as they stand. */
  readonly malformed: string | null
}

const none: PolicyConstraints = { requireExplicitPolicy: null, inhibitPolicyMapping: null }
const known = new WeakMap<Certificate, PathExtensions>()

export function readPathExtensions(certificate: Certificate): PathExtensions {
  let found = known.get(certificate)
  if (!found) {
    found = readAll(certificate)
    known.set(certificate, found)
  }
  return found
}

function readAll(certificate: Certificate): PathExtensions {
  let malformed: string | null = null
  const read = <T>(reader: (certificate: Certificate) => T | undefined): T | null => {
    try {
      return reader(certificate) ?? null
    } catch (error) {
      if (!(error instanceof FormatError)) throw error
      malformed ??= String(error.details['oid'] ?? error.code)
      return null
    }
  }
  read(subjectAltName)
  const isCritical = certificate.extensions.some(({ oid, critical }) => oid === '2.5.29.18' && critical)
  if (isCritical) read(issuerAltName)
  return {
    policies: read(certificatePolicies),
    mappings: read(policyMappings) ?? [],
    constraints: read(policyConstraints) ?? none,
    inhibitAny: read(inhibitAnyPolicy),
    names: read(nameConstraints),
    malformed,
  }
}

/** Whether a mapping has anyPolicy on either side, which no certificate may (RFC 5280, 6.1.4 (a)). */
export const mapsAnyPolicy = (mappings: readonly PolicyMapping[]): boolean =>
  mappings.some(
    ({ issuerDomainPolicy, subjectDomainPolicy }) =>
      issuerDomainPolicy === ANY_POLICY || subjectDomainPolicy === ANY_POLICY,
  )
