import { AnkyError, type ErrorOptions } from '../src/formats/index.ts'
import { conformanceMessages } from './messages.ts'

export type ConformanceErrorCode = keyof typeof conformanceMessages

/** Why the vectors were not judged. */
export class ConformanceError extends AnkyError<ConformanceErrorCode> {
  constructor(code: ConformanceErrorCode, options: ErrorOptions = {}) {
    super(code, conformanceMessages[code], options)
  }
}
