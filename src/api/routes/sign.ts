import { z } from '@hono/zod-openapi'
import type { Credential } from '../../db/index.ts'
import { type SelectedAlgorithm, type SigningKey, selectAlgorithm } from '../../signer/index.ts'
import { bytesResponse, storedResponse } from '../http/answer.ts'
import { type MediaType, refuseMediaType, requireMediaType } from '../http/media-type.ts'
import { fieldError, parseFields, parseJson, parseQuery } from '../http/parse-fields.ts'
import {
  type ReceivingPlan,
  receiveMultipart,
  receiveRaw,
  requireDeclaredLength,
} from '../http/receive-document.ts'
import type { ReceivedDocument } from '../http/received-document.ts'
import { readIdempotency } from '../idempotency.ts'
import { OPTIONS_BYTES } from '../limits.ts'
import type { CallerRequest } from '../request-context.ts'
import { binary, idempotencyHeader, problems } from '../schemas.ts'
import type { Service } from '../service.ts'
import {
  fingerprintOf,
  mergeOptions,
  requireSupported,
  requireSynchronous,
  resolveWish,
  type SigningWish,
  signOptions,
  signQuery,
} from '../sign-options.ts'
import { authorizeSigning } from '../usecases/authorize-signing.ts'
import { signDocument } from '../usecases/sign-document.ts'
import { referencesOf } from '../usecases/signature-record.ts'
import { addRoute, createSubApp } from './define.ts'

const description = {
  method: 'post' as const,
  path: '/v1/sign',
  summary: 'Ký một tài liệu / Sign a document',
  request: {
    query: signQuery,
    headers: z.object({
      ...idempotencyHeader,
      'Anky-Activation': z.string().optional().openapi({ description: "Needed for a person's key" }),
    }),
    body: {
      required: true,
      content: {
        'application/pdf': binary,
        'application/octet-stream': binary,
        'multipart/form-data': {
          schema: z.strictObject({
            document: z.string().openapi({ format: 'binary' }),
            options: signOptions,
          }),
        },
      },
    },
  },
  responses: {
    200: {
      description: 'The signed PDF, or the detached signature',
      headers: z.object({
        'Anky-Signature-Id': z.string(),
        'Anky-Level': z.enum(['B-B', 'B-T']),
        'Anky-Conformity': z.enum(['tt15', 'outside']),
        'Anky-Warning': z.string().optional(),
        'Anky-Environment': z.string().optional(),
        'Content-Digest': z.string(),
      }),
      content: { 'application/pdf': binary, 'application/pkcs7-signature': binary },
    },
    ...problems(400, 401, 403, 404, 408, 409, 413, 415, 422, 423, 429, 501, 503, 507),
  },
}

type Options = ReturnType<typeof mergeOptions>

/** A document with everything that decides how it is signed. */
interface Signing {
  readonly credential: Credential
  readonly key: SigningKey
  readonly selected: SelectedAlgorithm
  readonly wish: SigningWish
}

export function signRoutes(service: Service) {
  const app = createSubApp()
  addRoute(app, service, description, async (context, request) => {
    await service.faultPoint('sign.authenticated')
    const http = context.req.raw
    const query = parseQuery(signQuery, http.url)
    requireSynchronous(http.headers)
    const activationToken = http.headers.get('anky-activation')
    const { signing, document } = await receive(service, request, http, query, activationToken)
    try {
      await service.faultPoint('sign.body-read')
      const idempotency = readIdempotency(http, request, {
        ...fingerprintOf(signing.wish),
        ...(await referencesOf(service, request, signing.wish)),
        credential: signing.credential.id,
        documentSha256: document.sha256,
        documentLength: document.length,
      })
      const input = { ...signing, document, activationToken, idempotency }
      const answer = await signDocument(service, request, input)
      return answer.prefixedByDocument
        ? storedResponse(answer, document)
        : bytesResponse(answer.status, answer.headers, [null, answer.body], () => document.release())
    } catch (error) {
      document.release()
      throw error
    }
  })
  return app
}

/** Who may, and how, is decided before the body is read wherever the query says enough. */
async function receive(
  service: Service,
  request: CallerRequest,
  http: Request,
  query: z.infer<typeof signQuery>,
  activationToken: string | null,
): Promise<{ signing: Signing; document: ReceivedDocument }> {
  requireSupported(query)
  const known = query.credential && (await authorizeSigning(request, query.credential, activationToken))
  const mediaType = requireMediaType(http.headers, 'application/pdf')
  const decide = (options: Options, type: string) =>
    decideSigning(service, request, known || null, activationToken, options, type)
  requireDeclaredLength(http, service.limits.uploadBytes + OPTIONS_BYTES)
  if (mediaType.type === 'multipart/form-data')
    return receiveParts(service, request, http, mediaType, query, decide)
  if (/^multipart\/|^application\/x-www-form-urlencoded$/.test(mediaType.type))
    refuseMediaType(mediaType.type, "application/pdf, the document's own type, or multipart/form-data")
  requireDeclaredLength(http, service.limits.uploadBytes)
  const signing = await decide(query, mediaType.type)
  const owner = request.caller.hospitalId
  return { signing, document: await receiveRaw(service, http, owner, mediaType.type, planOf(signing)) }
}

type Decide = (options: Options, mediaType: string) => Promise<Signing>

async function receiveParts(
  service: Service,
  request: CallerRequest,
  http: Request,
  mediaType: MediaType,
  query: z.infer<typeof signQuery>,
  decide: Decide,
) {
  let signing: Signing | null = null
  const optionsOf = (fields: ReadonlyMap<string, string>) => {
    const text = fields.get('options')
    const given = text === undefined ? {} : parseFields(signOptions, parseJson(Buffer.from(text)))
    const options = mergeOptions(query, given)
    requireSupported(options)
    return options
  }
  const { document, fields } = await receiveMultipart(service, http, request.caller.hospitalId, mediaType, {
    fields: ['options'],
    withoutDocument: optionsOf,
    plan: async (fields, type) => {
      if (!fields.has('options')) return null
      signing = await decide(optionsOf(fields), type)
      return planOf(signing)
    },
  })
  try {
    return { signing: signing ?? (await decide(optionsOf(fields), document.mediaType)), document }
  } catch (error) {
    document.release()
    throw error
  }
}

async function decideSigning(
  service: Service,
  request: CallerRequest,
  known: Credential | null,
  activationToken: string | null,
  options: Options,
  mediaType: string,
): Promise<Signing> {
  const id = options.credential
  if (id === undefined) throw fieldError('ERR_API_FIELD_MISSING', ['credential'])
  const credential = known ?? (await authorizeSigning(request, id, activationToken))
  const wish = resolveWish(options, mediaType)
  const key = await service.keyring.open(credential)
  const selected = selectAlgorithm(key.chain[0]!, key.algorithms, wish.algorithm)
  return { credential, key, selected, wish }
}

const planOf = ({ wish, selected }: Signing): ReceivingPlan =>
  wish.format === 'pades' ? { hold: true, digests: [] } : { hold: false, digests: [selected.digest] }
