import type { DetachedSource } from '../../sandbox/index.ts'
import { builtInPolicies, type VerificationReport } from '../../verifier/index.ts'
import { UnreadableFile } from '../errors.ts'
import type { ReceivedVerification } from '../http/receive-verification.ts'
import { auditEntry, type CallerRequest } from '../request-context.ts'
import type { Service } from '../service.ts'

export interface VerifyFileInput extends ReceivedVerification {
  readonly at: Date
  readonly policy: keyof typeof builtInPolicies
}

/**
 * The verdict on a file, written down. Throws `UnreadableFile` with the code of its cause where nothing could be read,
 * `ERR_API_OVERLOADED`, `ERR_SANDBOX_START` and `ERR_DB_…`.
 */
export async function verifyFile(
  service: Service,
  request: CallerRequest,
  { signature, document, at, policy }: VerifyFileInput,
): Promise<VerificationReport> {
  const { verifications } = service.deps
  const detached = document ? [await detachedSource(document)] : []
  const report = await service.verifying.run(request.caller.hospitalId, () =>
    verifications.verify({
      file: { name: null, bytes: signature.bytes! },
      detached,
      context: service.verificationContext,
      policy: builtInPolicies[policy],
      at,
    }),
  )
  service.metrics.verifications.inc({ verdict: report.verdict })
  await record(request, signature, report)
  if (report.error) throw new UnreadableFile(report.error)
  return report
}

async function detachedSource({
  received,
  digests,
}: NonNullable<ReceivedVerification['document']>): Promise<DetachedSource> {
  if (received.bytes) return { name: null, bytes: received.bytes }
  const found = digests.map(async (name) => [name, await received.digestOf(name)] as const)
  return { name: null, digests: Object.fromEntries(await Promise.all(found)) }
}

/** What was judged, by digest, and what came of it; no names: those are in the file. */
async function record(
  request: CallerRequest,
  { sha256, length }: ReceivedVerification['signature'],
  { verdict, signatures, policy, context, at, error }: VerificationReport,
): Promise<void> {
  const content = {
    length,
    verdict,
    at,
    policy: policy.name,
    policyDigest: policy.digest,
    contextDigest: context.digest,
    signatures: signatures.map(({ id, indication, subIndication }) => ({ id, indication, subIndication })),
    ...(error && { code: error.code }),
  }
  await request.hospital.appendAudit(
    auditEntry(request, {
      action: 'signature.verify',
      object: `document:${sha256}`,
      outcome: error ? 'failed' : 'success',
      content,
    }),
  )
}
