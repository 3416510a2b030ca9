import { AnkyError, type Catalogue, type ErrorOptions } from '../formats/index.ts'
import { cadesMessages, releaseMessages, signerMessages } from './messages.ts'
import { padesMessages } from './pades/messages.ts'
import { tspMessages } from './tsp-messages.ts'

export const signerCatalogue = {
  ...signerMessages,
  ...releaseMessages,
  ...cadesMessages,
  ...padesMessages,
  ...tspMessages,
} satisfies Catalogue

/** Every way in which making a signature, or getting its time-stamp, can fail. */
export type SignerErrorCode = keyof typeof signerCatalogue

/** A signature that could not be made, or must not leave. */
export class SignerError extends AnkyError<SignerErrorCode> {
  constructor(code: SignerErrorCode, options: ErrorOptions = {}) {
    super(code, signerCatalogue[code], options)
  }
}
