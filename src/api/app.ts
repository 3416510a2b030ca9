import type { Api, AppDeps } from './deps.ts'
import { ApiError } from './errors.ts'
import { discardBody } from './http/read-body.ts'
import { problemResponse, statusOf } from './problem.ts'
import { ClientAddresses, requestIdOf } from './request-id.ts'
import { activationRoutes } from './routes/activations.ts'
import { auditEventRoutes } from './routes/audit-events.ts'
import { credentialRoutes } from './routes/credentials.ts'
import { type ApiApp, type ApiContext, createSubApp } from './routes/define.ts'
import { addDescription } from './routes/describe.ts'
import { laterRoutes } from './routes/later.ts'
import { operationRoutes } from './routes/operations.ts'
import { signRoutes } from './routes/sign.ts'
import { signatureRoutes } from './routes/signatures.ts'
import { signingRequestRoutes } from './routes/signing-requests.ts'
import { timestampRoutes } from './routes/timestamps.ts'
import { verificationRoutes } from './routes/verifications.ts'
import { createService, type Service } from './service.ts'

/** The signing service over HTTP: routes, who may use them, and what outlasts a request. */
export function createApp(deps: AppDeps): Api {
  const service = createService(deps)
  const work = new Set<Promise<unknown>>()
  let draining = false
  const app = createSubApp()
  addFrame(app, service, () => draining)
  for (const routes of [
    signRoutes(service),
    activationRoutes(service),
    credentialRoutes(service),
    signingRequestRoutes(service),
    timestampRoutes(service),
    verificationRoutes(service),
    signatureRoutes(service),
    auditEventRoutes(service),
    operationRoutes(service, () => draining),
    laterRoutes(),
  ])
    app.route('/', routes)
  addDescription(app)

  return {
    async fetch(request, env) {
      const answer = Promise.resolve(app.fetch(request, env))
      work.add(answer)
      try {
        return await answer
      } finally {
        work.delete(answer)
      }
    },
    recover: () => service.recovery.run(),
    async drain() {
      draining = true
      while (work.size > 0) await Promise.allSettled(work)
      service.recovery.close()
    },
  }
}

const alwaysOpen = new Set(['/healthz', '/readyz', '/metrics'])

/** What every request gets: an id, a line in the log, a place in the figures, and its errors as problems. */
function addFrame(app: ApiApp, service: Service, isDraining: () => boolean): void {
  const { log, random, trustedProxies } = service.deps
  const addresses = new ClientAddresses(trustedProxies)
  app.use(async (context, next) => {
    const begun = performance.now()
    const { address, proxied } = addresses.find(context.req.raw.headers, context.env)
    const requestId = requestIdOf(context.req.raw.headers, proxied, random)
    context.set('requestId', requestId)
    context.set('log', log.child({ requestId }))
    if (isDraining() && !alwaysOpen.has(context.req.path)) throw new ApiError('ERR_API_DRAINING')
    await next()
    context.res.headers.set('x-request-id', requestId)
    finishRequest(service, context, address, performance.now() - begun)
  })
  app.onError(answerError)
  app.notFound((context) => answerError(new ApiError('ERR_API_ROUTE_NOT_FOUND'), context))
}

async function answerError(error: unknown, context: ApiContext): Promise<Response> {
  const status = statusOf(error)
  const requestLog = context.get('log')
  if (status >= 500 && status !== 501) requestLog.error({ err: error }, 'the request failed')
  else requestLog.info({ code: (error as Partial<ApiError>).code, status }, 'the request was refused')
  await discardBody(context.req.raw.body)
  return problemResponse(error, context.get('requestId'))
}

/** The path as documented, never the query: it may name patients. */
function finishRequest(service: Service, context: ApiContext, client: string | null, ms: number): void {
  const { method } = context.req
  const { headers, status } = context.res
  headers.set('x-content-type-options', 'nosniff')
  headers.set('referrer-policy', 'no-referrer')
  if (!headers.has('content-security-policy'))
    headers.set('content-security-policy', "default-src 'none'; frame-ancestors 'none'")
  const route = context.get('route') ?? 'unmatched'
  const known = route === 'unmatched' ? 'other' : method
  service.metrics.requests.observe({ method: known, route, status: String(status) }, ms / 1000)
  const apiKeyId = context.get('callerId')
  context.get('log').info({ method: known, route, status, ms: Math.round(ms), client, apiKeyId }, 'answered')
}
