import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeWith, needs, run } from '../../test/support/requirements.ts'
import { algorithmName, type SignatureAlgorithm, verifySignature } from '../formats/index.ts'
import { initialiseSoftHsmToken, type KeyEntry, type KeyProvider, openPkcs11Provider } from './index.ts'
import { commonName, issueCertificate } from './testing/issue-certificate.ts'
import { readProtection } from './testing/read-protection.ts'
import { makeSoftToken, type SoftToken } from './testing/soft-token.ts'

describeWith([needs.softhsm, needs.openssl], 'keys in a SoftHSM token', () => {
  let token: SoftToken
  let provider: KeyProvider
  let rsa: KeyEntry
  let ec: KeyEntry

  beforeAll(async () => {
    token = await makeSoftToken()
    provider = await token.open()
    rsa = await provider.generateKey({ type: 'rsa', bits: 2048 }, 'rsa')
    ec = await provider.generateKey({ type: 'ec', curve: 'P-256' }, 'ec')
  })
  afterAll(() => token.dispose())

  it('a module and token: named in the description, not as software', () => {
    expect(provider.describe()).toMatchObject({ kind: 'pkcs11', software: false, token: 'thu-nghiem' })
    expect(provider.describe().label).toMatch(/^SoftHSM|Implementation of PKCS11/)
  })

  it('a generated key: listed with its public key, paired with its certificate after import', async () => {
    const certificate = issueCertificate(ec.publicKey)
    await provider.importCertificate(ec.id, certificate.der)
    await provider.importCertificate(ec.id, certificate.der)
    const listed = (await provider.listKeys()).find(({ id }) => id === ec.id)
    expect(listed).toMatchObject({ algorithm: 'ecdsa-p256', label: 'ec', software: false })
    expect(Buffer.from(listed!.certificate!)).toEqual(Buffer.from(certificate.der))
  })

  it('a certification request with a Vietnamese name: OpenSSL verifies it', async () => {
    for (const { id } of [rsa, ec]) {
      const csr = await provider.createCsr(id, commonName('BÁC SĨ THỬ NGHIỆM 01'))
      const args = ['req', '-inform', 'DER', '-verify', '-noout', '-subject', '-nameopt', 'utf8']
      expect(run('openssl', args, csr).toString()).toContain('BÁC SĨ THỬ NGHIỆM 01')
    }
  })

  it('every algorithm a key names: its value verifies with the certificate', async () => {
    const seen = new Set<string>()
    const more = await Promise.all([
      provider.generateKey({ type: 'ec', curve: 'P-384' }, 'p384'),
      provider.generateKey({ type: 'ec', curve: 'P-521' }, 'p521'),
    ])
    for (const entry of [rsa, ec, ...more]) {
      const certificate = issueCertificate(entry.publicKey)
      const key = await provider.signingKey(entry.id, [certificate])
      for (const algorithm of key.algorithms) {
        const dtbs = randomBytes(300)
        const value = await key.sign(dtbs, algorithm)
        expect(verifySignature(certificate.publicKey, algorithm, dtbs, value)).toBe(true)
        seen.add(algorithmName(algorithm))
      }
    }
    for (const name of ['RSASSA-PSS SHA-256', 'RSASSA-PKCS1-v1_5 SHA-512', 'ECDSA SHA-256', 'ECDSA SHA-512'])
      expect(seen).toContain(name)
  })

  it('a hundred calls at once: each value is of its own data', async () => {
    const certificate = issueCertificate(ec.publicKey)
    const key = await provider.signingKey(ec.id, [certificate])
    const algorithm = key.algorithms[0]!
    const data = Array.from({ length: 100 }, (_, i) => Buffer.from(`hồ sơ ${i}`))
    const values = await Promise.all(data.map((dtbs) => key.sign(dtbs, algorithm)))
    expect(data.every((dtbs, i) => verifySignature(certificate.publicKey, algorithm, dtbs, values[i]!))).toBe(
      true,
    )
  })

  it('bytes changed by the caller while the token works: the value is of the bytes that were given', async () => {
    const certificate = issueCertificate(ec.publicKey)
    const key = await provider.signingKey(ec.id, [certificate])
    const dtbs = Buffer.alloc(64, 1)
    const value = key.sign(dtbs, key.algorithms[0]!)
    dtbs.fill(2)
    const given = Buffer.alloc(64, 1)
    expect(verifySignature(certificate.publicKey, key.algorithms[0]!, given, await value)).toBe(true)
  })

  it('well: healthy, with its sessions', async () => {
    expect(await provider.health()).toMatchObject({ ok: true, state: 'ready', sessions: 2 })
  })

  it("another key's certificate: refused for signing and for import", async () => {
    const other = issueCertificate(rsa.publicKey)
    await expect(provider.signingKey(ec.id, [other])).rejects.toMatchObject({
      code: 'ERR_P11_CERTIFICATE_MISMATCH',
    })
    await expect(provider.importCertificate(ec.id, other.der)).rejects.toMatchObject({
      code: 'ERR_P11_CERTIFICATE_MISMATCH',
    })
  })

  it('no certificate, no such key, an unreadable certificate: each its own code', async () => {
    await expect(provider.signingKey(ec.id, [])).rejects.toMatchObject({ code: 'ERR_P11_CHAIN_EMPTY' })
    const certificate = issueCertificate(ec.publicKey)
    await expect(provider.signingKey('00'.repeat(20), [certificate])).rejects.toMatchObject({
      code: 'ERR_P11_KEY_NOT_FOUND',
    })
    await expect(provider.importCertificate(ec.id, Buffer.from('3000', 'hex'))).rejects.toMatchObject({
      code: 'ERR_P11_CERTIFICATE_UNREADABLE',
    })
  })

  it('an algorithm the key cannot do, or SHA-1: refused before the token is asked', async () => {
    const key = await provider.signingKey(ec.id, [issueCertificate(ec.publicKey)])
    const refused: SignatureAlgorithm[] = [
      { scheme: 'rsa-pkcs1', digest: 'sha256' },
      { scheme: 'ecdsa', digest: 'sha1' },
      { scheme: 'ed25519' },
    ]
    for (const algorithm of refused)
      await expect(key.sign(randomBytes(8), algorithm)).rejects.toMatchObject({
        code: 'ERR_P11_ALGORITHM_UNSUPPORTED',
      })
  })

  it('the private key in the token: shows no value and cannot be made extractable', async () => {
    expect(readProtection(token, ec.id)).toEqual({
      value: 'CKR_ATTRIBUTE_SENSITIVE',
      makeExtractable: 'refused',
    })
  })

  it('a PIN file others may read: refused, and nothing is sent to the token', async () => {
    const open = join(token.folder, 'open-pin')
    writeFileSync(open, '24681357', { mode: 0o644 })
    chmodSync(open, 0o644)
    await expect(token.open({ pinFile: open })).rejects.toMatchObject({ code: 'ERR_P11_PIN_FILE_MODE' })
  })

  it('no PIN file, an empty one, a control character, a PIN too short: each its own code', async () => {
    const cases: [string | null, string][] = [
      [null, 'ERR_P11_PIN_FILE_MISSING'],
      ['\n', 'ERR_P11_PIN_FORMAT'],
      ['1234\u0000', 'ERR_P11_PIN_FORMAT'],
      ['12', 'ERR_P11_PIN_LENGTH'],
    ]
    for (const [content, code] of cases) {
      const file = join(token.folder, 'bad-pin')
      rmSync(file, { force: true })
      if (content !== null) writeFileSync(file, content, { mode: 0o600 })
      await expect(token.open({ pinFile: file })).rejects.toMatchObject({ code })
    }
  })

  it('a token that is not there, a module that is none: each its own code', async () => {
    await expect(token.open({ token: 'khong-co' })).rejects.toMatchObject({ code: 'ERR_P11_TOKEN_ABSENT' })
    const folder = mkdtempSync(join(tmpdir(), 'anky-module-'))
    const file = join(folder, 'module.so')
    writeFileSync(file, 'no library')
    const opening = openPkcs11Provider({ module: file, pinFile: token.pinFile })
    await expect(opening).rejects.toMatchObject({ code: 'ERR_P11_MODULE_LOAD' })
    rmSync(folder, { recursive: true })
  })

  it('a label of more than 32 bytes, or of spaces: no token is made', async () => {
    const { module, pinFile, environment } = token
    for (const label of ['Ấ'.repeat(11), ' ']) {
      const making = initialiseSoftHsmToken({
        module,
        label,
        pinFile,
        securityOfficerPinFile: pinFile,
        environment,
      })
      await expect(making).rejects.toMatchObject({ code: 'ERR_P11_TOKEN_LABEL' })
    }
  })

  it('a closed provider: refuses at once, health says closed', async () => {
    const closing = await token.open()
    const key = await closing.signingKey(ec.id, [issueCertificate(ec.publicKey)])
    await closing.close()
    await expect(key.sign(randomBytes(8), key.algorithms[0]!)).rejects.toMatchObject({
      code: 'ERR_P11_CLOSED',
    })
    expect(await closing.health()).toMatchObject({ ok: false, state: 'closed' })
    expect(closing.pids()).toEqual([])
  })
})
