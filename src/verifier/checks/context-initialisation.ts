import type { SignatureFacts } from '../facts.ts'
import type { Conclusion } from '../judgement.ts'
import { Block } from './block.ts'
import type { CaseFile, Token } from './case-file.ts'

/**
 * EN 319 102-1 V1.4.1, 5.2.4: the constraints are those of the policy that was given. A signature policy that the signature
 * names itself is not processed: it is accepted where the policy lists it, and weighed as unknown otherwise.
 */
export function initialiseContext(file: CaseFile, { context }: Token, signature: SignatureFacts): Conclusion {
  const block = new Block('validation-context-initialisation', '5.2.4', signature.id)
  const { checks, signaturePolicies } = file.contextPolicy(context)
  const { signaturePolicy } = signature.attributes
  const accepted =
    signaturePolicy === null ||
    signaturePolicy === 'implied' ||
    signaturePolicies.includes('*') ||
    signaturePolicies.includes(signaturePolicy)
  block.weigh(accepted, checks.signaturePolicyAccepted, () => ({
    sub: 'SIGNATURE_POLICY_NOT_AVAILABLE',
    code: 'SIGNATURE_POLICY_UNKNOWN',
    clause: '5.2.4.4.3',
    details: { policy: signaturePolicy },
  }))
  return block.conclude()
}
