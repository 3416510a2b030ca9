import {
  type AlgorithmPurpose,
  algorithmReliability,
  digestReliability,
  isReliableAt,
  type Reliability,
} from '../../trust/index.ts'
import type { CertificateFacts, SignedTokenFacts, SigningCertificateReferenceFacts } from '../facts.ts'
import type { AlgorithmPolicy, CertificateRole, Level, PolicyContext } from '../policy.ts'
import type { Block } from './block.ts'
import { type CaseFile, isoTime, nameOfCertificate, type Token } from './case-file.ts'

/** One algorithm that something relies on, with how long it may be relied on and what it weighs where not. */
export interface AlgorithmUse {
  /** What was made with it, for the report. */
  readonly material: string
  readonly reliability: Reliability
  readonly level: Level
}

const never = (element: string): Reliability => ({ until: 'never', limitedBy: 'scheme', element })

const purposes: Readonly<Record<PolicyContext, AlgorithmPurpose>> = {
  signature: 'signature',
  counterSignature: 'signature',
  timestamp: 'timestamp',
  revocation: 'revocation',
}

/** An end that the suite set after its last revision may weigh less: nobody looked at it since. */
function levelOf({ level, after }: AlgorithmPolicy, { until }: Reliability): Level {
  return after && until instanceof Date && until.getTime() > Date.parse(after.date) ? after.level : level
}

const use = (policy: AlgorithmPolicy, material: string, reliability: Reliability): AlgorithmUse => ({
  material,
  reliability,
  level: levelOf(policy, reliability),
})

export const digestUse = (
  policy: AlgorithmPolicy,
  purpose: AlgorithmPurpose,
  material: string,
  digest: string,
): AlgorithmUse => {
  const row = policy.suite.digests.find((listed) => listed.digest === digest)
  return use(policy, material, row ? digestReliability(policy.suite, row.digest, purpose) : never(digest))
}

export const contextAlgorithms = (file: CaseFile, context: PolicyContext): AlgorithmPolicy =>
  file.contextPolicy(context).algorithms ?? file.policy.algorithms

/** The value's algorithm and, of tokens that have one, the digest of the reference to the signing certificate. */
export function valueAlgorithms(file: CaseFile, { facts, context }: Token): AlgorithmUse[] {
  const policy = contextAlgorithms(file, context)
  const purpose = purposes[context]
  const { algorithm, algorithmText } = facts
  const reliability = algorithm
    ? algorithmReliability(policy.suite, algorithm, purpose)
    : never(algorithmText)
  const uses = [use(policy, 'signature-value', reliability)]
  const reference = referenceOf(facts)?.digest
  if (reference) {
    const referenceUse = digestUse(policy, purpose, 'certificate-reference', reference)
    const level = file.contextPolicy(context).checks.referenceDigestReliable
    uses.push({ ...referenceUse, level: milder(referenceUse.level, level) })
  }
  return uses
}

/** Digests of the data that is signed or time-stamped. */
export function dataAlgorithms(file: CaseFile, { facts, context }: Token): AlgorithmUse[] {
  const policy = contextAlgorithms(file, context)
  const names = new Set(facts.digests.map(({ digest }) => digest))
  return [...names].map((digest) => digestUse(policy, purposes[context], 'data-digest', digest))
}

export function certificateAlgorithm(
  file: CaseFile,
  certificate: CertificateFacts,
  context: PolicyContext,
  role: CertificateRole,
): AlgorithmUse {
  const policy = file.certificatePolicy(context, role).algorithms ?? contextAlgorithms(file, context)
  const reliability = certificate.algorithm
    ? algorithmReliability(policy.suite, certificate.algorithm, 'certificate')
    : never('?')
  return use(policy, nameOfCertificate(certificate), reliability)
}

/**
 * EN 319 102-1 V1.4.1, 5.2.8.4.3 and wherever cryptographic constraints are applied: what is relied on was still to be
 * relied on at `at`.
 */
export function weighAlgorithms(block: Block, uses: readonly AlgorithmUse[], at: number): boolean {
  for (const { material, reliability, level } of uses) {
    block.weigh(isReliableAt(reliability, new Date(at)), level, () => ({
      sub: 'CRYPTO_CONSTRAINTS_FAILURE_NO_POE',
      code: reliability.until === 'never' ? 'ALGORITHM_NOT_ACCEPTED' : 'ALGORITHM_NOT_RELIABLE',
      clause: '5.2.8.4.3',
      details: {
        material,
        algorithm: reliability.element ?? '',
        until: reliability.until instanceof Date ? isoTime(reliability.until.getTime()) : null,
        at: isoTime(at),
      },
    }))
  }
  return !block.failed
}

/** Until when all that weigh FAIL may be relied on: minus infinity for never, infinity for ever. */
export const reliableUntilAll = (uses: readonly AlgorithmUse[]): number =>
  Math.min(
    ...uses.filter(({ level }) => level === 'FAIL').map(({ reliability }) => endOf(reliability)),
    Number.POSITIVE_INFINITY,
  )

const endOf = ({ until }: Reliability): number =>
  until === 'for-ever'
    ? Number.POSITIVE_INFINITY
    : until === 'never'
      ? Number.NEGATIVE_INFINITY
      : until.getTime()

const weights: Readonly<Record<Level, number>> = { IGNORE: 0, INFORM: 1, WARN: 2, FAIL: 3 }

const milder = (a: Level, b: Level): Level => (weights[a] < weights[b] ? a : b)

/** Signatures and time-stamps refer to their certificate; revocation data does not. */
export const referenceOf = (facts: SignedTokenFacts): SigningCertificateReferenceFacts | null =>
  'reference' in facts ? (facts as { reference: SigningCertificateReferenceFacts }).reference : null
