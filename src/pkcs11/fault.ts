import type { Details } from '../formats/index.ts'
import type { Pkcs11ErrorCode } from './messages.ts'
import type { FaultData } from './protocol.ts'

/**
 * A failure as the token's process tells it: code and fields without the catalogue, so that the process loads no more
 * than it needs. The parent turns it into a `Pkcs11Error`.
 */
export class Fault extends Error {
  readonly code: Pkcs11ErrorCode
  readonly details: Details

  constructor(code: Pkcs11ErrorCode, details: Details = {}, cause?: unknown) {
    super(code, cause === undefined ? undefined : { cause })
    this.name = 'Fault'
    this.code = code
    this.details = details
  }
}

/** What crosses between processes: code and fields, never the error itself. */
export function faultData(error: unknown, place: string): FaultData {
  if (error instanceof Fault) return { code: error.code, details: error.details }
  const ckr = error instanceof Error ? error.name : 'unknown'
  return { code: 'ERR_P11_CALL_FAILED', details: { function: place, ckr } }
}
