/** One message in both languages; `{name}` is replaced by the error's detail of that name. */
export interface Message {
  readonly en: string
  readonly vi: string
}

/** A folder's catalogue of messages by code. Its keys are that folder's closed union of error codes. */
export type Catalogue<Code extends string = string> = Readonly<Record<Code, Message>>

/** What an error observed, in fields. Never a PIN, a key, patient data or document bytes. */
export type Details = Readonly<Record<string, string | number | boolean | null>>

export interface ErrorOptions {
  readonly details?: Details
  readonly cause?: unknown
  /** True where the same call may succeed later without anything being changed. */
  readonly retryable?: boolean
}

/** An operation that could not be carried out, told in Vietnamese and English. */
export abstract class AnkyError<Code extends string = string> extends Error {
  readonly code: Code
  readonly messageVi: string
  readonly details: Details
  readonly retryable: boolean

  constructor(code: Code, message: Message, options: ErrorOptions = {}) {
    const details = options.details ?? {}
    super(
      fillMessage(message.en, details),
      options.cause === undefined ? undefined : { cause: options.cause },
    )
    this.name = new.target.name
    this.code = code
    this.messageVi = fillMessage(message.vi, details)
    this.details = details
    this.retryable = options.retryable ?? false
  }
}

/** A message's text with its details; a name without a detail stays as it is. */
export const fillMessage = (text: string, details: Details): string =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in details ? String(details[name]) : whole))
