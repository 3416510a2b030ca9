import { AnkyError, type ErrorOptions } from '../formats/index.ts'
import { sandboxMessages } from './messages.ts'

/** Every way in which the sandbox ends a task without a verdict. */
export type SandboxErrorCode = keyof typeof sandboxMessages

/** A file that was not judged, or processes that cannot be had. */
export class SandboxError extends AnkyError<SandboxErrorCode> {
  constructor(code: SandboxErrorCode, options: ErrorOptions = {}) {
    super(code, sandboxMessages[code], options)
  }
}
