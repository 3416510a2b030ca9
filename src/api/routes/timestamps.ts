import { z } from '@hono/zod-openapi'
import { digestLength } from '../../formats/index.ts'
import { storedResponse } from '../http/answer.ts'
import { fieldError, parseQuery, readJsonBody } from '../http/parse-fields.ts'
import { readIdempotency } from '../idempotency.ts'
import { idempotencyHeader, jsonContent, problems } from '../schemas.ts'
import type { Service } from '../service.ts'
import { createTimestamp } from '../usecases/create-timestamp.ts'
import { addRoute, createSubApp } from './define.ts'

const body = z
  .strictObject({
    hash: z.string().min(1).max(256).openapi({ description: 'Hex or base64' }),
    hashAlgorithm: z.enum(['sha256', 'sha384', 'sha512', 'sha3-256', 'sha3-384', 'sha3-512']),
  })
  .openapi('TimestampRequest')

const answer = z
  .object({
    token: z.string().openapi({ description: 'TimeStampToken (RFC 3161), base64' }),
    genTime: z.iso.datetime(),
  })
  .openapi('Timestamp')

export function timestampRoutes(service: Service) {
  const app = createSubApp()
  addRoute(
    app,
    service,
    {
      method: 'post',
      path: '/v1/timestamps',
      summary: 'Cấp dấu thời gian cho một giá trị băm / Time-stamp a digest',
      request: {
        headers: z.object(idempotencyHeader),
        body: { required: true, content: { 'application/json': { schema: body } } },
      },
      responses: {
        200: jsonContent(answer, 'The time-stamp'),
        ...problems(400, 401, 403, 408, 409, 413, 415, 422, 503, 507),
      },
    },
    async (context, request) => {
      const http = context.req.raw
      parseQuery(z.strictObject({}), http.url)
      const input = await readJsonBody(http, body, service.limits)
      const imprint = decodeHash(input.hash, digestLength(input.hashAlgorithm))
      const digest = input.hashAlgorithm
      const idempotency = readIdempotency(http, request, { imprint, digest })
      return storedResponse(await createTimestamp(service, request, { imprint, digest }, idempotency))
    },
  )
  return app
}

/** Text of hex digits alone is hex: read as base64, one digest's hex would be another's bytes. */
function decodeHash(text: string, length: number): Buffer {
  const isHex = /^[0-9a-f]+$/i.test(text)
  const bytes = Buffer.from(text, isHex ? 'hex' : 'base64')
  const isWhole = isHex ? text.length === 2 * length : bytes.toString('base64') === text
  if (bytes.length !== length || !isWhole) throw fieldError('ERR_API_FIELD_INVALID', ['hash'])
  return bytes
}
