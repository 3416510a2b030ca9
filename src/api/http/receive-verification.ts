import type { DigestName } from '../../formats/index.ts'
import { OPTIONS_BYTES } from '../limits.ts'
import type { Service } from '../service.ts'
import type { MediaType } from './media-type.ts'
import { parseMultipart } from './multipart.ts'
import { fieldError } from './parse-fields.ts'
import { readBody } from './read-body.ts'
import { DocumentReceiver, type ReceivedDocument } from './received-document.ts'

/** A body up to this many bytes is held whole: some signatures cannot be judged by digests alone. */
const HELD_BYTES = 32 * 2 ** 20

/** A signed file, with the document that it is about where that came beside it. */
export interface ReceivedVerification {
  readonly signature: ReceivedDocument
  /** Held, or digested by `digests` as it streamed by. */
  readonly document: { readonly received: ReceivedDocument; readonly digests: readonly DigestName[] } | null
}

/**
 * The parts `signature` and `document` (which may be left out), in any order. A long document that comes after its signature
 * streams by; one that comes before it is held, since nobody knows yet which digests will be asked for.
 *
 * Throws `ERR_API_FIELD_…`, `ERR_API_MULTIPART_MALFORMED`, and what `readBody` throws. Both parts must be released.
 */
export async function receiveVerification(
  service: Service,
  request: Request,
  owner: string,
  mediaType: MediaType,
): Promise<ReceivedVerification> {
  const maxBytes = 2 * service.limits.uploadBytes + OPTIONS_BYTES
  const chunks = readBody(request.body, { ...service.limits, maxBytes })
  let signature: ReceivedDocument | null = null
  let document: ReceivedVerification['document'] = null
  try {
    for await (const { name, body } of parseMultipart(mediaType, chunks)) {
      if ((name === 'signature' && signature) || (name === 'document' && document))
        throw fieldError('ERR_API_FIELD_DUPLICATE', [name])
      if (name === 'signature') signature = await take(service, owner, body, { hold: true, digests: [] })
      else if (name === 'document') {
        const digests = signature?.bytes
          ? await service.deps.verifications.requiredDigests(signature.bytes)
          : null
        const isShort = Number(request.headers.get('content-length') ?? Number.NaN) <= HELD_BYTES
        const plan = { hold: digests === null || isShort, digests: digests ?? [] }
        document = { received: await take(service, owner, body, plan), digests: plan.digests }
      } else throw fieldError('ERR_API_FIELD_UNKNOWN', [name])
    }
    if (!signature) throw fieldError('ERR_API_FIELD_MISSING', ['signature'])
    return { signature, document }
  } catch (error) {
    signature?.release()
    document?.received.release()
    throw error
  }
}

async function take(
  { limits, heldBytes }: Service,
  owner: string,
  body: AsyncIterable<Uint8Array>,
  plan: { readonly hold: boolean; readonly digests: readonly DigestName[] },
): Promise<ReceivedDocument> {
  const receiver = new DocumentReceiver({
    ...plan,
    mediaType: 'application/octet-stream',
    // Of all parts together: a signature is a small one of them
    declaredLength: null,
    maxBytes: limits.uploadBytes,
    heldBytes,
    owner,
  })
  try {
    for await (const chunk of body) receiver.write(chunk)
    return receiver.finish()
  } catch (error) {
    receiver.release()
    throw error
  }
}
