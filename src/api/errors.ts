import { AnkyError, type ErrorOptions } from '../formats/index.ts'
import { apiMessages } from './messages.ts'

/** Every reason for which the HTTP interface itself refuses. */
export type ApiErrorCode = keyof typeof apiMessages

/** A request that is not served. */
export class ApiError extends AnkyError<ApiErrorCode> {
  constructor(code: ApiErrorCode, options: ErrorOptions = {}) {
    super(code, apiMessages[code], options)
  }
}
