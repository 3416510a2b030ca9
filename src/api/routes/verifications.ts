import { z } from '@hono/zod-openapi'
import { builtInPolicyNames, verificationReportJsonSchema } from '../../verifier/index.ts'
import { ApiError } from '../errors.ts'
import { chooseMediaType } from '../http/accept.ts'
import { jsonResponse } from '../http/answer.ts'
import { refuseMediaType, requireMediaType } from '../http/media-type.ts'
import { parseQuery } from '../http/parse-fields.ts'
import { receiveRaw, requireDeclaredLength } from '../http/receive-document.ts'
import { type ReceivedVerification, receiveVerification } from '../http/receive-verification.ts'
import { OPTIONS_BYTES } from '../limits.ts'
import { type CallerRequest, requireScope } from '../request-context.ts'
import { binary, problems } from '../schemas.ts'
import type { Service } from '../service.ts'
import { verifyFile } from '../usecases/verify-file.ts'
import { addRoute, createSubApp } from './define.ts'

const query = z.strictObject({
  at: z
    .string()
    // a plus sign that was not encoded arrives as a space
    .transform((text) => text.replace(' ', '+'))
    .pipe(z.union([z.iso.datetime({ offset: true }), z.iso.date()]))
    .optional()
    .openapi({
      type: 'string',
      description: 'Judge as of this time; default: now',
      example: '2026-11-25T16:00:00+07:00',
    }),
  policy: z
    .enum(builtInPolicyNames)
    .optional()
    .openapi({ description: 'Default `hospital`; `no-revocation`: missing revocation data is a warning' }),
})

const description = {
  method: 'post' as const,
  path: '/v1/verifications',
  summary: 'Kiểm tra chữ ký của một tệp / Judge a signed file',
  request: {
    query,
    body: {
      required: true,
      content: {
        'application/pdf': binary,
        'application/pkcs7-signature': binary,
        'application/octet-stream': binary,
        'multipart/form-data': {
          schema: z.strictObject({
            signature: z.string().openapi({ format: 'binary' }),
            document: z
              .string()
              .optional()
              .openapi({ format: 'binary', description: 'What a detached signature is about' }),
          }),
        },
      },
    },
  },
  responses: {
    200: {
      description: 'The verdict, whatever it is; also where there is no signature',
      content: { 'application/json': { schema: { $ref: '#/components/schemas/VerificationReport' } } },
    },
    ...problems(400, 401, 403, 406, 408, 413, 415, 422, 429, 501, 503, 507),
  },
}

export function verificationRoutes(service: Service) {
  const app = createSubApp()
  app.openAPIRegistry.registerComponent('schemas', 'VerificationReport', verificationReportJsonSchema())
  addRoute(app, service, description, async (context, request) => {
    const http = context.req.raw
    const { at, policy = 'hospital' } = parseQuery(query, http.url)
    requireJson(http.headers)
    await requireScope(request, 'verify', 'verifications')
    const received = await receive(service, request, http)
    try {
      const options = { at: at === undefined ? service.deps.clock() : new Date(at), policy }
      return jsonResponse(await verifyFile(service, request, { ...received, ...options }))
    } finally {
      received.signature.release()
      received.document?.received.release()
    }
  })
  return app
}

/** Forms of the report that come with a later version. */
const laterReports = ['application/xml', 'text/xml', 'text/html', 'application/pdf'] as const

function requireJson(headers: Headers): void {
  const accept = headers.get('accept')
  if (chooseMediaType(accept, ['application/json'])) return
  const later = chooseMediaType(accept, laterReports)
  if (later) throw new ApiError('ERR_API_REPORT_UNSUPPORTED', { details: { type: later } })
  throw new ApiError('ERR_API_NOT_ACCEPTABLE')
}

async function receive(
  service: Service,
  request: CallerRequest,
  http: Request,
): Promise<ReceivedVerification> {
  const { uploadBytes } = service.limits
  const owner = request.caller.hospitalId
  const mediaType = requireMediaType(http.headers, 'application/pdf')
  const isMultipart = mediaType.type === 'multipart/form-data'
  requireDeclaredLength(http, isMultipart ? 2 * uploadBytes + OPTIONS_BYTES : uploadBytes)
  if (isMultipart) return receiveVerification(service, http, owner, mediaType)
  if (/^multipart\/|^application\/x-www-form-urlencoded$/.test(mediaType.type))
    refuseMediaType(mediaType.type, "the signed file's own type, or multipart/form-data")
  const plan = { hold: true, digests: [] }
  return { signature: await receiveRaw(service, http, owner, mediaType.type, plan), document: null }
}
