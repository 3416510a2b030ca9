import { AnkyError, type ErrorOptions } from '../formats/index.ts'
import { verifierMessages } from './messages.ts'

/** Every reason of the verifier's own for which a file is not judged. */
export type VerifierErrorCode = keyof typeof verifierMessages

/** A file that could not be judged. */
export class VerifierError extends AnkyError<VerifierErrorCode> {
  constructor(code: VerifierErrorCode, options: ErrorOptions = {}) {
    super(code, verifierMessages[code], options)
  }
}
