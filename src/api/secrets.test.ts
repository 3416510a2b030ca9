import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { openAnswer, sealAnswer } from './idempotency.ts'
import { createApiKey, hashPin, hashToken, matchesPin } from './secrets.ts'

const random = (n: number) => randomBytes(n)

describe('PINs', () => {
  it('match their hash alone, in whichever form their letters come', async () => {
    const stored = await hashPin('mật khẩu 1'.normalize('NFD'), random)
    expect(stored).toMatch(/^scrypt\$32768\$8\$1\$[\w-]{22}\$[\w-]{43}$/)
    expect(await matchesPin('mật khẩu 1'.normalize('NFC'), stored)).toBe(true)
    expect(await matchesPin('mat khau 1', stored)).toBe(false)
    expect(await matchesPin('', stored)).toBe(false)
  })

  it('are salted: the same PIN twice gives two hashes', async () => {
    expect(await hashPin('1234', random)).not.toBe(await hashPin('1234', random))
  })

  it.each([
    '',
    'scrypt',
    'plain$1$1$1$c2FsdA$MTIzNA',
    'scrypt$32768$8$1$$',
    'scrypt$32768$8$1$c2FsdA$c2hvcnQ',
  ])('never match the stored text %j', async (stored) => expect(await matchesPin('1234', stored)).toBe(false))
})

describe('API keys', () => {
  it('are 256 random bits and kept as their digest', () => {
    const key = createApiKey(random)
    expect(key).toMatch(/^anky_[\w-]{43}$/)
    expect(hashToken(key)).toMatch(/^[0-9a-f]{64}$/)
    expect(hashToken(key)).not.toContain(key.slice(5, 15))
  })
})

describe('stored answers that hold a secret', () => {
  const body = Buffer.from('{"activation":"t"}')

  it('open with the API key that sealed them', () => {
    const sealed = sealAnswer(body, 'anky_a', random)
    expect(Buffer.from(sealed).includes('activation')).toBe(false)
    expect(Buffer.from(openAnswer(sealed, 'anky_a')).toString()).toBe(body.toString())
  })

  it('stay closed to another, and to who changed a bit', () => {
    const sealed = Buffer.from(sealAnswer(body, 'anky_a', random))
    expect(() => openAnswer(sealed, 'anky_b')).toThrow()
    sealed[sealed.length - 1]! ^= 1
    expect(() => openAnswer(sealed, 'anky_a')).toThrow()
  })
})
