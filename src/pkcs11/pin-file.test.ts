import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Fault } from './fault.ts'
import { checkPinLength, decodeSecret, readSecretFile } from './pin-file.ts'

const codeOf = (run: () => unknown): string => {
  try {
    run()
  } catch (error) {
    if (error instanceof Fault) return error.code
    throw error
  }
  return 'nothing'
}

describe('a file with a PIN', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'anky-pin-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  const write = (content: string | Uint8Array, mode = 0o600): string => {
    const file = join(folder, 'pin')
    rmSync(file, { force: true })
    writeFileSync(file, content, { mode })
    chmodSync(file, mode)
    return file
  }

  it('mode 0600, one line: the line without its break', () => {
    expect(readSecretFile(write('mật khẩu\n')).secret).toBe('mật khẩu')
    expect(readSecretFile(write('1234\r\n')).secret).toBe('1234')
  })

  it('changed content: another stamp', () => {
    const first = readSecretFile(write('1234')).stamp
    expect(readSecretFile(write('1235')).stamp).not.toBe(first)
  })

  for (const mode of [0o640, 0o604, 0o660, 0o644, 0o610])
    it(`mode ${mode.toString(8)}: refused`, () => {
      expect(codeOf(() => readSecretFile(write('1234', mode)))).toBe('ERR_P11_PIN_FILE_MODE')
    })

  it('absent, a folder, a link to nothing: refused as missing', () => {
    expect(codeOf(() => readSecretFile(join(folder, 'none')))).toBe('ERR_P11_PIN_FILE_MISSING')
    expect(codeOf(() => readSecretFile(folder))).toBe('ERR_P11_PIN_FILE_MISSING')
    const link = join(folder, 'link')
    symlinkSync(join(folder, 'none'), link)
    expect(codeOf(() => readSecretFile(link))).toBe('ERR_P11_PIN_FILE_MISSING')
  })

  it('over 1 KiB: refused', () => {
    expect(codeOf(() => readSecretFile(write('1'.repeat(1025))))).toBe('ERR_P11_PIN_FORMAT')
  })

  for (const [name, bytes] of [
    ['empty', ''],
    ['a line break alone', '\n'],
    ['a NUL at its end', '1234\u0000'],
    ['two lines', '1234\n5678\n'],
    ['a byte order mark', '\ufeff1234'],
    ['a tab', '12\t34'],
  ] as const)
    it(`${name}: refused`, () => {
      expect(codeOf(() => decodeSecret(Buffer.from(bytes)))).toBe('ERR_P11_PIN_FORMAT')
    })

  it('not UTF-8: refused', () => {
    expect(codeOf(() => decodeSecret(Buffer.from([0x31, 0xff])))).toBe('ERR_P11_PIN_FORMAT')
  })

  it('length in bytes outside what the token allows: refused; a maximum of 0 is none', () => {
    expect(codeOf(() => checkPinLength('123', { minPinLen: 4, maxPinLen: 8 }))).toBe('ERR_P11_PIN_LENGTH')
    expect(codeOf(() => checkPinLength('ệệệ', { minPinLen: 4, maxPinLen: 8 }))).toBe('ERR_P11_PIN_LENGTH')
    expect(codeOf(() => checkPinLength('1'.repeat(99), { minPinLen: 4, maxPinLen: 0 }))).toBe('nothing')
  })
})
