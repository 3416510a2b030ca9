import { CKR, ckrOf } from './ckr.ts'
import { CKF, CKU, type Cryptoki, call, type Handle, type TokenInfo } from './cryptoki.ts'
import { Fault } from './fault.ts'
import { checkPinLength, readSecretFile } from './pin-file.ts'

/** What is remembered of a PIN that a token refused: the state of its file at that time. */
export interface RejectedPin {
  stamp: string | null
}

/**
 * Logs the process in as the token's user with the PIN in `pinFile`: one try, never repeated.
 *
 * A PIN once refused is not sent again until its file changes (`rejected` keeps that, across processes); none is sent
 * where the token says that one try is left. Some tokens never say so. Throws `Fault` `ERR_P11_PIN_…`.
 */
export function login(
  cryptoki: Cryptoki,
  session: Handle,
  token: TokenInfo,
  pinFile: string,
  rejected: RejectedPin,
): void {
  checkFlags(token.flags)
  const { secret, stamp } = readSecretFile(pinFile)
  if (stamp === rejected.stamp) throw new Fault('ERR_P11_PIN_REJECTED')
  checkPinLength(secret, token)
  sendPin(cryptoki, session, CKU.USER, secret, stamp, rejected)
}

/** Gives the PIN for the one signature that follows (CKA_ALWAYS_AUTHENTICATE; PKCS#11 v3.1, 5.6.8). */
export function sendPin(
  cryptoki: Cryptoki,
  session: Handle,
  user: number,
  pin: string,
  stamp: string,
  rejected: RejectedPin,
): void {
  try {
    call('C_Login', () => cryptoki.C_Login(session, user, pin))
  } catch (error) {
    const ckr = ckrOf(error)
    if (ckr === CKR.USER_ALREADY_LOGGED_IN) return
    if (ckr === CKR.PIN_INCORRECT || ckr === CKR.PIN_INVALID || ckr === CKR.PIN_LEN_RANGE) {
      rejected.stamp = stamp
      throw new Fault('ERR_P11_PIN_INCORRECT', error instanceof Fault ? error.details : {}, error)
    }
    throw error
  }
}

/** Throws where the token's flags forbid a try (PKCS#11 v3.1, table 6). */
export function checkFlags(flags: number): void {
  if (flags & CKF.USER_PIN_LOCKED) throw new Fault('ERR_P11_PIN_LOCKED')
  if (flags & CKF.USER_PIN_FINAL_TRY) throw new Fault('ERR_P11_PIN_FINAL_TRY')
  if (flags & CKF.PROTECTED_AUTHENTICATION_PATH) throw new Fault('ERR_P11_PIN_PAD_UNSUPPORTED')
}
