import type { DigestName } from '../../formats/index.ts'
import { ApiError } from '../errors.ts'
import { OPTIONS_BYTES, PEM_BYTES } from '../limits.ts'
import type { Service } from '../service.ts'
import { PDF } from '../sign-options.ts'
import type { MediaType } from './media-type.ts'
import { type Part, parseMultipart } from './multipart.ts'
import { fieldError } from './parse-fields.ts'
import { readBody, readWhole } from './read-body.ts'
import { DocumentReceiver, type ReceivedDocument } from './received-document.ts'

/** How a document is to be received, once it is known what will be made of it. */
export interface ReceivingPlan {
  /** Keep its bytes. */
  readonly hold: boolean
  /** Digests that will be asked for, beside SHA-256. */
  readonly digests: readonly DigestName[]
}

/** Every digest that can be signed with: for a document that comes before its options. */
const everyDigest: readonly DigestName[] = ['sha384', 'sha512', 'sha3-256', 'sha3-384', 'sha3-512']

/** The whole body is the document; `owner` is the hospital on whose account it is held. */
export async function receiveRaw(
  service: Service,
  request: Request,
  owner: string,
  mediaType: string,
  plan: ReceivingPlan,
): Promise<ReceivedDocument> {
  const { limits } = service
  const receiver = createReceiver(service, request, owner, mediaType, plan)
  return fill(receiver, readBody(request.body, { ...limits, maxBytes: limits.uploadBytes }))
}

export interface MultipartRules {
  /** Parts beside `document` that may come, as text; each at most once. */
  readonly fields: readonly string[]
  /** Called as soon as every field that came before the document has been read, with those. */
  plan(fields: ReadonlyMap<string, string>, mediaType: string): Promise<ReceivingPlan | null>
  /** Called where no document came: throws what is to be said before that. */
  withoutDocument?(fields: ReadonlyMap<string, string>): void
}

/**
 * The part `document` and the fields beside it, in any order. A document that comes before what says how to sign it is
 * held if it is a PDF, and digested in every way otherwise.
 *
 * Throws `ERR_API_FIELD_…` for parts that are unknown, missing or repeated, `ERR_API_MULTIPART_MALFORMED`, and what
 * `readBody` throws. The document it gives must be released.
 */
export async function receiveMultipart(
  service: Service,
  request: Request,
  owner: string,
  mediaType: MediaType,
  rules: MultipartRules,
): Promise<{ document: ReceivedDocument; fields: ReadonlyMap<string, string> }> {
  const maxBytes = service.limits.uploadBytes + OPTIONS_BYTES + 2 * PEM_BYTES
  const chunks = readBody(request.body, { ...service.limits, maxBytes })
  const fields = new Map<string, string>()
  let document: ReceivedDocument | null = null
  try {
    for await (const part of parseMultipart(mediaType, chunks)) {
      const { name } = part
      if (fields.has(name) || (name === 'document' && document))
        throw fieldError('ERR_API_FIELD_DUPLICATE', [name])
      if (name === 'document') document = await receivePart(service, request, owner, part, fields, rules)
      else if (rules.fields.includes(name)) fields.set(name, await readField(part))
      else throw fieldError('ERR_API_FIELD_UNKNOWN', [name])
    }
    if (!document) rules.withoutDocument?.(fields)
    if (!document) throw fieldError('ERR_API_FIELD_MISSING', ['document'])
    return { document, fields }
  } catch (error) {
    document?.release()
    throw error
  }
}

async function receivePart(
  service: Service,
  request: Request,
  owner: string,
  part: Part,
  fields: ReadonlyMap<string, string>,
  rules: MultipartRules,
): Promise<ReceivedDocument> {
  const type = part.mediaType?.type ?? 'application/octet-stream'
  const plan = await rules.plan(fields, type)
  const receiver = createReceiver(
    service,
    request,
    owner,
    type,
    plan ?? (type === PDF ? { hold: true, digests: [] } : { hold: false, digests: everyDigest }),
  )
  return fill(receiver, part.body)
}

async function readField(part: Part): Promise<string> {
  const bytes = await readWhole(part.body, part.name === 'options' ? OPTIONS_BYTES : PEM_BYTES)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw fieldError('ERR_API_FIELD_INVALID', [part.name])
  }
}

async function fill(
  receiver: DocumentReceiver,
  chunks: AsyncIterable<Uint8Array>,
): Promise<ReceivedDocument> {
  try {
    for await (const chunk of chunks) receiver.write(chunk)
    return receiver.finish()
  } catch (error) {
    receiver.release()
    throw error
  }
}

/** Throws `ERR_API_BODY_TOO_LARGE` by what the request declares, before anything of it is read. */
function createReceiver(
  { limits, heldBytes }: Service,
  request: Request,
  owner: string,
  mediaType: string,
  plan: ReceivingPlan,
): DocumentReceiver {
  const declared = request.headers.get('content-length')
  const declaredLength = declared && /^\d{1,15}$/.test(declared) ? Number(declared) : null
  const maxBytes = limits.uploadBytes
  return new DocumentReceiver({ ...plan, mediaType, declaredLength, maxBytes, heldBytes, owner })
}

/** Refuses early what is declared to be too large for `limit`; throws `ERR_API_BODY_TOO_LARGE`. */
export function requireDeclaredLength(request: Request, limit: number): void {
  if (Number(request.headers.get('content-length') ?? 0) > limit)
    throw new ApiError('ERR_API_BODY_TOO_LARGE', { details: { limit } })
}
