import { z } from '@hono/zod-openapi'
import { type Certificate, parseCertificate, parsePem } from '../../formats/index.ts'
import { selectAlgorithm } from '../../signer/index.ts'
import { ApiError } from '../errors.ts'
import { bytesResponse, storedResponse } from '../http/answer.ts'
import { refuseMediaType, requireMediaType } from '../http/media-type.ts'
import { fieldError, parseFields, parseJson, parseQuery, readJsonBody } from '../http/parse-fields.ts'
import { receiveMultipart, requireDeclaredLength } from '../http/receive-document.ts'
import { answerOnce, readIdempotency } from '../idempotency.ts'
import { OPTIONS_BYTES, PEM_BYTES } from '../limits.ts'
import { type CallerRequest, requireScope } from '../request-context.ts'
import { binary, idempotencyHeader, idParam, jsonContent, problems } from '../schemas.ts'
import type { Service } from '../service.ts'
import { fingerprintOf, requireSupported, resolveWish, signingRequestOptions } from '../sign-options.ts'
import {
  type CompletedAnswer,
  completeSigningRequest,
  findSigningRequest,
} from '../usecases/complete-signing-request.ts'
import { prepareSigningRequest } from '../usecases/prepare-signing-request.ts'
import { referencesOf } from '../usecases/signature-record.ts'
import { addRoute, createSubApp } from './define.ts'

const noFields = z.strictObject({})
const multipart = 'multipart/form-data'

const prepared = z
  .object({
    id: z.string(),
    dtbs: z.string().openapi({ description: 'What is signed, base64: the device digests it itself' }),
    digest: z.string().openapi({ description: 'Digest of dtbs, base64: for devices that sign digests' }),
    digestAlgorithm: z.string().openapi({ example: 'sha256' }),
    signatureAlgorithm: z.string().openapi({ example: 'RSASSA-PSS SHA-256' }),
    signatureAlgorithmIdentifier: z.string().openapi({ description: 'AlgorithmIdentifier, DER, base64' }),
    certificateSha256: z.string(),
    expiresAt: z.iso.datetime(),
  })
  .openapi('SigningRequest')

const completion = z
  .strictObject({
    signatureValue: z
      .base64()
      .min(4)
      .max(8192)
      .openapi({ description: 'ECDSA as Ecdsa-Sig-Value in DER; RSA and EdDSA as bytes' }),
  })
  .openapi('SigningRequestCompletion')

export function signingRequestRoutes(service: Service) {
  const app = createSubApp()
  addRoute(
    app,
    service,
    {
      method: 'post',
      path: '/v1/signing-requests',
      summary: 'Chuẩn bị ký bằng khóa của người ký / Prepare a signature by a key held elsewhere',
      request: {
        headers: z.object(idempotencyHeader),
        body: {
          required: true,
          content: {
            [multipart]: {
              schema: z.strictObject({
                document: z.string().openapi({ format: 'binary' }),
                options: signingRequestOptions.optional(),
                certificatePem: z.string(),
                chainPem: z.string().optional(),
              }),
            },
          },
        },
      },
      responses: {
        201: jsonContent(prepared, 'What is to be signed'),
        ...problems(400, 401, 403, 408, 409, 413, 415, 422, 429, 501, 503, 507),
      },
    },
    async (context, request) => {
      const http = context.req.raw
      parseQuery(noFields, http.url)
      await requireScope(request, 'sign', 'signing-requests')
      return prepareAnswer(service, request, http)
    },
  )
  addRoute(
    app,
    service,
    {
      method: 'post',
      path: '/v1/signing-requests/{id}/complete',
      summary: 'Hoàn tất với giá trị chữ ký / Complete with the signature value',
      request: {
        params: idParam,
        headers: z.object(idempotencyHeader),
        body: { required: true, content: { 'application/json': { schema: completion } } },
      },
      responses: {
        200: {
          description: 'As of POST /v1/sign; the same value again gives the same bytes',
          content: { 'application/pdf': binary, 'application/pkcs7-signature': binary },
        },
        ...problems(400, 401, 403, 404, 408, 409, 410, 413, 415, 422, 429, 503, 507),
      },
    },
    async (context, request) => {
      const http = context.req.raw
      parseQuery(noFields, http.url)
      const id = context.req.param('id') ?? ''
      await findSigningRequest(request, id)
      await requireScope(request, 'sign', `signing-request:${id}`)
      const { signatureValue } = await readJsonBody(http, completion, service.limits)
      return completeAnswer(service, request, http, id, Buffer.from(signatureValue, 'base64'))
    },
  )
  return app
}

async function prepareAnswer(service: Service, request: CallerRequest, http: Request): Promise<Response> {
  const mediaType = requireMediaType(http.headers, multipart)
  if (mediaType.type !== multipart) refuseMediaType(mediaType.type, multipart)
  requireDeclaredLength(http, service.limits.uploadBytes + OPTIONS_BYTES + 2 * PEM_BYTES)
  const { document, fields } = await receiveMultipart(service, http, request.caller.hospitalId, mediaType, {
    fields: ['options', 'certificatePem', 'chainPem'],
    plan: async () => null,
  })
  try {
    const options = parseFields(signingRequestOptions, parseJson(Buffer.from(fields.get('options') ?? '{}')))
    requireSupported(options)
    const wish = resolveWish(options, document.mediaType)
    const chain = readChain(fields)
    const selected = selectAlgorithm(chain[0]!, null, wish.algorithm)
    const idempotency = readIdempotency(http, request, {
      ...fingerprintOf(wish),
      ...(await referencesOf(service, request, wish)),
      chain: chain.map(({ sha256 }) => sha256),
      documentSha256: document.sha256,
    })
    const input = { chain, selected, wish, document, idempotency }
    return storedResponse(await prepareSigningRequest(service, request, input))
  } finally {
    document.release()
  }
}

/** The signer's certificate, then its issuers. */
function readChain(fields: ReadonlyMap<string, string>): Certificate[] {
  const keySender = [...fields].find(([, text]) => /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text))
  if (keySender) throw new ApiError('ERR_API_PRIVATE_KEY_SENT', { details: { field: keySender[0] } })
  const pem = fields.get('certificatePem')
  if (pem === undefined) throw fieldError('ERR_API_FIELD_MISSING', ['certificatePem'])
  const own = parsePem(pem)
  if (own.length !== 1) throw fieldError('ERR_API_FIELD_INVALID', ['certificatePem'])
  const chainPem = fields.get('chainPem')
  const issuers = chainPem ? parsePem(chainPem) : []
  if (issuers.length > 10) throw fieldError('ERR_API_FIELD_INVALID', ['chainPem'])
  const certificates = [...own, ...issuers].map((der) => parseCertificate(der))
  // A chain may be sent with the signer's certificate in it.
  return certificates.filter(({ sha256 }, at) => certificates.findIndex((c) => c.sha256 === sha256) === at)
}

/** Completion is idempotent by itself: it repeats its own answer. The header only guards its key against another use. */
async function completeAnswer(
  service: Service,
  request: CallerRequest,
  http: Request,
  id: string,
  value: Buffer,
): Promise<Response> {
  const idempotency = readIdempotency(http, request, { id, value })
  const completed = { status: 200, headers: {}, body: new Uint8Array(), prefixedByDocument: false }
  let answer: CompletedAnswer | null = null
  await answerOnce(service, request, idempotency, async () => {
    answer = await completeSigningRequest(service, request, id, value)
    return completed
  })
  const { headers, document, appended } =
    (answer as CompletedAnswer | null) ?? (await completeSigningRequest(service, request, id, value))
  return bytesResponse(200, headers, [document, appended])
}
