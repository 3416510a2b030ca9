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

/** A file to be judged of which nothing could be read: its cause, as the report names it. */
export class UnreadableFile extends AnkyError<string> {
  constructor({ code, messageVi, messageEn }: { code: string; messageVi: string; messageEn: string }) {
    super(code, { vi: messageVi, en: messageEn })
  }
}
