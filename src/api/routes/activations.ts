import { z } from '@hono/zod-openapi'
import { readApiKey } from '../authenticate.ts'
import { parseQuery, readJsonBody } from '../http/parse-fields.ts'
import { readIdempotency } from '../idempotency.ts'
import { ACTIVATION_DOCUMENTS } from '../limits.ts'
import { requireScope } from '../request-context.ts'
import { idempotencyHeader, jsonContent, problems } from '../schemas.ts'
import type { Service } from '../service.ts'
import { activateCredential } from '../usecases/activate-credential.ts'
import { addRoute, createSubApp } from './define.ts'

const body = z
  .strictObject({
    credential: z.string().min(1).max(64),
    documents: z
      .array(z.string().regex(/^[0-9a-f]{64}$/))
      .min(1)
      .max(ACTIVATION_DOCUMENTS)
      .refine((documents) => new Set(documents).size === documents.length)
      .openapi({ description: 'SHA-256, hex, of the bytes to be sent to /v1/sign' }),
    pin: z.string().min(1).max(128),
  })
  .openapi('ActivationRequest')

const answer = z.object({ activation: z.string(), expiresAt: z.iso.datetime() }).openapi('Activation')

export function activationRoutes(service: Service) {
  const app = createSubApp()
  addRoute(
    app,
    service,
    {
      method: 'post',
      path: '/v1/activations',
      summary: "Kích hoạt khóa cá nhân / Activate a person's key",
      request: {
        headers: z.object(idempotencyHeader),
        body: { required: true, content: { 'application/json': { schema: body } } },
      },
      responses: {
        201: jsonContent(answer, 'To be sent as Anky-Activation'),
        ...problems(400, 401, 403, 404, 408, 409, 413, 415, 422, 423, 503, 507),
      },
    },
    async (context, request) => {
      const http = context.req.raw
      parseQuery(z.strictObject({}), http.url)
      await requireScope(request, 'activate', 'activations')
      const { pin, ...input } = await readJsonBody(http, body, service.limits)
      const idempotency = readIdempotency(http, request, input)
      const apiKey = readApiKey(http.headers)
      const bytes = await activateCredential(service, request, { ...input, pin }, idempotency, apiKey)
      const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' }
      return new Response(Buffer.from(bytes), { status: 201, headers })
    },
  )
  return app
}
