import { z } from '@hono/zod-openapi'
import { ApiError } from '../errors.ts'
import { jsonResponse } from '../http/answer.ts'
import { problemResponse } from '../problem.ts'
import { jsonContent, problems } from '../schemas.ts'
import type { Service } from '../service.ts'
import { checkReadiness } from '../usecases/check-readiness.ts'
import { addPublicRoute, createSubApp } from './define.ts'

const health = z
  .object({
    status: z.literal('alive'),
    environment: z.enum(['evaluation', 'production']),
    database: z.object({ kind: z.enum(['pglite', 'postgres']), label: z.string() }),
    keys: z.object({ provider: z.enum(['pkcs11', 'file']), software: z.boolean(), label: z.string() }),
    timestamps: z.object({ configured: z.boolean() }),
  })
  .openapi('Health')

const check = z.object({ ok: z.boolean(), state: z.string(), code: z.string().optional() })
const readiness = z
  .object({
    ready: z.boolean(),
    checks: z.object({ database: check, keys: check, timestamps: check }),
  })
  .openapi('Readiness')

const databaseLabels = {
  pglite: 'embedded database: evaluation only, does not wait for the disk',
  postgres: 'PostgreSQL',
} as const

export function operationRoutes(service: Service, isDraining: () => boolean) {
  const app = createSubApp()
  addPublicRoute(
    app,
    {
      method: 'get',
      path: '/healthz',
      summary: 'Dịch vụ đang chạy / Alive, and on what it runs',
      responses: { 200: jsonContent(health, 'Always, as long as it answers') },
    },
    () => jsonResponse(describe(service)),
  )
  addPublicRoute(
    app,
    {
      method: 'get',
      path: '/readyz',
      summary: 'Có thể ký ngay không / Can it sign now',
      responses: { 200: jsonContent(readiness, 'It can'), ...problems(503) },
    },
    async (context) => {
      const { ready, checks, why } = await checkReadiness(service)
      if (ready && !isDraining()) return jsonResponse({ ready, checks })
      const error = isDraining()
        ? new ApiError('ERR_API_DRAINING')
        : new ApiError('ERR_API_NOT_READY', { details: { why } })
      return problemResponse(error, context.get('requestId'), { checks })
    },
  )
  addPublicRoute(
    app,
    {
      method: 'get',
      path: '/metrics',
      summary: 'Số liệu cho Prometheus / Figures for Prometheus',
      responses: { 200: { description: 'Text', content: { 'text/plain': { schema: z.string() } } } },
    },
    async () => {
      const { registry } = service.metrics
      return new Response(await registry.metrics(), { headers: { 'content-type': registry.contentType } })
    },
  )
  return app
}

function describe({ deps }: Service): z.infer<typeof health> {
  const { kind, software, label } = deps.keys.describe()
  return {
    status: 'alive',
    environment: deps.environment,
    database: { kind: deps.database.kind, label: databaseLabels[deps.database.kind] },
    keys: { provider: kind, software, label },
    timestamps: { configured: deps.timestamps !== null },
  }
}
