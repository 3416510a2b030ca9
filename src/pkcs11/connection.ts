import { ckrOf, isConnectionLost } from './ckr.ts'
import { CKF, type Cryptoki, call, type Handle, type TokenInfo } from './cryptoki.ts'
import { Fault } from './fault.ts'
import { login, type RejectedPin } from './login.ts'
import type { TokenDescription } from './protocol.ts'

/** The token found, logged in to, and held so by a session of the main thread. */
export interface Connection {
  readonly slot: Handle
  readonly holder: Handle
  readonly token: TokenInfo
}

export interface ConnectOptions {
  readonly tokenLabel: string | null
  readonly serialNumber: string | null
  readonly pinFile: string
}

/**
 * Reads the slot list afresh, finds the token and logs in once.
 *
 * Throws `Fault` `ERR_P11_TOKEN_ABSENT`, `…_AMBIGUOUS`, `…_CHANGED` (same label, other serial number), `ERR_P11_PIN_…`
 * or what the module answered.
 */
export function connect(cryptoki: Cryptoki, options: ConnectOptions, rejected: RejectedPin): Connection {
  const slots = call('C_GetSlotList', () => cryptoki.C_GetSlotList(true))
  const { slot, token } = chooseToken(readTokens(cryptoki, slots), options)
  const holder = call('C_OpenSession', () => cryptoki.C_OpenSession(slot, CKF.SERIAL_SESSION))
  try {
    login(cryptoki, holder, token, options.pinFile, rejected)
  } catch (error) {
    closeQuietly(cryptoki, holder)
    throw error
  }
  return { slot, holder, token }
}

/** Closes the session that holds the login; what the module thinks of it no longer matters. */
export function closeQuietly(cryptoki: Cryptoki, session: Handle): void {
  try {
    cryptoki.C_CloseSession(session)
  } catch {
    // Gone already.
  }
}

interface Candidate {
  readonly slot: Handle
  readonly token: TokenInfo
}

function readTokens(cryptoki: Cryptoki, slots: readonly Handle[]): Candidate[] {
  return slots.flatMap((slot) => {
    try {
      return [{ slot, token: cryptoki.C_GetTokenInfo(slot) }]
    } catch (error) {
      // Another slot's fault must not keep us from ours.
      if (ckrOf(error) !== null && slots.length > 1) return []
      const ckr = ckrOf(error)
      if (ckr !== null && isConnectionLost(ckr)) return []
      throw error
    }
  })
}

/** The one initialised token that label and serial number leave. */
export function chooseToken<T extends { token: Pick<TokenInfo, 'flags' | 'label' | 'serialNumber'> }>(
  candidates: readonly T[],
  wanted: { tokenLabel: string | null; serialNumber: string | null },
): T {
  const named = candidates.filter(
    ({ token }) =>
      token.flags & CKF.TOKEN_INITIALIZED &&
      (wanted.tokenLabel === null || token.label.trimEnd() === wanted.tokenLabel),
  )
  if (named.length === 0) throw new Fault('ERR_P11_TOKEN_ABSENT')
  const same = named.filter(
    ({ token }) => wanted.serialNumber === null || token.serialNumber.trimEnd() === wanted.serialNumber,
  )
  if (same.length === 0) throw new Fault('ERR_P11_TOKEN_CHANGED')
  if (same.length > 1) throw new Fault('ERR_P11_TOKEN_AMBIGUOUS', { count: same.length })
  return same[0]!
}

/** What module and token say of themselves. */
export function describeToken(cryptoki: Cryptoki, slot: Handle): TokenDescription {
  const info = call('C_GetInfo', () => cryptoki.C_GetInfo())
  const token = call('C_GetTokenInfo', () => cryptoki.C_GetTokenInfo(slot))
  return {
    library: `${info.libraryDescription.trimEnd()} ${info.libraryVersion.major}.${info.libraryVersion.minor}`,
    manufacturer: token.manufacturerID.trimEnd(),
    model: token.model.trimEnd(),
    label: token.label.trimEnd(),
    serialNumber: token.serialNumber.trimEnd(),
    slots: call('C_GetSlotList', () => cryptoki.C_GetSlotList(true)).length,
    mechanisms: call('C_GetMechanismList', () => cryptoki.C_GetMechanismList(slot)),
  }
}
