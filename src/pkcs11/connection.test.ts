import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chooseToken, connect } from './connection.ts'
import type { Cryptoki, TokenInfo } from './cryptoki.ts'
import type { RejectedPin } from './login.ts'
import { fakeCryptoki, fakeToken, handleOf, refusal } from './testing/fake-cryptoki.ts'

const PIN_LOCKED = 0x40000
const PIN_FINAL_TRY = 0x20000
const PIN_PAD = 0x100
const INITIALISED = 0x400

let folder: string
let pinFile: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'anky-connection-'))
  pinFile = join(folder, 'pin')
  writeFileSync(pinFile, '123456\n', { mode: 0o600 })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** One slot with a token; what was sent and closed is counted. */
function slotWith(token: TokenInfo, login: () => void = () => {}, more: Partial<Cryptoki> = {}) {
  const counts = { logins: 0, closed: 0 }
  const cryptoki = fakeCryptoki({
    C_GetSlotList: () => [handleOf(7)],
    C_GetTokenInfo: () => token,
    C_OpenSession: () => handleOf(1),
    C_CloseSession: () => {
      counts.closed++
    },
    C_Login: () => {
      counts.logins++
      login()
    },
    ...more,
  })
  const rejected: RejectedPin = { stamp: null }
  const open = () => connect(cryptoki, { tokenLabel: null, serialNumber: null, pinFile }, rejected)
  return { counts, rejected, open }
}

const fails = (work: () => unknown): unknown => {
  try {
    work()
  } catch (error) {
    return (error as { code?: unknown }).code
  }
  return 'nothing'
}

describe('the token among those that are there', () => {
  const named = (label: string, serialNumber: string, flags = INITIALISED) => ({
    token: { label: label.padEnd(32), serialNumber: serialNumber.padEnd(16), flags },
  })
  const tokens = [named('a', '1'), named('b', '2'), named('b', '3'), named('c', '4', 0)]

  it('is the one of the label, or of label and serial number', () => {
    expect(chooseToken(tokens, { tokenLabel: 'a', serialNumber: null })).toBe(tokens[0])
    expect(chooseToken(tokens, { tokenLabel: 'b', serialNumber: '3' })).toBe(tokens[2])
  })

  it.each([
    ['of no such label', 'd', null, 'ERR_P11_TOKEN_ABSENT'],
    ['that was not initialised', 'c', null, 'ERR_P11_TOKEN_ABSENT'],
    ['of a label that two have', 'b', null, 'ERR_P11_TOKEN_AMBIGUOUS'],
    ['without a label, among several', null, null, 'ERR_P11_TOKEN_AMBIGUOUS'],
    ['of the same label but another serial number', 'a', '9', 'ERR_P11_TOKEN_CHANGED'],
  ])('%s: refused', (_what, tokenLabel, serialNumber, code) => {
    expect(fails(() => chooseToken(tokens, { tokenLabel, serialNumber }))).toBe(code)
  })
})

describe('logging in', () => {
  it('sends the PIN once and keeps the session that holds the login', () => {
    const { counts, rejected, open } = slotWith(fakeToken())
    expect(open().slot).toEqual(handleOf(7))
    expect(counts).toEqual({ logins: 1, closed: 0 })
    expect(rejected.stamp).toBeNull()
  })

  it.each([
    ['a locked PIN', PIN_LOCKED, 'ERR_P11_PIN_LOCKED'],
    ['one try left', PIN_FINAL_TRY, 'ERR_P11_PIN_FINAL_TRY'],
    ['a keypad of its own', PIN_PAD, 'ERR_P11_PIN_PAD_UNSUPPORTED'],
  ])('a token with %s: refused, nothing sent, the session closed', (_what, flag, code) => {
    const { counts, open } = slotWith(fakeToken({ flags: INITIALISED | flag }))
    expect(fails(open)).toBe(code)
    expect(counts).toEqual({ logins: 0, closed: 1 })
  })

  it.each([0xa0, 0xa1, 0xa2])('a PIN refused with %i is never sent again', (ckr) => {
    const { counts, rejected, open } = slotWith(fakeToken(), () => {
      throw refusal(ckr)
    })
    expect(fails(open)).toBe('ERR_P11_PIN_INCORRECT')
    expect(rejected.stamp).not.toBeNull()
    expect(fails(open)).toBe('ERR_P11_PIN_REJECTED')
    expect(counts.logins).toBe(1)
  })

  it.each([
    [0xa3, 'ERR_P11_PIN_EXPIRED'],
    [0xa4, 'ERR_P11_PIN_LOCKED'],
    [0x104, 'ERR_P11_LOGIN_CONFLICT'],
    [0x30, 'ERR_P11_DEVICE'],
  ])('a login that ends with %i is told as %s, and the PIN is not held to be wrong', (ckr, code) => {
    const { rejected, open } = slotWith(fakeToken(), () => {
      throw refusal(ckr)
    })
    expect(fails(open)).toBe(code)
    expect(rejected.stamp).toBeNull()
  })

  it('somebody logged in already in this process: taken over', () => {
    const { open } = slotWith(fakeToken(), () => {
      throw refusal(0x100)
    })
    expect(fails(open)).toBe('nothing')
  })

  it('a token that allows longer PINs only: refused, nothing sent', () => {
    const { counts, open } = slotWith(fakeToken({ minPinLen: 8, maxPinLen: 16 }))
    expect(fails(open)).toBe('ERR_P11_PIN_LENGTH')
    expect(counts.logins).toBe(0)
  })

  it('a slot that fails beside ours does not keep us from it; ours alone does', () => {
    const broken = { C_GetSlotList: () => [handleOf(1), handleOf(7)] }
    const tokenOf = (slot: Buffer): TokenInfo => {
      if (slot[0] === 1) throw refusal(0xe1)
      return fakeToken()
    }
    expect(fails(slotWith(fakeToken(), () => {}, { ...broken, C_GetTokenInfo: tokenOf }).open)).toBe(
      'nothing',
    )
    const none = {
      C_GetTokenInfo: (): TokenInfo => {
        throw refusal(0xe1)
      },
    }
    expect(fails(slotWith(fakeToken(), () => {}, none).open)).toBe('ERR_P11_TOKEN_ABSENT')
  })
})
