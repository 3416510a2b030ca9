import { AnkyError, type ErrorOptions } from '../formats/index.ts'
import { mainMessages } from './messages.ts'

/** Every way in which the service can fail to start, besides those of the floors below. */
export type MainErrorCode = keyof typeof mainMessages

/** The service cannot start as it is configured, or with what it found. */
export class MainError extends AnkyError<MainErrorCode> {
  constructor(code: MainErrorCode, options: ErrorOptions = {}) {
    super(code, mainMessages[code], options)
  }
}
