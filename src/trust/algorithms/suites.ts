import type { DigestName, SignatureAlgorithm } from '../../formats/index.ts'
import type { AlgorithmPurpose, AlgorithmSuite, DigestRow, SchemeRow } from './types.ts'

const day = (date: string | null): string | null => date && `${date}T00:00:00.000Z`

const digests = (rows: Readonly<Partial<Record<DigestName, string | null>>>): DigestRow[] =>
  Object.entries(rows).map(([digest, until]) => ({ digest: digest as DigestName, until: day(until) }))

const sizes = (
  scheme: SignatureAlgorithm['scheme'],
  ...rows: readonly (readonly [minBits: number, until: string | null])[]
): SchemeRow[] => rows.map(([minBits, until]) => ({ scheme, minBits, until: day(until) }))

/**
 * ETSI TS 119 312 V1.5.1 (2024-12), as the machine-readable list (form of TS 119 322) that EU DSS 6.4 publishes for this
 * edition carries it, entry by entry; the text of the edition itself was not at hand. An end is the start of its day in UTC.
 * Sizes are the list's: 1900 and 3000 stand for the usual 2048 and 3072. Not listed there, and so reliable at no time:
 * SHA-512/224, SHA-512/256, SHA3-224, SHAKE256, Ed25519, Ed448.
 */
const ts119312: AlgorithmSuite = {
  name: 'ts119312-v1.5.1',
  source: 'ETSI TS 119 312 V1.5.1 (2024-12)',
  digests: digests({
    md5: '2004-08-01',
    sha1: '2012-08-01',
    sha224: '2029-01-01',
    sha256: null,
    sha384: null,
    sha512: null,
    'sha3-256': null,
    'sha3-384': null,
    'sha3-512': null,
  }),
  schemes: [
    ...sizes('rsa-pkcs1', [786, '2010-08-01'], [1024, '2019-10-01'], [1900, '2029-01-01']),
    ...sizes('rsa-pss', [786, '2010-08-01'], [1024, '2019-10-01'], [1900, '2029-01-01'], [3000, null]),
    ...sizes('dsa', [1024, '2015-12-01'], [1900, '2029-01-01'], [3000, null]),
    ...sizes('ecdsa', [160, '2012-08-01'], [224, '2021-10-01'], [256, null]),
  ],
}

const OTHERS: readonly AlgorithmPurpose[] = ['certificate', 'timestamp', 'revocation']
const SIGNER: readonly AlgorithmPurpose[] = ['signature']

const signerDigest = (digest: DigestName): DigestRow => ({ digest, until: null, uses: SIGNER })
const forOthers = <Row extends DigestRow | SchemeRow>(row: Row): Row => ({
  ...row,
  uses: OTHERS,
  reason:
    'TT 15/2025 binds software that signs; the national authorities themselves sign with PKCS#1 v1.5. ETSI TS 119 312 V1.5.1 applies',
})

/**
 * Circular 15/2025/TT-BKHCN, annex I, 1.2 and 1.3, in force since 2025-08-15: what a signer's own signature may be made
 * with. It has no end dates. The national certification authorities sign certificates, revocation data and time-stamps
 * with RSASSA-PKCS1-v1_5, which the circular's list lacks: for these TS 119 312 V1.5.1 is asked.
 */
const tt15: AlgorithmSuite = {
  name: 'tt15-2025',
  source: 'TT 15/2025/TT-BKHCN, phụ lục I; ETSI TS 119 312 V1.5.1 (2024-12)',
  digests: [
    ...(
      [
        'sha256',
        'sha384',
        'sha512',
        'sha512-224',
        'sha512-256',
        'sha3-224',
        'sha3-256',
        'sha3-384',
        'sha3-512',
        'shake256',
      ] as const
    ).map(signerDigest),
    ...ts119312.digests.map(forOthers),
  ],
  schemes: [
    { scheme: 'rsa-pss', minBits: 2048, until: null, uses: SIGNER },
    { scheme: 'ecdsa', minBits: 256, until: null, uses: SIGNER },
    ...ts119312.schemes.map(forOthers),
  ],
}

const suites = { 'ts119312-v1.5.1': ts119312, 'tt15-2025': tt15 } as const

export type AlgorithmSuiteName = keyof typeof suites

export const algorithmSuiteNames = Object.keys(suites) as readonly AlgorithmSuiteName[]

export const algorithmSuite = (name: AlgorithmSuiteName): AlgorithmSuite => suites[name]

/**
 * `suite` with Ed25519 (RFC 8032), which neither ETSI TS 119 312 V1.5.1 nor TT 15/2025 lists: for a policy that says so, and
 * only for the uses it names.
 */
export const withEd25519 = (suite: AlgorithmSuite, uses: readonly AlgorithmPurpose[]): AlgorithmSuite => ({
  ...suite,
  name: `${suite.name}+ed25519`,
  schemes: [
    ...suite.schemes,
    {
      scheme: 'ed25519',
      minBits: 0,
      until: null,
      uses,
      reason: 'allowed by the policy, listed by no source',
    },
  ],
})
