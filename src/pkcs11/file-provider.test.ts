import { createPrivateKey, randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { verifySignature } from '../formats/index.ts'
import { type KeyEntry, type KeyProvider, openFileProvider, SOFTWARE_LABEL } from './index.ts'
import { issueCertificate } from './testing/issue-certificate.ts'

describe('keys in files', () => {
  let root: string
  let provider: KeyProvider
  let entry: KeyEntry
  const place = (): { folder: string; passphraseFile: string } => ({
    folder: join(root, 'keys'),
    passphraseFile: join(root, 'passphrase'),
  })

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'anky-keys-'))
    writeFileSync(join(root, 'passphrase'), 'mật khẩu thử nghiệm', { mode: 0o600 })
    provider = await openFileProvider(place())
    entry = await provider.generateKey({ type: 'ec', curve: 'P-256' }, 'bác sĩ')
  })
  afterAll(() => rmSync(root, { recursive: true, force: true }))

  it('say "software, not HSM" in description, entries and health', async () => {
    expect(provider.describe()).toMatchObject({ kind: 'file', software: true, label: SOFTWARE_LABEL })
    expect(entry.software).toBe(true)
    expect(await provider.health()).toMatchObject({ ok: true, software: true })
  })

  it('are found again by another provider and sign for every kind of key', async () => {
    const kinds = [
      { type: 'rsa', bits: 2048 },
      { type: 'ec', curve: 'P-384' },
      { type: 'ec', curve: 'P-521' },
      { type: 'ed25519' },
    ] as const
    for (const spec of kinds) await provider.generateKey(spec, 'khóa')
    const again = await openFileProvider(place())
    const entries = await again.listKeys()
    expect(entries.length).toBe(5)
    for (const { id, publicKey } of entries) {
      const certificate = issueCertificate(publicKey)
      await again.importCertificate(id, certificate.der)
      const key = await again.signingKey(id, [certificate])
      for (const algorithm of key.algorithms) {
        const dtbs = randomBytes(100)
        const value = await key.sign(dtbs, algorithm)
        expect(verifySignature(certificate.publicKey, algorithm, dtbs, value)).toBe(true)
      }
    }
  })

  it('lie encrypted, mode 0600, in a folder of mode 0700', () => {
    const { folder } = place()
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600)
    const key = readFileSync(join(folder, `${entry.id}.p8`))
    expect(() => createPrivateKey({ key, format: 'der', type: 'pkcs8', passphrase: 'wrong' })).toThrow()
  })

  it("another key's certificate, no certificate, no such key: each its own code", async () => {
    const other = (await provider.listKeys()).find(({ id }) => id !== entry.id)!
    const foreign = issueCertificate(other.publicKey)
    const cases: [() => Promise<unknown>, string][] = [
      [() => provider.signingKey(entry.id, [foreign]), 'ERR_P11_CERTIFICATE_MISMATCH'],
      [() => provider.importCertificate(entry.id, foreign.der), 'ERR_P11_CERTIFICATE_MISMATCH'],
      [() => provider.signingKey(entry.id, []), 'ERR_P11_CHAIN_EMPTY'],
      [() => provider.signingKey('0'.repeat(40), [foreign]), 'ERR_P11_KEY_NOT_FOUND'],
      [() => provider.signingKey('../../etc/passwd', [foreign]), 'ERR_P11_KEY_NOT_FOUND'],
    ]
    for (const [attempt, code] of cases) await expect(attempt()).rejects.toMatchObject({ code })
  })

  it('a changed passphrase, a damaged or exchanged key file: refused before anything is signed', async () => {
    const certificate = issueCertificate(entry.publicKey)
    const { folder, passphraseFile } = place()
    const other = (await provider.listKeys()).find(({ id }) => id !== entry.id)!
    const good = readFileSync(join(folder, `${entry.id}.p8`))
    writeFileSync(passphraseFile, 'khác', { mode: 0o600 })
    const wrong = await openFileProvider(place())
    await expect(wrong.signingKey(entry.id, [certificate])).rejects.toMatchObject({
      code: 'ERR_P11_FILE_PASSPHRASE',
    })
    writeFileSync(passphraseFile, 'mật khẩu thử nghiệm', { mode: 0o600 })
    writeFileSync(join(folder, `${entry.id}.p8`), readFileSync(join(folder, `${other.id}.p8`)))
    const exchanged = await openFileProvider(place())
    await expect(exchanged.signingKey(entry.id, [certificate])).rejects.toMatchObject({
      code: 'ERR_P11_FILE_DAMAGED',
    })
    writeFileSync(join(folder, `${entry.id}.p8`), good)
  })

  it('a passphrase file that others may read: refused', async () => {
    const open = join(root, 'open')
    writeFileSync(open, 'x', { mode: 0o644 })
    await expect(openFileProvider({ ...place(), passphraseFile: open })).rejects.toMatchObject({
      code: 'ERR_P11_PIN_FILE_MODE',
    })
  })

  it('a folder that cannot be one: refused', async () => {
    const file = join(root, 'file')
    writeFileSync(file, '')
    await expect(openFileProvider({ ...place(), folder: join(file, 'keys') })).rejects.toMatchObject({
      code: 'ERR_P11_FILE_FOLDER',
    })
  })

  it('closed: refuses', async () => {
    const closed = await openFileProvider(place())
    await closed.close()
    await expect(closed.listKeys()).rejects.toMatchObject({ code: 'ERR_P11_CLOSED' })
  })
})
