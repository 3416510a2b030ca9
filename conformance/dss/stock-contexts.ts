import type {
  CertificateCheck,
  CertificatePolicy,
  ContextPolicy,
  Level,
  TokenCheck,
} from '../../src/verifier/index.ts'

/** What contexts of the stock policy have in common. A check that `constraint.xml` does not name there is not asked. */
const tokenChecks: Readonly<Record<TokenCheck, Level>> = {
  byteRange: 'FAIL',
  revisionCovered: 'IGNORE',
  signingCertificateFound: 'FAIL',
  referenceDigestPresent: 'IGNORE',
  referenceDigestMatches: 'IGNORE',
  referenceIssuerMatches: 'WARN',
  signaturePolicyAccepted: 'FAIL',
  pathFound: 'FAIL',
  dataFound: 'FAIL',
  dataIntact: 'FAIL',
  valueIntact: 'FAIL',
  referencePresent: 'WARN',
  referenceUnique: 'WARN',
  referenceDigestReliable: 'WARN',
  signingTimePresent: 'IGNORE',
  signingTimeInValidity: 'IGNORE',
  messageDigestPresent: 'IGNORE',
  timestampsValid: 'IGNORE',
  timestampsInOrder: 'WARN',
  claimedBeforeProven: 'IGNORE',
  revokedAfterUse: 'FAIL',
  usedBeforeExpiry: 'FAIL',
}

const certificateChecks: Readonly<Record<CertificateCheck, Level>> = {
  validityPeriod: 'FAIL',
  trustSunset: 'FAIL',
  keyUsage: 'FAIL',
  extendedKeyUsage: 'IGNORE',
  notSelfSigned: 'IGNORE',
  anchorUse: 'IGNORE',
  noOcspNoCheck: 'FAIL',
  issuerAccess: 'IGNORE',
  keyIdentifier: 'IGNORE',
  revocationAccess: 'IGNORE',
  revocationDataPresent: 'FAIL',
  revocationDataAcceptable: 'FAIL',
  // its engine wants it whatever the level of the others
  pastRevocationData: 'FAIL',
  nextUpdatePresent: 'WARN',
  // `RevocationFreshness Level="IGNORE"`
  revocationFresh: 'IGNORE',
  notRevoked: 'FAIL',
  notOnHold: 'FAIL',
  revocationSignerValid: 'IGNORE',
}

export const contextPolicy = (
  checks: { readonly [check in TokenCheck]?: Level },
  signingCertificate: CertificatePolicy,
  caCertificate: CertificatePolicy,
): ContextPolicy => ({
  checks: { ...tokenChecks, ...checks },
  // `PdfPageDifference` is a finding of its own; all else that changed warns
  modifications: {
    none: 'IGNORE',
    ltv: 'IGNORE',
    signing: 'IGNORE',
    form: 'IGNORE',
    annotation: 'IGNORE',
    other: 'WARN',
  },
  // `ANY_POLICY`, `NO_POLICY`
  signaturePolicies: ['*'],
  timestampDelaySeconds: null,
  algorithms: null,
  signingCertificate,
  // its engine asks for the validity period of the signing certificate alone (`NotExpired` of CAs is not looked at)
  caCertificate: {
    ...caCertificate,
    checks: { ...caCertificate.checks, validityPeriod: 'IGNORE', keyIdentifier: 'FAIL' },
  },
})

export const certificatePolicy = (
  checks: { readonly [check in CertificateCheck]?: Level },
  others: Partial<CertificatePolicy> = {},
): CertificatePolicy => ({
  checks: { ...certificateChecks, ...checks },
  pathProblems: {
    NO_PATH: 'FAIL',
    BUDGET_EXHAUSTED: 'FAIL',
    SIGNATURE_INVALID: 'FAIL',
    ALGORITHM_UNSUPPORTED: 'FAIL',
    NAME_CHAINING: 'FAIL',
    NOT_A_CA: 'FAIL',
    PATH_LENGTH: 'FAIL',
    KEY_USAGE: 'FAIL',
    UNKNOWN_CRITICAL_EXTENSION: 'WARN',
    NAME_CONSTRAINTS: 'WARN',
    NAME_CONSTRAINTS_UNSUPPORTED: 'WARN',
    POLICY: 'WARN',
    POLICY_MAPPING_ANY: 'WARN',
    EXTENSION_MALFORMED: 'FAIL',
    CERTIFICATE_VERSION: 'FAIL',
    EXT_KEY_USAGE: 'FAIL',
  },
  keyUsage: null,
  extendedKeyUsage: null,
  // `RevocationDataSkip`
  revocationNotNeeded: ['shortTerm'],
  freshness: { at: 'validation', maxAgeSeconds: null },
  algorithms: null,
  ...others,
})
