import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type KeyOptions, openKeys } from './keys.ts'

let dataFolder: string

beforeEach(() => {
  dataFolder = mkdtempSync(join(tmpdir(), 'anky-keys-'))
})
afterEach(() => rmSync(dataFolder, { recursive: true, force: true }))

const nothing = { kind: null, module: null, token: null, pinFile: null } as const
const nowhere = { places: [], unpack: false } as const

const options = (changes: Partial<KeyOptions>): KeyOptions => ({
  config: nothing,
  kept: null,
  dataFolder,
  nativeAddon: 'ok',
  random: (n) => randomBytes(n),
  search: nowhere,
  ...changes,
})

describe('the choice of where keys live', () => {
  it('falls back to files where no module is found, and says why', async () => {
    const { provider, fallback } = await openKeys(options({}))
    expect(provider.kind).toBe('file')
    expect(provider.software).toBe(true)
    expect(fallback).toBe('SoftHSM is not installed')
    await provider.close()
  })

  it('falls back to files where the addon was not built, and says why', async () => {
    const { provider, fallback } = await openKeys(options({ nativeAddon: 'make is missing' }))
    expect(provider.kind).toBe('file')
    expect(fallback).toBe('make is missing')
    await provider.close()
  })

  it('falls back to files where the module found is no PKCS#11 module', async () => {
    const module = join(dataFolder, 'libsofthsm2.so')
    writeFileSync(module, 'no library')
    const { provider, fallback } = await openKeys(options({ search: { places: [module], unpack: false } }))
    expect(provider.kind).toBe('file')
    expect(fallback).toContain(module)
    await provider.close()
  })

  it('takes files without a word of regret where they are asked for', async () => {
    const { provider, fallback } = await openKeys(options({ config: { ...nothing, kind: 'file' } }))
    expect(provider.kind).toBe('file')
    expect(fallback).toBeNull()
    await provider.close()
  })

  it('keeps the passphrase of files for its owner alone, and the same at the next start', async () => {
    const first = await openKeys(options({}))
    const file = join(dataFolder, 'secrets', 'key-passphrase')
    const passphrase = readFileSync(file, 'utf8')
    expect(passphrase).toMatch(/^[0-9a-f]{32}\n$/)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(statSync(join(dataFolder, 'secrets')).mode & 0o777).toBe(0o700)
    await first.provider.close()
    const second = await openKeys(options({ kept: 'file' }))
    expect(readFileSync(file, 'utf8')).toBe(passphrase)
    await second.provider.close()
  })

  it('stays with files at later starts, whatever was installed meanwhile', async () => {
    const places = ['/usr/lib/softhsm/libsofthsm2.so']
    const { provider, fallback } = await openKeys(options({ kept: 'file', search: { places } }))
    expect(provider.kind).toBe('file')
    expect(fallback).toBeNull()
    await provider.close()
  })

  it.each([
    [
      'a token asked for is not there',
      { config: { ...nothing, kind: 'pkcs11' as const } },
      'ERR_MAIN_PKCS11_UNAVAILABLE',
    ],
    [
      'a token is asked for without the addon',
      { config: { ...nothing, kind: 'pkcs11' as const }, nativeAddon: 'make is missing' },
      'ERR_MAIN_PKCS11_UNAVAILABLE',
    ],
    [
      'the configured module is not there',
      { config: { ...nothing, module: '/nowhere/module.so' } },
      'ERR_P11_MODULE_LOAD',
    ],
    [
      "this folder's token cannot be reached any more",
      { kept: 'pkcs11' as const },
      'ERR_MAIN_KEYS_UNAVAILABLE',
    ],
    [
      'this folder keeps its keys in files and a token is asked for',
      { kept: 'file' as const, config: { ...nothing, kind: 'pkcs11' as const } },
      'ERR_MAIN_KEYS_ELSEWHERE',
    ],
    [
      'this folder keeps its keys in files and a module is configured',
      { kept: 'file' as const, config: { ...nothing, module: '/nowhere/module.so' } },
      'ERR_MAIN_KEYS_ELSEWHERE',
    ],
    [
      'this folder keeps its keys in a token and files are asked for',
      { kept: 'pkcs11' as const, config: { ...nothing, kind: 'file' as const } },
      'ERR_MAIN_KEYS_ELSEWHERE',
    ],
  ])('is refused where %s', async (_situation, changes, code) => {
    await expect(openKeys(options(changes))).rejects.toMatchObject({ code })
  })

  it('is refused where a configured module that is not SoftHSM has no PIN file', async () => {
    const module = join(dataFolder, 'vendor.so')
    writeFileSync(module, '')
    await expect(openKeys(options({ config: { ...nothing, module } }))).rejects.toMatchObject({
      code: 'ERR_CONFIG_PIN_FILE_REQUIRED',
      messageVi: expect.stringContaining('ANKY_PKCS11_PIN_FILE'),
    })
  })

  it('is refused where the configured module is no module, instead of falling back', async () => {
    const module = join(dataFolder, 'libsofthsm2.so')
    writeFileSync(module, 'no library')
    await expect(openKeys(options({ config: { ...nothing, module } }))).rejects.toMatchObject({
      code: 'ERR_P11_MODULE_LOAD',
    })
  })
})
