import { AnkyError, type ErrorOptions } from '../formats/index.ts'
import { isRetryable } from './ckr.ts'
import { Fault } from './fault.ts'
import { type Pkcs11ErrorCode, pkcs11Messages } from './messages.ts'
import type { FaultData } from './protocol.ts'

/** A key provider could not do what it was asked. */
export class Pkcs11Error extends AnkyError<Pkcs11ErrorCode> {
  constructor(code: Pkcs11ErrorCode, options: ErrorOptions = {}) {
    super(code, pkcs11Messages[code], { retryable: isRetryable(code), ...options })
  }
}

/** Turns a `Fault` into the folder's error, keeping it as cause; anything else stays what it is. */
export function toPkcs11Error(error: unknown): unknown {
  return error instanceof Fault
    ? new Pkcs11Error(error.code, { details: error.details, cause: error })
    : error
}

/** The error that a fault from the token's process stands for. */
export const toError = (fault: FaultData): Pkcs11Error =>
  new Pkcs11Error(fault.code, { details: fault.details })
