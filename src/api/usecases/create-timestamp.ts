import type { IdempotentRequest, StoredAnswer } from '../../db/index.ts'
import type { DigestName } from '../../formats/index.ts'
import { ApiError } from '../errors.ts'
import { answerOnce } from '../idempotency.ts'
import { auditEntry, type CallerRequest, requireScope } from '../request-context.ts'
import type { Service } from '../service.ts'

export interface TimestampInput {
  readonly imprint: Uint8Array
  readonly digest: DigestName
}

/** A time-stamp over a digest. Throws `ERR_API_TIMESTAMPS_ABSENT`, `ERR_TSP_…` and `ERR_API_SCOPE_MISSING`. */
export async function createTimestamp(
  service: Service,
  request: CallerRequest,
  { imprint, digest }: TimestampInput,
  idempotency: IdempotentRequest | null,
): Promise<StoredAnswer> {
  const hash = Buffer.from(imprint).toString('hex')
  await requireScope(request, 'timestamp', `digest:${hash}`)
  const { timestamps } = service.deps
  if (!timestamps) throw new ApiError('ERR_API_TIMESTAMPS_ABSENT')
  return answerOnce(service, request, idempotency, async () => {
    await service.faultPoint('timestamp.received')
    const { token, genTime } = await timestamps.timestamp(imprint, digest).catch((error: unknown) => {
      service.metrics.timestamps.inc({ outcome: 'failed' })
      throw error
    })
    const content = { hash, hashAlgorithm: digest, genTime: genTime.toISOString() }
    await request.hospital.appendAudit(
      auditEntry(request, {
        action: 'timestamp.create',
        object: `digest:${hash}`,
        outcome: 'success',
        content,
      }),
    )
    await service.faultPoint('timestamp.recorded')
    service.metrics.timestamps.inc({ outcome: 'success' })
    const answer = { token: Buffer.from(token).toString('base64'), genTime: genTime.toISOString() }
    return {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify(answer)),
      prefixedByDocument: false,
    }
  })
}
