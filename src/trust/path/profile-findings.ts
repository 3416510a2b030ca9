import {
  type Certificate,
  type Crl,
  FormatError,
  nameConstraints,
  subjectAltName,
} from '../../formats/index.ts'
import { unknownCriticalExtensions } from './known-extensions.ts'
import { isSameName } from './same-name.ts'

/** Where an authority did not keep to RFC 5280's profile; no reason to distrust what it certified. */
export interface ProfileFinding {
  readonly code: ProfileFindingCode
  readonly clause: string
  /** SHA-256 of the certificate or the CRL, lower-case hex. */
  readonly object: string
}

interface Role {
  readonly issues: boolean
  readonly isAnchor: boolean
}

type Rule = readonly [clause: string, breaks: (certificate: Certificate, role: Role) => boolean]

const [AUTHORITY_KEY, SUBJECT_KEY, BASIC_CONSTRAINTS] = ['2.5.29.35', '2.5.29.14', '2.5.29.19']
const [ALTERNATIVE_NAME, NAME_CONSTRAINTS, POLICY_CONSTRAINTS] = ['2.5.29.17', '2.5.29.30', '2.5.29.36']
const [INFORMATION_ACCESS, CRL_NUMBER] = ['1.3.6.1.5.5.7.1.1', '2.5.29.20']

const isCritical = ({ extensions }: Pick<Certificate, 'extensions'>, wanted: string): boolean | null =>
  extensions.find(({ oid }) => oid === wanted)?.critical ?? null

const isSelfIssued = ({ subject, issuer }: Certificate): boolean => isSameName(subject, issuer)

/** What cannot be read is refused elsewhere, and here is as good as absent. */
function readable<T>(
  read: (certificate: Certificate) => T | undefined,
  certificate: Certificate,
): T | undefined {
  try {
    return read(certificate)
  } catch (error) {
    if (error instanceof FormatError) return undefined
    throw error
  }
}

const hostSyntax = /^(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.?$/i
const numbers = /^[\d.]+$/

/** Alternative names that are no host names (RFC 1034, 3.5, RFC 1123, 2.1). */
const hasOddHost = (certificate: Certificate): boolean =>
  (readable(subjectAltName, certificate) ?? []).some(
    (name) => name.kind === 'dNSName' && (!hostSyntax.test(name.value) || numbers.test(name.value)),
  )

function hasOddConstraint(certificate: Certificate): boolean {
  const constraints = readable(nameConstraints, certificate)
  return [...(constraints?.permitted ?? []), ...(constraints?.excluded ?? [])].some(
    ({ base }) => base.kind === 'dNSName' && /^(?:\*|\.)/.test(base.value),
  )
}

const rules = {
  SERIAL_NUMBER_NOT_POSITIVE: [
    'RFC 5280, 4.1.2.2',
    ({ serialNumber }) => serialNumber[0]! >= 0x80 || serialNumber.every((octet) => octet === 0),
  ],
  SERIAL_NUMBER_TOO_LONG: ['RFC 5280, 4.1.2.2', ({ serialNumber }) => serialNumber.length > 20],
  CA_SUBJECT_EMPTY: ['RFC 5280, 4.1.2.6', ({ subject }, { issues }) => issues && subject.rdns.length === 0],
  SUBJECT_ALT_NAME_NOT_CRITICAL: [
    'RFC 5280, 4.1.2.6',
    (certificate) =>
      certificate.subject.rdns.length === 0 && isCritical(certificate, ALTERNATIVE_NAME) === false,
  ],
  SUBJECT_ALT_NAME_HOST: ['RFC 5280, 4.2.1.6', hasOddHost],
  AUTHORITY_KEY_IDENTIFIER_MISSING: [
    'RFC 5280, 4.2.1.1',
    (certificate) => !isSelfIssued(certificate) && !certificate.authorityKeyIdentifier?.keyIdentifier,
  ],
  AUTHORITY_KEY_IDENTIFIER_CRITICAL: [
    'RFC 5280, 4.2.1.1',
    (certificate) => isCritical(certificate, AUTHORITY_KEY) === true,
  ],
  SUBJECT_KEY_IDENTIFIER_MISSING: [
    'RFC 5280, 4.2.1.2',
    ({ subjectKeyIdentifier }, { issues }) => issues && subjectKeyIdentifier === undefined,
  ],
  SUBJECT_KEY_IDENTIFIER_CRITICAL: [
    'RFC 5280, 4.2.1.2',
    (certificate) => isCritical(certificate, SUBJECT_KEY) === true,
  ],
  KEY_CERT_SIGN_MISSING: [
    'RFC 5280, 4.2.1.3',
    ({ keyUsage }, { issues }) => issues && keyUsage !== undefined && !keyUsage.includes('keyCertSign'),
  ],
  KEY_CERT_SIGN_WITHOUT_CA: [
    'RFC 5280, 4.2.1.9',
    ({ keyUsage, basicConstraints }, { issues }) =>
      !issues && keyUsage?.includes('keyCertSign') === true && basicConstraints?.ca !== true,
  ],
  BASIC_CONSTRAINTS_MISSING: [
    'RFC 5280, 4.2.1.9',
    ({ basicConstraints }, { issues }) => issues && basicConstraints === undefined,
  ],
  BASIC_CONSTRAINTS_NOT_CRITICAL: [
    'RFC 5280, 4.2.1.9',
    (certificate, { issues }) => issues && isCritical(certificate, BASIC_CONSTRAINTS) === false,
  ],
  NAME_CONSTRAINTS_NOT_CRITICAL: [
    'RFC 5280, 4.2.1.10',
    (certificate) => isCritical(certificate, NAME_CONSTRAINTS) === false,
  ],
  NAME_CONSTRAINTS_WITHOUT_CA: [
    'RFC 5280, 4.2.1.10',
    (certificate, { issues }) => !issues && isCritical(certificate, NAME_CONSTRAINTS) !== null,
  ],
  NAME_CONSTRAINTS_HOST: ['RFC 5280, 4.2.1.10', hasOddConstraint],
  POLICY_CONSTRAINTS_NOT_CRITICAL: [
    'RFC 5280, 4.2.1.11',
    (certificate) => isCritical(certificate, POLICY_CONSTRAINTS) === false,
  ],
  EXT_KEY_USAGE_EMPTY: ['RFC 5280, 4.2.1.12', ({ extKeyUsage }) => extKeyUsage?.length === 0],
  INFORMATION_ACCESS_CRITICAL: [
    'RFC 5280, 4.2.2.1',
    (certificate) => isCritical(certificate, INFORMATION_ACCESS) === true,
  ],
  ANCHOR_UNKNOWN_CRITICAL_EXTENSION: [
    'RFC 5280, 4.2',
    (certificate, { isAnchor, issues }) =>
      isAnchor && issues && unknownCriticalExtensions(certificate).length > 0,
  ],
} as const satisfies Readonly<Record<string, Rule>>

export type ProfileFindingCode = keyof typeof rules | 'CRL_NUMBER_MISSING' | 'CRL_NUMBER_CRITICAL'

const ruleList = Object.entries(rules) as [keyof typeof rules, Rule][]

/**
 * Where the certificates of a path (end entity first, anchor last) depart from what RFC 5280, 4 demands of conforming CAs:
 * nothing that `checkPath` refuses, and nothing to refuse a signature for.
 */
export function profileFindings(path: readonly Certificate[]): ProfileFinding[] {
  return path.flatMap((certificate, i) => {
    const role = { issues: i > 0, isAnchor: i === path.length - 1 }
    return ruleList.flatMap(([code, [clause, breaks]]) =>
      breaks(certificate, role) ? [{ code, clause, object: certificate.sha256 }] : [],
    )
  })
}

/** The same for a CRL (RFC 5280, 5.2.3). */
export function crlProfileFindings(crl: Crl): ProfileFinding[] {
  const critical = isCritical(crl, CRL_NUMBER)
  if (critical === false) return []
  const code = critical === null ? 'CRL_NUMBER_MISSING' : 'CRL_NUMBER_CRITICAL'
  return [{ code, clause: 'RFC 5280, 5.2.3', object: crl.sha256 }]
}
