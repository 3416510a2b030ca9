import { algorithmSuite } from '../../trust/index.ts'
import {
  type AlgorithmPolicy,
  type CertificateCheck,
  type CertificatePolicy,
  type ContextPolicy,
  certificateChecks,
  evidenceRecordChecks,
  type Level,
  type Policy,
  revocationChecks,
  type TokenCheck,
  tokenChecks,
} from '../policy.ts'
import { levels, pathProblemCodes } from './levels.ts'

/** How strict policies differ from each other. */
export interface Strictness {
  readonly name: string
  readonly description: string
  readonly algorithms: AlgorithmPolicy
  /** What it weighs that revocation data is missing, or does not count. */
  readonly missingRevocation: Level
}

const TIME_STAMPING = '1.3.6.1.5.5.7.3.8'

/** What a key must be for whose signatures are no certificates and no CRLs (RFC 5280, 4.2.1.3). */
const SIGNING_USES = ['digitalSignature', 'nonRepudiation'] as const

/** Purposes under which documents are signed (RFC 5280, 4.2.1.12; RFC 9336; of Microsoft and Adobe). */
const DOCUMENT_PURPOSES = [
  '1.3.6.1.5.5.7.3.36',
  '1.3.6.1.5.5.7.3.4',
  '1.3.6.1.5.5.7.3.2',
  '1.3.6.1.4.1.311.10.3.12',
  '1.2.840.113583.1.1.5',
  '2.5.29.37.0',
]

/** Departures that change nothing of what is signed or proven: told, not failed. */
const harmless = {
  CERTIFICATE_UNREADABLE: 'WARN',
  REVOCATION_DATA_UNREADABLE: 'WARN',
  DIGEST_ALGORITHM_NOT_LISTED: 'WARN',
  COUNTER_SIGNATURE_UNREADABLE: 'WARN',
  TIME_STAMP_UNREADABLE: 'WARN',
  EVIDENCE_RECORD_UNREADABLE: 'WARN',
  TIMESTAMP_TSA_NAME: 'WARN',
  PDF_CONTENTS_PADDING_ENCRYPTED: 'WARN',
  // one reading, of cross-references that a writer counted wrong by some bytes
  PDF_READ_LENIENTLY: 'WARN',
  PDF_TYPE: 'WARN',
  // it proves nothing, for or against
  PDF_TIME_STAMP_UNREADABLE: 'WARN',
  // what the baseline profile alone forbids (EN 319 142-1, 6.3): the level says so
  PDF_SIGNING_TIME_ATTRIBUTE: 'WARN',
  PDF_CLAIMED_TIME_MISSING: 'WARN',
  PDF_CERT_ENTRY: 'WARN',
  PDF_REASON_ENTRY: 'WARN',
  // the value counts as broken anyway
  RSA_DIGEST_INFO_WITHOUT_NULL: 'WARN',
} as const satisfies Readonly<Record<string, Level>>

/**
 * A strict policy: all checks FAIL, except what the standards leave open or what says nothing against the signature. Data
 * about time-stamps and revocation data is asked to be fresh when these were made, so that evidence is judged at the time
 * it proves; about the signature, whose time is only claimed, at the time of validation and then at the proven time.
 */
export function strictPolicy({ name, description, algorithms, missingRevocation }: Strictness): Policy {
  const certificate = (
    overrides: Partial<CertificatePolicy>,
    checks: Partial<Record<CertificateCheck, Level>> = {},
  ) =>
    ({
      checks: levels(certificateChecks, 'FAIL', {
        notSelfSigned: 'WARN',
        issuerAccess: 'IGNORE',
        // CAs that leave it out exist, and no path depends on it
        keyIdentifier: 'IGNORE',
        revocationAccess: 'IGNORE',
        nextUpdatePresent: 'WARN',
        revocationDataPresent: missingRevocation,
        revocationDataAcceptable: missingRevocation,
        pastRevocationData: missingRevocation,
        ...checks,
      }),
      pathProblems: levels(pathProblemCodes, 'FAIL'),
      keyUsage: null,
      extendedKeyUsage: null,
      revocationNotNeeded: ['shortTerm'],
      freshness: { at: 'use', maxAgeSeconds: null },
      algorithms: null,
      ...overrides,
    }) satisfies CertificatePolicy
  const context = (
    signingCertificate: CertificatePolicy,
    caCertificate: CertificatePolicy,
    checks: Partial<Record<TokenCheck, Level>>,
  ): ContextPolicy => ({
    checks: levels(tokenChecks, 'FAIL', checks),
    modifications: {
      none: 'IGNORE',
      ltv: 'IGNORE',
      signing: 'IGNORE',
      form: 'FAIL',
      annotation: 'FAIL',
      other: 'FAIL',
    },
    signaturePolicies: [],
    timestampDelaySeconds: null,
    algorithms: null,
    signingCertificate,
    caCertificate,
  })
  const ca = certificate({})
  const signature = context(
    certificate({
      keyUsage: SIGNING_USES,
      extendedKeyUsage: { anyOf: DOCUMENT_PURPOSES, mayBeAbsent: true, alone: false },
      freshness: { at: 'validation', maxAgeSeconds: null },
    }),
    certificate({ freshness: { at: 'validation', maxAgeSeconds: null } }),
    {
      // a signature without it is no AdES baseline signature; its level says so
      referencePresent: 'WARN',
      referenceDigestReliable: 'WARN',
      referenceIssuerMatches: 'WARN',
      signaturePolicyAccepted: 'WARN',
      signingTimePresent: 'WARN',
      signingTimeInValidity: 'WARN',
      claimedBeforeProven: 'WARN',
      timestampsValid: 'WARN',
    },
  )
  return {
    name,
    description,
    algorithms,
    findings: { otherwise: 'FAIL', codes: harmless },
    contexts: {
      signature,
      counterSignature: signature,
      timestamp: context(
        certificate({
          keyUsage: SIGNING_USES,
          extendedKeyUsage: { anyOf: [TIME_STAMPING], mayBeAbsent: false, alone: true },
        }),
        ca,
        { referenceDigestReliable: 'WARN', referenceIssuerMatches: 'WARN' },
      ),
      revocation: context(
        // what signs revocation data may exempt itself from it (RFC 6960, 4.2.2.2.1)
        certificate({ revocationNotNeeded: ['ocspNoCheck', 'shortTerm'] }, { noOcspNoCheck: 'IGNORE' }),
        ca,
        {},
      ),
    },
    revocationData: levels(revocationChecks, 'FAIL'),
    evidenceRecord: { checks: levels(evidenceRecordChecks, 'FAIL'), algorithms: null },
  }
}

/** ETSI TS 119 312 V1.5.1: every end date counts. */
export const etsiAlgorithms: AlgorithmPolicy = {
  suite: algorithmSuite('ts119312-v1.5.1'),
  level: 'FAIL',
  after: null,
}
