import type { AlgorithmPolicy, Policy } from '../../src/verifier/index.ts'
import { certificatePolicy, contextPolicy } from './stock-contexts.ts'

const day = (date: string | null): string | null => date && `${date}T00:00:00.000Z`

/** `Cryptographic`: algorithms, sizes and dates; ends after the update of the table only warn. */
const algorithms: AlgorithmPolicy = {
  suite: {
    name: 'eu-dss-6.4',
    source: 'EU DSS 6.4, dss-policy-jaxb, policy/constraint.xml',
    digests: [
      { digest: 'md5', until: day('2004-08-01') },
      { digest: 'sha1', until: day('2012-08-01') },
      { digest: 'sha224', until: day('2029-01-01') },
      { digest: 'sha256', until: null },
      { digest: 'sha384', until: null },
      { digest: 'sha512', until: null },
      { digest: 'sha3-256', until: null },
      { digest: 'sha3-384', until: null },
      { digest: 'sha3-512', until: null },
    ],
    schemes: [
      { scheme: 'dsa', minBits: 1024, until: day('2015-12-01') },
      { scheme: 'dsa', minBits: 1900, until: day('2029-01-01') },
      { scheme: 'dsa', minBits: 3000, until: null },
      { scheme: 'rsa-pkcs1', minBits: 786, until: day('2010-08-01') },
      { scheme: 'rsa-pkcs1', minBits: 1024, until: day('2019-10-01') },
      { scheme: 'rsa-pkcs1', minBits: 1536, until: day('2019-10-01') },
      { scheme: 'rsa-pkcs1', minBits: 1900, until: day('2029-01-01') },
      { scheme: 'rsa-pkcs1', minBits: 3000, until: day('2029-01-01') },
      { scheme: 'rsa-pss', minBits: 786, until: day('2010-08-01') },
      { scheme: 'rsa-pss', minBits: 1024, until: day('2019-10-01') },
      { scheme: 'rsa-pss', minBits: 1536, until: day('2019-10-01') },
      { scheme: 'rsa-pss', minBits: 1900, until: day('2029-01-01') },
      { scheme: 'rsa-pss', minBits: 3000, until: null },
      { scheme: 'ecdsa', minBits: 160, until: day('2012-08-01') },
      { scheme: 'ecdsa', minBits: 163, until: day('2012-08-01') },
      { scheme: 'ecdsa', minBits: 224, until: day('2021-10-01') },
      { scheme: 'ecdsa', minBits: 256, until: null },
    ],
  },
  level: 'FAIL',
  after: { date: '2024-10-13', level: 'WARN' },
}

const timeStamping = { anyOf: ['1.3.6.1.5.5.7.3.8'], mayBeAbsent: false, alone: false }

/** Checks of a signing certificate that `SigningCertificate` of signatures and counter-signatures has in common. */
const signer = {
  keyUsage: 'WARN',
  notSelfSigned: 'WARN',
  noOcspNoCheck: 'FAIL',
  issuerAccess: 'WARN',
  revocationAccess: 'WARN',
} as const

const signingAttributes = {
  signingTimePresent: 'FAIL',
  signingTimeInValidity: 'FAIL',
  messageDigestPresent: 'FAIL',
  referenceDigestMatches: 'FAIL',
  referenceDigestPresent: 'FAIL',
} as const

/**
 * EU DSS' stock policy (`constraint.xml` of 6.4) as ours: levels, dates and sizes carry over; `stock-policy.interop.test.ts` holds
 * them against the file. Of `constraint.xml` our checks know, all are here; those of qualification, names, containers and
 * key identifiers have no counterpart.
 */
export const stockPolicy: Policy = {
  name: 'eu-dss-6.4-stock',
  description: 'EU DSS 6.4, policy/constraint.xml, in our terms',
  algorithms,
  findings: {
    otherwise: 'FAIL',
    codes: {
      STRUCTURE: 'WARN',
      SIGNER_DUPLICATE: 'FAIL',
      SIGNER_COUNT: 'FAIL',
      SIGNATURE_DICTIONARY_INCONSISTENT: 'FAIL',
      PAGE_DIFFERENCE: 'FAIL',
      VISUAL_DIFFERENCE: 'WARN',
      ANNOTATION_OVERLAP: 'WARN',
      CONTAINER_TYPE: 'FAIL',
      CONTAINER_MANIFEST: 'FAIL',
      CONTAINER_CONTENT: 'FAIL',
    },
  },
  contexts: {
    signature: contextPolicy(
      signingAttributes,
      certificatePolicy({ ...signer, revocationSignerValid: 'FAIL' }, { keyUsage: ['nonRepudiation'] }),
      certificatePolicy({}),
    ),
    counterSignature: contextPolicy(
      { ...signingAttributes, byteRange: 'IGNORE' },
      certificatePolicy(signer, { keyUsage: ['nonRepudiation'] }),
      certificatePolicy({}),
    ),
    timestamp: contextPolicy(
      { referenceDigestPresent: 'WARN', referenceDigestReliable: 'IGNORE', referenceUnique: 'IGNORE' },
      certificatePolicy(
        { keyUsage: 'IGNORE', extendedKeyUsage: 'FAIL', notSelfSigned: 'WARN', noOcspNoCheck: 'FAIL' },
        { extendedKeyUsage: timeStamping, revocationNotNeeded: [] },
      ),
      certificatePolicy({ revocationDataPresent: 'WARN', revocationDataAcceptable: 'WARN' }),
    ),
    revocation: contextPolicy(
      {
        byteRange: 'IGNORE',
        referenceIssuerMatches: 'IGNORE',
        referencePresent: 'IGNORE',
        referenceUnique: 'IGNORE',
        referenceDigestReliable: 'IGNORE',
      },
      certificatePolicy(
        { keyUsage: 'IGNORE', noOcspNoCheck: 'IGNORE' },
        { revocationNotNeeded: ['ocspNoCheck'] },
      ),
      certificatePolicy({ revocationDataPresent: 'WARN', revocationDataAcceptable: 'WARN' }),
    ),
  },
  revocationData: {
    authorised: 'FAIL',
    statusKnown: 'FAIL',
    signerFound: 'FAIL',
    pathFound: 'FAIL',
    sameAnchor: 'IGNORE',
    valueIntact: 'FAIL',
    signerValidAtProduction: 'FAIL',
    // its engine does not ask whether who signed revocation data had been revoked
    signerNotRevoked: 'IGNORE',
    certHashMatches: 'IGNORE',
    notSelfIssued: 'WARN',
    issuedAfterCertificate: 'FAIL',
    alreadyIssued: 'IGNORE',
    coversCertificate: 'FAIL',
  },
  evidenceRecord: {
    checks: { objectFound: 'FAIL', objectIntact: 'FAIL', anyObjectFound: 'FAIL', objectsComplete: 'WARN' },
    algorithms: null,
  },
}
