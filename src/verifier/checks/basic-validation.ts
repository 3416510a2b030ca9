import type { RevocationFacts } from '../facts.ts'
import type { Conclusion } from '../judgement.ts'
import { reliableUntilAll, valueAlgorithms } from './algorithm-constraints.ts'
import { Block } from './block.ts'
import { type CaseFile, instant, isoTime, revocationToken, type Token } from './case-file.ts'
import { type CertificateValidation, validateCertificate } from './certificate-validation.ts'
import { verifyCryptographically } from './cryptographic-verification.ts'
import { checkFormat } from './format-checking.ts'
import { acceptSignature } from './signature-acceptance.ts'
import { identifySigningCertificate } from './signing-certificate.ts'
import { revokedAt } from './status-answers.ts'

export interface BasicValidation {
  readonly conclusion: Conclusion
  /** null: there is no signing certificate to validate. */
  readonly x509: CertificateValidation | null
  /** What the building blocks said, each by itself. */
  readonly blocks: readonly Conclusion[]
}

/** Revocation data at the time of validation: its signer's certificate, value and algorithms (5.5.4, 5.6.2.2 and 5.6.2.4 ask for it). */
export const validateBasicRevocation = (file: CaseFile, facts: RevocationFacts): BasicValidation =>
  file.once(`basic ${facts.id}`, () => runBlocks(file, revocationToken(facts)))

/**
 * EN 319 102-1 V1.4.1, 5.3.4: the building blocks in the order in which they decide. `context` is 5.2.4's result, of
 * signatures; `contentTimes` are those of valid time-stamps on what the token signs.
 */
export function runBlocks(
  file: CaseFile,
  token: Token,
  context: Conclusion | null = null,
  contentTimes: readonly number[] = [],
): BasicValidation {
  const { facts } = token
  const block = new Block('basic-validation', token.context === 'timestamp' ? '5.4' : '5.3', facts.id)
  const format = checkFormat(file, token)
  const identification = identifySigningCertificate(file, token)
  const x509 = facts.signingCertificate === null ? null : validateCertificate(file, token)
  const cryptography = verifyCryptographically(file, token)
  const acceptance = acceptSignature(file, token, file.at)
  block.adopt(format)
  block.adopt(identification)
  if (context) block.adopt(context)
  block.adopt(cryptography)
  if (x509) {
    weighContentTimes(block, file, x509, contentTimes)
    block.adopt(x509.conclusion)
  }
  weighContentAlgorithms(block, file, token, acceptance, contentTimes)
  block.adopt(acceptance)
  const blocks = [format, identification, context, x509?.conclusion, cryptography, acceptance]
  return { conclusion: block.conclude(), x509, blocks: blocks.filter((found) => found != null) }
}

/**
 * 5.3.4, step 4: what a content time-stamp covers was signed after it. So a certificate that was revoked or had expired by
 * then was so when it signed.
 */
function weighContentTimes(
  block: Block,
  file: CaseFile,
  { conclusion, path, certificates }: CertificateValidation,
  contentTimes: readonly number[],
): void {
  const { subIndication } = conclusion
  const latest = Math.max(...contentTimes, Number.NEGATIVE_INFINITY)
  if (!path || latest === Number.NEGATIVE_INFINITY) return
  const signer = file.certificate(path.certificates[0]!)
  const answer = certificates[0]?.answer
  if (subIndication === 'REVOKED_NO_POE' && answer) {
    block.weigh(latest <= revokedAt(answer), 'FAIL', () => ({
      sub: 'REVOKED',
      code: 'SIGNED_AFTER_REVOCATION',
      clause: '5.3.4',
      details: { time: isoTime(latest), revokedAt: answer.status.revokedAt },
    }))
  }
  if (subIndication === 'OUT_OF_BOUNDS_NO_POE' || subIndication === 'OUT_OF_BOUNDS_NOT_REVOKED') {
    block.weigh(latest <= instant(signer.notAfter), 'FAIL', () => ({
      sub: 'EXPIRED',
      code: 'SIGNED_AFTER_EXPIRY',
      clause: '5.3.4',
      details: { time: isoTime(latest), notAfter: signer.notAfter },
    }))
  }
}

/** 5.3.4, step 6: what was signed after a content time-stamp was signed with algorithms that had ended by then. */
function weighContentAlgorithms(
  block: Block,
  file: CaseFile,
  token: Token,
  acceptance: Conclusion,
  contentTimes: readonly number[],
): void {
  if (acceptance.subIndication !== 'CRYPTO_CONSTRAINTS_FAILURE_NO_POE' || contentTimes.length === 0) return
  const latest = Math.max(...contentTimes)
  const until = reliableUntilAll(valueAlgorithms(file, token))
  block.weigh(latest <= until, 'FAIL', () => ({
    sub: 'CRYPTO_CONSTRAINTS_FAILURE',
    code: 'SIGNED_AFTER_ALGORITHM_ENDED',
    clause: '5.3.4',
    details: { time: isoTime(latest), until: Number.isFinite(until) ? isoTime(until) : null },
  }))
}
