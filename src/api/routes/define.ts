import { OpenAPIHono, type RouteConfig } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Logger } from 'pino'
import { authenticate } from '../authenticate.ts'
import { ApiError } from '../errors.ts'
import type { CallerRequest } from '../request-context.ts'
import type { Service } from '../service.ts'

export interface ApiEnv {
  Variables: {
    requestId: string
    log: Logger
    /** The path as documented, for metrics and the log. */
    route: string
    callerId: string
  }
}
export type ApiContext = Context<ApiEnv>
export type ApiApp = OpenAPIHono<ApiEnv>

export const createSubApp = (): ApiApp => new OpenAPIHono<ApiEnv>()

export type PublicRoute = Omit<RouteConfig, 'security'>
export type GuardedRoute = Omit<RouteConfig, 'security'>

/** A route for anybody. */
export function addPublicRoute(
  app: ApiApp,
  route: PublicRoute,
  handler: (context: ApiContext) => Response | Promise<Response>,
): void {
  app.openAPIRegistry.registerPath({ ...route, security: [] })
  addHandler(app, route.method, route.path, handler)
}

/** A route for callers with an API key. */
export function addRoute(
  app: ApiApp,
  service: Service,
  route: GuardedRoute,
  handler: (context: ApiContext, request: CallerRequest) => Promise<Response>,
): void {
  app.openAPIRegistry.registerPath({ ...route, security: [{ apiKey: [] }] })
  addHandler(app, route.method, route.path, async (context) =>
    handler(context, await callerRequest(service, context)),
  )
}

/** A route that comes later and is not described yet. */
export function addLaterRoute(app: ApiApp, method: string, path: string, error: () => ApiError): void {
  addHandler(app, method, path, () => {
    throw error()
  })
}

function addHandler(
  app: ApiApp,
  method: string,
  path: string,
  handler: (context: ApiContext) => Response | Promise<Response>,
): void {
  const pattern = path.replace(/\{(\w+)\}/g, ':$1')
  app.on(method.toUpperCase(), pattern, (context) => {
    context.set('route', path)
    return handler(context)
  })
  app.all(pattern, (context) => {
    context.set('route', path)
    const allow = method.toLowerCase() === 'get' ? 'GET, HEAD' : method.toUpperCase()
    const details = { method: context.req.method.slice(0, 20), allow }
    throw new ApiError('ERR_API_METHOD_NOT_ALLOWED', { details })
  })
}

async function callerRequest(service: Service, context: ApiContext): Promise<CallerRequest> {
  const caller = await authenticate(context.req.raw.headers, service.deps)
  context.set('callerId', caller.apiKeyId)
  const log = context.get('log').child({ apiKeyId: caller.apiKeyId })
  const hospital = service.deps.database.hospital(caller.hospitalId)
  return { requestId: context.get('requestId'), caller, hospital, log }
}
