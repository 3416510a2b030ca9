import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { describeWith, needs, softHsmModule } from '../../test/support/requirements.ts'
import { initialiseSoftHsmToken, writeSoftHsmConfiguration } from '../pkcs11/index.ts'
import { type KeyOptions, openKeys } from './keys.ts'

const nothing = { kind: null, module: null, token: null, pinFile: null } as const

describeWith(needs.softhsm, 'keys in SoftHSM', () => {
  let dataFolder: string
  beforeEach(() => {
    dataFolder = mkdtempSync(join(tmpdir(), 'anky-keys-'))
  })
  afterEach(() => rmSync(dataFolder, { recursive: true, force: true }))

  const options = (changes: Partial<KeyOptions>): KeyOptions => ({
    config: nothing,
    kept: null,
    dataFolder,
    nativeAddon: 'ok',
    random: (n) => randomBytes(n),
    ...changes,
  })

  it('are the choice where SoftHSM is installed, in a token that the next start finds again', async () => {
    const first = await openKeys(options({}))
    expect(first.provider.describe()).toMatchObject({ kind: 'pkcs11', token: 'anky-evaluation' })
    expect(first.fallback).toBeNull()
    const { id } = await first.provider.generateKey({ type: 'ec', curve: 'P-256' }, 'a key')
    await first.provider.close()
    const second = await openKeys(options({ kept: 'pkcs11' }))
    expect((await second.provider.listKeys()).map((key) => key.id)).toEqual([id])
    await second.provider.close()
  })

  it('are not made anew where the token of this data folder is gone', async () => {
    await expect(openKeys(options({ kept: 'pkcs11' }))).rejects.toMatchObject({ code: 'ERR_MAIN_KEYS_GONE' })
    expect(existsSync(join(dataFolder, 'softhsm'))).toBe(false)
  })

  it('live in a token of this data folder where SoftHSM is configured without a PIN file', async () => {
    const { provider } = await openKeys(
      options({ config: { ...nothing, module: softHsmModule(), token: 'bệnh viện' } }),
    )
    expect(provider.describe()).toMatchObject({ module: softHsmModule(), token: 'bệnh viện' })
    await provider.close()
  })

  it('come through a first run that was killed while it made the token', async () => {
    mkdirSync(join(dataFolder, 'softhsm.draft', 'tokens', 'half'), { recursive: true })
    writeFileSync(join(dataFolder, 'softhsm.draft', 'tokens', 'half', 'token.object'), 'half')
    const { provider } = await openKeys(options({}))
    expect(provider.kind).toBe('pkcs11')
    expect(existsSync(join(dataFolder, 'softhsm.draft'))).toBe(false)
    await provider.close()
  })

  it('live in a token of one’s own where its PIN file is named, unless others can read that file', async () => {
    const pinFile = join(dataFolder, 'pin')
    writeFileSync(pinFile, '123456\n', { mode: 0o600 })
    const { environment } = await writeSoftHsmConfiguration(join(dataFolder, 'own'))
    const token = { module: softHsmModule(), label: 'own', securityOfficerPinFile: pinFile, pinFile }
    await initialiseSoftHsmToken({ ...token, environment })
    const before = process.env['SOFTHSM2_CONF']
    process.env['SOFTHSM2_CONF'] = environment['SOFTHSM2_CONF']
    try {
      const config = { kind: 'pkcs11' as const, module: softHsmModule(), token: 'own', pinFile }
      const { provider } = await openKeys(options({ config }))
      expect(provider.describe().token).toBe('own')
      expect(existsSync(join(dataFolder, 'softhsm'))).toBe(false)
      await provider.close()
      chmodSync(pinFile, 0o644)
      await expect(openKeys(options({ config }))).rejects.toMatchObject({ code: 'ERR_P11_PIN_FILE_MODE' })
    } finally {
      if (before === undefined) delete process.env['SOFTHSM2_CONF']
      else process.env['SOFTHSM2_CONF'] = before
    }
  })

  it('are refused where the token that is named is not there', async () => {
    const pinFile = join(dataFolder, 'pin')
    writeFileSync(pinFile, '123456\n', { mode: 0o600 })
    const config = { ...nothing, module: softHsmModule(), token: 'no such token', pinFile }
    await expect(openKeys(options({ config }))).rejects.toMatchObject({
      code: expect.stringMatching(/^ERR_P11_TOKEN_/),
    })
  })
})
