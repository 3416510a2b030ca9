import type { SignatureFacts, TimestampFacts } from '../facts.ts'
import type { Conclusion } from '../judgement.ts'
import { dataAlgorithms, referenceOf, valueAlgorithms, weighAlgorithms } from './algorithm-constraints.ts'
import { Block } from './block.ts'
import { type CaseFile, instant, isoTime, type Token } from './case-file.ts'
import { isWithin } from './validity.ts'

/**
 * EN 319 102-1 V1.4.1, 5.2.8: what the policy demands of the token's attributes, and whether its algorithms could be relied
 * on at `at`.
 */
export function acceptSignature(file: CaseFile, token: Token, at: number): Conclusion {
  const block = new Block('signature-acceptance', '5.2.8', token.facts.id)
  weighAttributes(block, file, token)
  weighAlgorithms(block, [...valueAlgorithms(file, token), ...dataAlgorithms(file, token)], at)
  return block.conclude()
}

/** The part of 5.2.8 that no time changes. */
export function weighAttributes(block: Block, file: CaseFile, { facts, context }: Token): void {
  const { checks } = file.contextPolicy(context)
  const sub = 'SIG_CONSTRAINTS_FAILURE'
  const reference = referenceOf(facts)
  if (reference) {
    block.weigh(reference.attributes > 0, checks.referencePresent, () => ({
      sub,
      code: 'REFERENCE_ABSENT',
      clause: '5.2.8.4.2.2',
    }))
    block.weigh(reference.attributes <= 1, checks.referenceUnique, () => ({
      sub,
      code: 'REFERENCE_REPEATED',
      clause: '5.2.8.4.2.2',
    }))
  }
  if (context === 'timestamp') weighTimestampTime(block, file, facts as TimestampFacts)
  if (context === 'signature' || context === 'counterSignature') {
    weighSignature(block, file, facts as SignatureFacts, context)
  }
}

/** Nobody stamps before the certificate begins, nor after it ended: genTime is then not what it says (RFC 3161, 2.3). */
function weighTimestampTime(
  block: Block,
  file: CaseFile,
  { time, signingCertificate }: TimestampFacts,
): void {
  if (signingCertificate === null) return
  const authority = file.certificate(signingCertificate)
  const { checks } = file.contextPolicy('timestamp')
  block.weigh(isWithin(authority, instant(time)), checks.signingTimeInValidity, () => ({
    sub: 'SIG_CONSTRAINTS_FAILURE',
    code: 'TIMESTAMP_OUT_OF_VALIDITY',
    clause: '5.2.8',
    details: {
      time: isoTime(instant(time)),
      notBefore: authority.notBefore,
      notAfter: authority.notAfter,
    },
  }))
}

function weighSignature(
  block: Block,
  file: CaseFile,
  signature: SignatureFacts,
  context: 'signature' | 'counterSignature',
): void {
  const { checks } = file.contextPolicy(context)
  const sub = 'SIG_CONSTRAINTS_FAILURE'
  const { claimedTime, signingCertificate } = signature
  block.weigh(claimedTime !== null, checks.signingTimePresent, () => ({
    sub,
    code: 'SIGNING_TIME_ABSENT',
    clause: '5.2.8.4.2.3',
  }))
  if (claimedTime !== null && signingCertificate !== null) {
    const signer = file.certificate(signingCertificate)
    block.weigh(isWithin(signer, instant(claimedTime)), checks.signingTimeInValidity, () => ({
      sub,
      code: 'SIGNING_TIME_OUT_OF_VALIDITY',
      clause: '5.2.8.4.2.3',
      details: {
        claimed: isoTime(instant(claimedTime)),
        notBefore: signer.notBefore,
        notAfter: signer.notAfter,
      },
    }))
  }
  const signsContent = signature.digests.some(
    ({ kind }) => kind === 'message-digest' || kind === 'counter-signed-value',
  )
  block.weigh(signsContent, checks.messageDigestPresent, () => ({
    sub,
    code: 'SIGNS_NO_CONTENT',
    clause: '5.2.8.4.2',
  }))
}
