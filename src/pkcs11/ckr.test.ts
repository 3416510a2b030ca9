import { describe, expect, it } from 'vitest'
import { ckrName, codeOfCkr, faultOfCall, isConnectionLost, isRetryable } from './ckr.ts'
import { Pkcs11Error, toPkcs11Error } from './errors.ts'
import { refusal } from './testing/fake-cryptoki.ts'

describe('a return value of the module', () => {
  it.each([
    [0x001, 'ERR_P11_CANCELLED'],
    [0x002, 'ERR_P11_TOKEN_FULL'],
    [0x003, 'ERR_P11_TOKEN_REMOVED'],
    [0x005, 'ERR_P11_DEVICE'],
    [0x006, 'ERR_P11_DEVICE'],
    [0x01b, 'ERR_P11_KEY_FORBIDDEN'],
    [0x030, 'ERR_P11_DEVICE'],
    [0x031, 'ERR_P11_TOKEN_FULL'],
    [0x032, 'ERR_P11_TOKEN_REMOVED'],
    [0x050, 'ERR_P11_CANCELLED'],
    [0x054, 'ERR_P11_FUNCTION_UNSUPPORTED'],
    [0x060, 'ERR_P11_KEY_LOST'],
    [0x062, 'ERR_P11_MECHANISM_REFUSED'],
    [0x063, 'ERR_P11_MECHANISM_REFUSED'],
    [0x068, 'ERR_P11_KEY_FORBIDDEN'],
    [0x070, 'ERR_P11_MECHANISM_REFUSED'],
    [0x071, 'ERR_P11_MECHANISM_REFUSED'],
    [0x082, 'ERR_P11_KEY_LOST'],
    [0x0a0, 'ERR_P11_PIN_INCORRECT'],
    [0x0a3, 'ERR_P11_PIN_EXPIRED'],
    [0x0a4, 'ERR_P11_PIN_LOCKED'],
    [0x0b0, 'ERR_P11_SESSION_LOST'],
    [0x0b1, 'ERR_P11_SESSION_LIMIT'],
    [0x0b3, 'ERR_P11_SESSION_LOST'],
    [0x0b5, 'ERR_P11_TOKEN_READ_ONLY'],
    [0x0e0, 'ERR_P11_TOKEN_REMOVED'],
    [0x0e1, 'ERR_P11_TOKEN_UNRECOGNIZED'],
    [0x0e2, 'ERR_P11_TOKEN_READ_ONLY'],
    [0x101, 'ERR_P11_LOGIN_LOST'],
    [0x102, 'ERR_P11_PIN_EXPIRED'],
    [0x104, 'ERR_P11_LOGIN_CONFLICT'],
    [0x105, 'ERR_P11_LOGIN_CONFLICT'],
    [0x140, 'ERR_P11_MECHANISM_REFUSED'],
    [0x190, 'ERR_P11_DEVICE'],
    [0x200, 'ERR_P11_CANCELLED'],
    [0x201, 'ERR_P11_SESSION_LIMIT'],
    [0x1b8, 'ERR_P11_CALL_FAILED'],
    [0x8000_0001, 'ERR_P11_CALL_FAILED'],
  ])('%i is %s', (ckr, code) => expect(codeOfCkr(ckr)).toBe(code))

  it.each([
    [0x30, 'CKR_DEVICE_ERROR'],
    [0xa4, 'CKR_PIN_LOCKED'],
    [0x8000_0001, 'CKR_0x80000001'],
  ])('%i is called %s', (ckr, name) => expect(ckrName(ckr)).toBe(name))

  it('is told with the function that answered it', () => {
    expect(faultOfCall(refusal(0x30), 'C_Sign')).toMatchObject({
      code: 'ERR_P11_DEVICE',
      details: { ckr: 'CKR_DEVICE_ERROR', function: 'C_Sign', rv: 0x30 },
    })
  })

  it('an error that carries none comes back as it is, and so does one of node with a code in words', () => {
    const plain = new Error('CKR_ but without a number')
    const node = Object.assign(new Error('no such file'), { code: 'ENOENT' })
    expect(faultOfCall(plain, 'C_Sign')).toBe(plain)
    expect(faultOfCall(node, 'C_Sign')).toBe(node)
  })

  it.each([0x03, 0x05, 0x30, 0x32, 0x60, 0x82, 0xb0, 0xb3, 0xe0, 0xe1, 0x101, 0x190])(
    '%i means that the connection is lost',
    (ckr) => expect(isConnectionLost(ckr)).toBe(true),
  )

  it.each([0x31, 0x54, 0x68, 0x70, 0xa0, 0xa4, 0xb1, 0x200])('%i does not', (ckr) =>
    expect(isConnectionLost(ckr)).toBe(false),
  )
})

describe('an error of the token', () => {
  it.each(['ERR_P11_CHILD_DIED', 'ERR_P11_BUSY', 'ERR_P11_SESSION_LOST', 'ERR_P11_TOKEN_REMOVED'] as const)(
    '%s may pass by itself',
    (code) => expect(new Pkcs11Error(code).retryable).toBe(true),
  )

  it.each(['ERR_P11_PIN_INCORRECT', 'ERR_P11_PIN_LOCKED', 'ERR_P11_KEY_FORBIDDEN'] as const)(
    '%s stays until somebody does something',
    (code) => expect(isRetryable(code)).toBe(false),
  )

  it('keeps the fault that it stands for as its cause', () => {
    const fault = faultOfCall(refusal(0x54), 'C_GenerateKeyPair')
    const error = toPkcs11Error(fault)
    expect(error).toMatchObject({ code: 'ERR_P11_FUNCTION_UNSUPPORTED', cause: fault })
    expect((error as Pkcs11Error).messageVi).toContain('C_GenerateKeyPair')
  })
})
