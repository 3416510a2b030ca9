import type { Certificate } from '../../formats/index.ts'
import { SignerError } from '../../signer/index.ts'
import type { GuardedSigner } from '../guard/signer-inquiry.ts'
import { isRefusal } from '../problem.ts'
import { auditEntry, type CallerRequest } from '../request-context.ts'
import type { Service } from '../service.ts'
import { evidenceAgainst } from './signature-record.ts'

/** Whether the holder of a key that is not here may sign now; a refusal is audited. Throws what `checkSigner` throws. */
export async function guardSigner(
  { guard }: Service,
  request: CallerRequest,
  {
    chain,
    occasion,
    object,
  }: { readonly chain: readonly Certificate[]; readonly occasion: string | null; readonly object: string },
): Promise<GuardedSigner> {
  try {
    return await guard.check(chain, occasion)
  } catch (error) {
    if (error instanceof SignerError && isRefusal(error)) {
      const content = {
        code: error.code,
        certificateSha256: chain[0]?.sha256 ?? null,
        ...evidenceAgainst(error),
      }
      const entry = { action: 'signer.refuse', object, outcome: 'refused' as const, content }
      await request.hospital.appendAudit(auditEntry(request, entry))
    }
    throw error
  }
}
