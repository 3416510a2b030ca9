import { Fault } from './fault.ts'
import type { Pkcs11ErrorCode } from './messages.ts'

/** Names of return values (PKCS#11 v3.1, 3.6 and pkcs11t.h). */
const ckrNames: Readonly<Record<number, string>> = {
  0: 'CKR_OK',
  1: 'CKR_CANCEL',
  2: 'CKR_HOST_MEMORY',
  3: 'CKR_SLOT_ID_INVALID',
  5: 'CKR_GENERAL_ERROR',
  6: 'CKR_FUNCTION_FAILED',
  7: 'CKR_ARGUMENTS_BAD',
  8: 'CKR_NO_EVENT',
  9: 'CKR_NEED_TO_CREATE_THREADS',
  10: 'CKR_CANT_LOCK',
  16: 'CKR_ATTRIBUTE_READ_ONLY',
  17: 'CKR_ATTRIBUTE_SENSITIVE',
  18: 'CKR_ATTRIBUTE_TYPE_INVALID',
  19: 'CKR_ATTRIBUTE_VALUE_INVALID',
  27: 'CKR_ACTION_PROHIBITED',
  32: 'CKR_DATA_INVALID',
  33: 'CKR_DATA_LEN_RANGE',
  48: 'CKR_DEVICE_ERROR',
  49: 'CKR_DEVICE_MEMORY',
  50: 'CKR_DEVICE_REMOVED',
  64: 'CKR_ENCRYPTED_DATA_INVALID',
  65: 'CKR_ENCRYPTED_DATA_LEN_RANGE',
  66: 'CKR_AEAD_DECRYPT_FAILED',
  80: 'CKR_FUNCTION_CANCELED',
  81: 'CKR_FUNCTION_NOT_PARALLEL',
  84: 'CKR_FUNCTION_NOT_SUPPORTED',
  96: 'CKR_KEY_HANDLE_INVALID',
  98: 'CKR_KEY_SIZE_RANGE',
  99: 'CKR_KEY_TYPE_INCONSISTENT',
  100: 'CKR_KEY_NOT_NEEDED',
  101: 'CKR_KEY_CHANGED',
  102: 'CKR_KEY_NEEDED',
  103: 'CKR_KEY_INDIGESTIBLE',
  104: 'CKR_KEY_FUNCTION_NOT_PERMITTED',
  105: 'CKR_KEY_NOT_WRAPPABLE',
  106: 'CKR_KEY_UNEXTRACTABLE',
  112: 'CKR_MECHANISM_INVALID',
  113: 'CKR_MECHANISM_PARAM_INVALID',
  130: 'CKR_OBJECT_HANDLE_INVALID',
  144: 'CKR_OPERATION_ACTIVE',
  145: 'CKR_OPERATION_NOT_INITIALIZED',
  160: 'CKR_PIN_INCORRECT',
  161: 'CKR_PIN_INVALID',
  162: 'CKR_PIN_LEN_RANGE',
  163: 'CKR_PIN_EXPIRED',
  164: 'CKR_PIN_LOCKED',
  176: 'CKR_SESSION_CLOSED',
  177: 'CKR_SESSION_COUNT',
  179: 'CKR_SESSION_HANDLE_INVALID',
  180: 'CKR_SESSION_PARALLEL_NOT_SUPPORTED',
  181: 'CKR_SESSION_READ_ONLY',
  182: 'CKR_SESSION_EXISTS',
  183: 'CKR_SESSION_READ_ONLY_EXISTS',
  184: 'CKR_SESSION_READ_WRITE_SO_EXISTS',
  192: 'CKR_SIGNATURE_INVALID',
  193: 'CKR_SIGNATURE_LEN_RANGE',
  208: 'CKR_TEMPLATE_INCOMPLETE',
  209: 'CKR_TEMPLATE_INCONSISTENT',
  224: 'CKR_TOKEN_NOT_PRESENT',
  225: 'CKR_TOKEN_NOT_RECOGNIZED',
  226: 'CKR_TOKEN_WRITE_PROTECTED',
  240: 'CKR_UNWRAPPING_KEY_HANDLE_INVALID',
  241: 'CKR_UNWRAPPING_KEY_SIZE_RANGE',
  242: 'CKR_UNWRAPPING_KEY_TYPE_INCONSISTENT',
  256: 'CKR_USER_ALREADY_LOGGED_IN',
  257: 'CKR_USER_NOT_LOGGED_IN',
  258: 'CKR_USER_PIN_NOT_INITIALIZED',
  259: 'CKR_USER_TYPE_INVALID',
  260: 'CKR_USER_ANOTHER_ALREADY_LOGGED_IN',
  261: 'CKR_USER_TOO_MANY_TYPES',
  272: 'CKR_WRAPPED_KEY_INVALID',
  274: 'CKR_WRAPPED_KEY_LEN_RANGE',
  275: 'CKR_WRAPPING_KEY_HANDLE_INVALID',
  276: 'CKR_WRAPPING_KEY_SIZE_RANGE',
  277: 'CKR_WRAPPING_KEY_TYPE_INCONSISTENT',
  288: 'CKR_RANDOM_SEED_NOT_SUPPORTED',
  289: 'CKR_RANDOM_NO_RNG',
  304: 'CKR_DOMAIN_PARAMS_INVALID',
  320: 'CKR_CURVE_NOT_SUPPORTED',
  336: 'CKR_BUFFER_TOO_SMALL',
  352: 'CKR_SAVED_STATE_INVALID',
  368: 'CKR_INFORMATION_SENSITIVE',
  384: 'CKR_STATE_UNSAVEABLE',
  400: 'CKR_CRYPTOKI_NOT_INITIALIZED',
  401: 'CKR_CRYPTOKI_ALREADY_INITIALIZED',
  416: 'CKR_MUTEX_BAD',
  417: 'CKR_MUTEX_NOT_LOCKED',
  432: 'CKR_NEW_PIN_MODE',
  433: 'CKR_NEXT_OTP',
  437: 'CKR_EXCEEDED_MAX_ITERATIONS',
  438: 'CKR_FIPS_SELF_TEST_FAILED',
  439: 'CKR_LIBRARY_LOAD_FAILED',
  440: 'CKR_PIN_TOO_WEAK',
  441: 'CKR_PUBLIC_KEY_INVALID',
  512: 'CKR_FUNCTION_REJECTED',
  513: 'CKR_TOKEN_RESOURCE_EXCEEDED',
  514: 'CKR_OPERATION_CANCEL_FAILED',
  515: 'CKR_KEY_EXHAUSTED',
}

/** Return values by name, for the few that code compares with. */
export const CKR = {
  CRYPTOKI_ALREADY_INITIALIZED: 0x191,
  PIN_INCORRECT: 0x0a0,
  PIN_INVALID: 0x0a1,
  PIN_LEN_RANGE: 0x0a2,
  SESSION_CLOSED: 0x0b0,
  SESSION_HANDLE_INVALID: 0x0b3,
  USER_ALREADY_LOGGED_IN: 0x100,
} as const

/** `CKR_…`, or `CKR_0x80000001` where the standard has no name (vendor-defined). */
export function ckrName(ckr: number): string {
  return ckrNames[ckr] ?? `CKR_0x${ckr.toString(16).padStart(8, '0')}`
}

const codes: Readonly<Record<number, Pkcs11ErrorCode>> = {
  1: 'ERR_P11_CANCELLED',
  2: 'ERR_P11_TOKEN_FULL',
  3: 'ERR_P11_TOKEN_REMOVED',
  5: 'ERR_P11_DEVICE',
  6: 'ERR_P11_DEVICE',
  27: 'ERR_P11_KEY_FORBIDDEN',
  48: 'ERR_P11_DEVICE',
  49: 'ERR_P11_TOKEN_FULL',
  50: 'ERR_P11_TOKEN_REMOVED',
  80: 'ERR_P11_CANCELLED',
  84: 'ERR_P11_FUNCTION_UNSUPPORTED',
  96: 'ERR_P11_KEY_LOST',
  98: 'ERR_P11_MECHANISM_REFUSED',
  99: 'ERR_P11_MECHANISM_REFUSED',
  104: 'ERR_P11_KEY_FORBIDDEN',
  112: 'ERR_P11_MECHANISM_REFUSED',
  113: 'ERR_P11_MECHANISM_REFUSED',
  130: 'ERR_P11_KEY_LOST',
  160: 'ERR_P11_PIN_INCORRECT',
  161: 'ERR_P11_PIN_INCORRECT',
  163: 'ERR_P11_PIN_EXPIRED',
  164: 'ERR_P11_PIN_LOCKED',
  176: 'ERR_P11_SESSION_LOST',
  177: 'ERR_P11_SESSION_LIMIT',
  179: 'ERR_P11_SESSION_LOST',
  181: 'ERR_P11_TOKEN_READ_ONLY',
  224: 'ERR_P11_TOKEN_REMOVED',
  225: 'ERR_P11_TOKEN_UNRECOGNIZED',
  226: 'ERR_P11_TOKEN_READ_ONLY',
  257: 'ERR_P11_LOGIN_LOST',
  258: 'ERR_P11_PIN_EXPIRED',
  260: 'ERR_P11_LOGIN_CONFLICT',
  261: 'ERR_P11_LOGIN_CONFLICT',
  320: 'ERR_P11_MECHANISM_REFUSED',
  400: 'ERR_P11_DEVICE',
  512: 'ERR_P11_CANCELLED',
  513: 'ERR_P11_SESSION_LIMIT',
}

/** Our code for a return value; `ERR_P11_CALL_FAILED` for those without a row of their own. */
export function codeOfCkr(ckr: number): Pkcs11ErrorCode {
  return codes[ckr] ?? 'ERR_P11_CALL_FAILED'
}

const retryable: ReadonlySet<Pkcs11ErrorCode> = new Set<Pkcs11ErrorCode>([
  'ERR_P11_CHILD_DIED',
  'ERR_P11_CHILD_START',
  'ERR_P11_DEADLINE',
  'ERR_P11_BUSY',
  'ERR_P11_TOKEN_ABSENT',
  'ERR_P11_TOKEN_REMOVED',
  'ERR_P11_LOGIN_LOST',
  'ERR_P11_SESSION_LOST',
  'ERR_P11_SESSION_LIMIT',
  'ERR_P11_DEVICE',
  'ERR_P11_CANCELLED',
  'ERR_P11_KEY_LOST',
  'ERR_P11_SIGNATURE_WRONG',
])

/** Whether the same call may succeed later without anybody changing anything. */
export const isRetryable = (code: Pkcs11ErrorCode): boolean => retryable.has(code)

/**
 * Whether a return value means that session, login or token can no longer be relied upon, so that everything up to the
 * slot list has to be fetched again before the next call.
 */
export function isConnectionLost(ckr: number): boolean {
  return lost.has(ckr)
}

const lost: ReadonlySet<number> = new Set([
  0x003, // CKR_SLOT_ID_INVALID
  0x005, // CKR_GENERAL_ERROR
  0x030, // CKR_DEVICE_ERROR
  0x032, // CKR_DEVICE_REMOVED
  0x060, // CKR_KEY_HANDLE_INVALID
  0x082, // CKR_OBJECT_HANDLE_INVALID
  0x0b0, // CKR_SESSION_CLOSED
  0x0b3, // CKR_SESSION_HANDLE_INVALID
  0x0e0, // CKR_TOKEN_NOT_PRESENT
  0x0e1, // CKR_TOKEN_NOT_RECOGNIZED
  0x101, // CKR_USER_NOT_LOGGED_IN
  0x190, // CKR_CRYPTOKI_NOT_INITIALIZED
])

/** A refused Cryptoki call as a `Fault` with function and return value; other errors come back unchanged. */
export function faultOfCall(error: unknown, name: string): unknown {
  const ckr = ckrOf(error)
  if (ckr === null) return error
  return new Fault(codeOfCkr(ckr), { ckr: ckrName(ckr), function: name, rv: ckr })
}

/** The return value an error of the addon carries, or null. */
export function ckrOf(error: unknown): number | null {
  if (!(error instanceof Error)) return null
  if (error instanceof Fault) return typeof error.details['rv'] === 'number' ? error.details['rv'] : null
  const code = (error as { code?: unknown }).code
  return typeof code === 'number' && error.message.startsWith('CKR_') ? code : null
}
