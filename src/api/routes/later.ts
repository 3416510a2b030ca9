import { ApiError } from '../errors.ts'
import { addLaterRoute, createSubApp } from './define.ts'

/** What the outside contract promises for a later version: refused whole. */
export function laterRoutes() {
  const app = createSubApp()
  addLaterRoute(app, 'get', '/v1/jobs/{id}', () => new ApiError('ERR_API_JOBS_UNSUPPORTED'))
  addLaterRoute(app, 'get', '/v1/jobs/{id}/result', () => new ApiError('ERR_API_JOBS_UNSUPPORTED'))
  return app
}
