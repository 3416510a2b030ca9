import { z } from '@hono/zod-openapi'
import { jsonResponse } from '../http/answer.ts'
import { parseQuery } from '../http/parse-fields.ts'
import { requireScope } from '../request-context.ts'
import { jsonContent, problems } from '../schemas.ts'
import type { Service } from '../service.ts'
import { addRoute, createSubApp } from './define.ts'

const pageSize = 100
const query = z.strictObject({
  after: z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number)
    .optional()
    .openapi({ type: 'integer', description: 'Sequence after which to begin; default 0' }),
  limit: z
    .string()
    .regex(/^\d{1,4}$/)
    .transform(Number)
    .pipe(z.int().min(1).max(1000))
    .optional()
    .openapi({ type: 'integer', description: `At most 1000; default ${pageSize}` }),
})

const event = z
  .object({
    sequence: z.int(),
    time: z.iso.datetime(),
    actor: z.string(),
    action: z.string(),
    object: z.string(),
    outcome: z.enum(['success', 'refused', 'failed', 'voided']),
    requestId: z.string(),
    content: z.record(z.string(), z.unknown()),
    contentDigest: z.string(),
  })
  .openapi('AuditEvent')

export function auditEventRoutes(service: Service) {
  const app = createSubApp()
  addRoute(
    app,
    service,
    {
      method: 'get',
      path: '/v1/audit-events',
      summary: "Nhật ký kiểm toán của bệnh viện / The hospital's audit log",
      request: { query },
      responses: {
        200: jsonContent(z.object({ events: z.array(event) }), 'In the order of their sequence'),
        ...problems(400, 401, 403, 503),
      },
    },
    async (context, request) => {
      const { after = 0, limit = pageSize } = parseQuery(query, context.req.url)
      await requireScope(request, 'audit', 'audit-events')
      return jsonResponse({ events: await request.hospital.listAuditEvents(after, limit) })
    },
  )
  return app
}
