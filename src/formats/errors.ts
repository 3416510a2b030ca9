import { asn1Messages } from './asn1/messages.ts'
import { derMessages } from './der/messages.ts'
import { AnkyError, type Catalogue, type ErrorOptions } from './error.ts'
import { pdfMessages } from './pdf/messages.ts'

export const formatMessages = { ...derMessages, ...asn1Messages, ...pdfMessages } satisfies Catalogue

/** Every way in which reading or writing a format can fail. */
export type FormatErrorCode = keyof typeof formatMessages

/** Bytes that are not what they should be, or go beyond a limit. */
export class FormatError extends AnkyError<FormatErrorCode> {
  constructor(code: FormatErrorCode, options: ErrorOptions = {}) {
    super(code, formatMessages[code], options)
  }
}
