import type { Conclusion } from '../judgement.ts'
import { referenceOf } from './algorithm-constraints.ts'
import { Block } from './block.ts'
import type { CaseFile, Token } from './case-file.ts'

/**
 * EN 319 102-1 V1.4.1, 5.2.3: the signing certificate is known, and is the one that the signed reference names by its
 * digest. Revocation data has no such reference.
 */
export function identifySigningCertificate(file: CaseFile, { facts, context }: Token): Conclusion {
  const block = new Block('signing-certificate-identification', '5.2.3', facts.id)
  const { checks } = file.contextPolicy(context)
  block.weigh(facts.signingCertificate !== null, checks.signingCertificateFound, () => ({
    sub: 'NO_SIGNING_CERTIFICATE_FOUND',
    code: 'SIGNING_CERTIFICATE_NOT_FOUND',
    clause: '5.2.3.4',
  }))
  const reference = referenceOf(facts)
  if (reference && reference.attributes > 0) {
    const sub = 'NO_SIGNING_CERTIFICATE_FOUND'
    block.weigh(reference.digest !== null, checks.referenceDigestPresent, () => ({
      sub,
      code: 'REFERENCE_UNREADABLE',
      clause: '5.2.3.4',
    }))
    block.weigh(reference.digestMatches, checks.referenceDigestMatches, () => ({
      sub,
      code: 'REFERENCE_NAMES_ANOTHER',
      clause: '5.2.3.4',
    }))
    block.weigh(reference.issuerSerialMatches !== false, checks.referenceIssuerMatches, () => ({
      sub,
      code: 'REFERENCE_ISSUER_DIFFERS',
      clause: '5.2.3.4',
    }))
  }
  return block.conclude()
}
