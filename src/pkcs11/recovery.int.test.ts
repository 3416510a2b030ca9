import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeWith, needs } from '../../test/support/requirements.ts'
import { type Certificate, verifySignature } from '../formats/index.ts'
import type { SigningKey } from '../signer/index.ts'
import type { KeyEntry, KeyProvider } from './index.ts'
import { issueCertificate } from './testing/issue-certificate.ts'
import { eventually, makeSoftToken, type SoftToken } from './testing/soft-token.ts'

describeWith([needs.softhsm, needs.compiler], 'a token that fails', () => {
  let token: SoftToken
  let entry: KeyEntry
  let certificate: Certificate

  beforeAll(async () => {
    token = await makeSoftToken()
    const provider = await token.open()
    entry = await provider.generateKey({ type: 'ec', curve: 'P-256' }, 'ec')
    certificate = issueCertificate(entry.publicKey)
    await provider.close()
  })
  afterAll(() => token.dispose())

  const keyOf = (provider: KeyProvider): Promise<SigningKey> => provider.signingKey(entry.id, [certificate])
  const signOnce = async (key: SigningKey): Promise<boolean> => {
    const dtbs = randomBytes(40)
    const value = await key.sign(dtbs, key.algorithms[0]!)
    return verifySignature(certificate.publicKey, key.algorithms[0]!, dtbs, value)
  }
  const once = (): string => {
    const file = join(token.folder, `once-${randomBytes(4).toString('hex')}`)
    writeFileSync(file, '')
    return file
  }

  it('its process killed: running calls are refused as retryable, the next one works within 5 s', async () => {
    const provider = await token.openFaulty({ SHIM_DELAY_MS: '300' })
    const key = await keyOf(provider)
    const running = key.sign(randomBytes(8), key.algorithms[0]!)
    await new Promise((resolve) => setTimeout(resolve, 100))
    process.kill(provider.pids()[0]!, 'SIGKILL')
    await expect(running).rejects.toMatchObject({ code: 'ERR_P11_CHILD_DIED', retryable: true })
    const since = Date.now()
    expect(await signOnce(key)).toBe(true)
    expect(Date.now() - since).toBeLessThan(5_000)
    expect((await provider.health()).restarts).toBe(1)
  })

  for (const ckr of ['0x30', '0x32', '0xb3', '0x101', '0xe0', '0x60'])
    it(`C_SignInit answers ${ckr} once: the session is made anew and the call succeeds`, async () => {
      const file = join(token.folder, `once-${ckr}`)
      const faulty = await token.openFaulty({ SHIM_FAIL: `C_SignInit:${ckr}:0`, SHIM_ONCE: file })
      const faultyKey = await keyOf(faulty)
      writeFileSync(file, '')
      expect(await signOnce(faultyKey)).toBe(true)
    })

  it('the token pulled out during C_Sign: refused, never signed again by itself; the next call works', async () => {
    const file = join(token.folder, 'pulled')
    const provider = await token.openFaulty({ SHIM_FAIL: 'C_Sign:0x32:0', SHIM_ONCE: file })
    const key = await keyOf(provider)
    writeFileSync(file, '')
    await expect(signOnce(key)).rejects.toMatchObject({ code: 'ERR_P11_TOKEN_REMOVED' })
    expect(await signOnce(key)).toBe(true)
  })

  it('C_Sign never returns: refused at the deadline, the stuck process replaced, the next call works', async () => {
    const file = join(token.folder, 'hang')
    const provider = await token.openFaulty(
      { SHIM_HANG: 'C_Sign:0', SHIM_ONCE: file },
      { deadlineMs: 4_000, sessions: 1 },
    )
    const key = await keyOf(provider)
    const stuck = provider.pids()[0]!
    writeFileSync(file, '')
    await expect(signOnce(key)).rejects.toMatchObject({ code: 'ERR_P11_DEADLINE', retryable: true })
    await eventually(() => provider.pids()[0] !== stuck, 15_000)
    expect(await signOnce(key)).toBe(true)
  })

  it('a value with one bit turned over: thrown away, its session dropped, the next one right', async () => {
    const file = join(token.folder, 'wrong')
    const provider = await token.openFaulty({ SHIM_WRONG: '1', SHIM_ONCE: file }, { sessions: 1 })
    writeFileSync(file, '')
    const key = await keyOf(provider)
    await expect(signOnce(key)).rejects.toMatchObject({ code: 'ERR_P11_SIGNATURE_WRONG' })
    expect(await signOnce(key)).toBe(true)
  })

  it('a wrong PIN: sent once, never again, not even by a new process, until its file changes', async () => {
    const pinFile = join(token.folder, 'wrong-pin')
    writeFileSync(pinFile, '99999999', { mode: 0o600 })
    const before = token.log().filter((line) => line === 'C_Login').length
    await expect(token.openFaulty({}, { pinFile })).rejects.toMatchObject({ code: 'ERR_P11_PIN_INCORRECT' })
    const sent = token.log().filter((line) => line === 'C_Login').length - before
    expect(sent).toBe(1)
  })

  it('a PIN changed under a running service: one try after a reconnect, then refused without a try', async () => {
    const pinFile = join(token.folder, 'changing-pin')
    writeFileSync(pinFile, '24681357', { mode: 0o600 })
    const provider = await token.openFaulty({}, { pinFile })
    const key = await keyOf(provider)
    expect(await signOnce(key)).toBe(true)
    writeFileSync(pinFile, '99999999', { mode: 0o600 })
    process.kill(provider.pids()[0]!, 'SIGKILL')
    const before = token.log().filter((line) => line === 'C_Login').length
    await expect(signOnce(key)).rejects.toMatchObject({ code: expect.stringMatching(/ERR_P11_(PIN_|CHILD)/) })
    for (let i = 0; i < 4; i++) await expect(signOnce(key)).rejects.toThrow()
    expect(token.log().filter((line) => line === 'C_Login').length - before).toBe(1)
    writeFileSync(pinFile, '24681357', { mode: 0o600 })
    await eventually(() =>
      signOnce(key).then(
        (good) => good,
        () => false,
      ),
    )
  })

  it('a key made that is not protected as asked: destroyed and refused', async () => {
    const provider = await token.openFaulty({ SHIM_FAIL: 'C_GetAttributeValue:0x11:0', SHIM_ONCE: once() })
    await expect(provider.generateKey({ type: 'ec', curve: 'P-256' }, 'x')).rejects.toMatchObject({
      code: 'ERR_P11_KEY_PROPERTIES',
    })
    expect((await provider.listKeys()).filter(({ label }) => label === 'x')).toEqual([])
  })

  it('more callers than may wait: the excess is refused at once as busy', async () => {
    const provider = await token.openFaulty({ SHIM_DELAY_MS: '100' }, { maxWaiting: 5, sessions: 1 })
    const key = await keyOf(provider)
    const results = await Promise.allSettled(Array.from({ length: 40 }, () => signOnce(key)))
    const codes = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []))
    expect(new Set(codes)).toEqual(new Set(['ERR_P11_BUSY']))
    expect(results.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(0)
  })

  it('the session limit reached, an unknown return value, a refused key: told by their codes', async () => {
    const cases = [
      ['0xb1', 'ERR_P11_SESSION_LIMIT', 'C_OpenSession'],
      ['0x68', 'ERR_P11_KEY_FORBIDDEN', 'C_Sign'],
      ['0x80000042', 'ERR_P11_CALL_FAILED', 'C_Sign'],
    ] as const
    for (const [ckr, code, name] of cases) {
      const opened = token.openFaulty({ SHIM_FAIL: `${name}:${ckr}:0` }, { deadlineMs: 12_000 })
      const attempt = opened.then(keyOf).then(signOnce)
      await expect(attempt).rejects.toMatchObject({ code })
    }
  })
})
