import { AnkyError, type ErrorOptions } from '../formats/index.ts'
import { trustMessages } from './messages.ts'

/** Every way in which an operation on evidence can fail. What evidence says against a certificate is no error. */
export type TrustErrorCode = keyof typeof trustMessages

/** Evidence that could not be had, or not be used. */
export class TrustError extends AnkyError<TrustErrorCode> {
  constructor(code: TrustErrorCode, options: ErrorOptions = {}) {
    super(code, trustMessages[code], options)
  }
}
