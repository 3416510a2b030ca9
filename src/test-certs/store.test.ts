import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { describeWith, needs } from '../../test/support/requirements.ts'
import { buildPki } from './build.ts'
import { entityOf, type Pki } from './entity.ts'
import { quickKeys } from './keys.ts'
import { testPki } from './pki.ts'
import { loadCa, saveCa, setRevocation } from './store.ts'
import { fixedEnvironment, liveEnvironment } from './testing/environment.ts'
import { OpensslFolder } from './testing/openssl.ts'
import { freshValidationData } from './validation-data.ts'

let pki: Pki
let folder: string
const folders: string[] = []

beforeAll(async () => {
  pki = await buildPki(testPki, {
    ...fixedEnvironment(),
    keys: quickKeys,
    url: 'http://127.0.0.1:4321',
    only: ['doctor-01', 'revoked', 'tsa', 'ocsp'],
  })
}, 60_000)

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'anky-test-certs-'))
  folders.push(folder)
})

afterAll(() => {
  for (const path of folders) rmSync(path, { recursive: true, force: true })
})

const code = (run: () => unknown): unknown => {
  try {
    run()
  } catch (error) {
    return (error as { code?: string }).code
  }
  return null
}

describe('saveCa and loadCa', () => {
  it('what was saved comes back: certificates, keys, issuers, revocations, address', () => {
    saveCa(folder, pki)
    const loaded = loadCa(folder)
    expect(loaded.url).toBe('http://127.0.0.1:4321')
    for (const [name, entity] of pki.entities) {
      const back = entityOf(loaded, name)
      expect(Buffer.compare(back.certificate.der, entity.certificate.der)).toBe(0)
      expect(back.key!.equals(entity.key!)).toBe(true)
      expect([back.issuer, back.revocation]).toEqual([entity.issuer, entity.revocation])
    }
  })

  it('key files are for the owner alone', () => {
    saveCa(folder, pki)
    const keys = readdirSync(folder).filter((file) => file.endsWith('.key'))
    expect(keys).toHaveLength(pki.entities.size)
    for (const file of keys) expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600)
  })

  it('a key held elsewhere leaves no file and comes back as null', () => {
    const entities = new Map(pki.entities)
    entities.set('doctor-01', { ...entityOf(pki, 'doctor-01'), key: null })
    saveCa(folder, { ...pki, entities })
    expect(readdirSync(folder)).not.toContain('doctor-01.key')
    expect(entityOf(loadCa(folder), 'doctor-01').key).toBeNull()
  })

  it('a certificate is marked revoked, and good again', () => {
    saveCa(folder, pki)
    const at = new Date('2026-03-01T00:00:00Z')
    setRevocation(folder, 'doctor-01', { at, reason: 'superseded' })
    saveCa(folder, pki)
    expect(entityOf(loadCa(folder), 'doctor-01').revocation).toEqual({ at, reason: 'superseded' })
    setRevocation(folder, 'doctor-01', null)
    expect(entityOf(loadCa(folder), 'doctor-01').revocation).toBeNull()
  })

  it('nobody cannot be revoked', () => {
    saveCa(folder, pki)
    expect(code(() => setRevocation(folder, 'nobody', null))).toBe('ERR_TEST_PKI_ENTITY_UNKNOWN')
  })

  it('an empty folder is refused', () => {
    expect(code(() => loadCa(folder))).toBe('ERR_TEST_PKI_FOLDER')
  })

  it.each(['tsa.cer', 'tsa.key', 'pki.json'])('%s missing is refused', (file) => {
    saveCa(folder, pki)
    rmSync(join(folder, file))
    expect(code(() => loadCa(folder))).toBe('ERR_TEST_PKI_FOLDER')
  })

  it.each(['tsa.key', 'pki.json'])('%s damaged is refused', (file) => {
    saveCa(folder, pki)
    writeFileSync(join(folder, file), readFileSync(join(folder, file)).subarray(0, 40))
    expect(code(() => loadCa(folder))).toBe('ERR_TEST_PKI_FOLDER')
  })

  it('a key file that others may read is refused', () => {
    saveCa(folder, pki)
    chmodSync(join(folder, 'tsa.key'), 0o640)
    expect(code(() => loadCa(folder))).toBe('ERR_TEST_PKI_KEY_FILE_MODE')
  })

  it.each([
    '{',
    '[]',
    'null',
    '{"tsa":{"at":"yesterday","reason":"superseded"}}',
    '{"tsa":{"at":"2026-01-01","reason":"toString"}}',
  ])('status.json %s is refused', (text) => {
    saveCa(folder, pki)
    writeFileSync(join(folder, 'status.json'), text)
    expect(code(() => loadCa(folder))).toBe('ERR_TEST_PKI_STATUS_FILE')
  })
})

describeWith(needs.openssl, 'freshValidationData', () => {
  it('writes CAs, CRLs and OCSP answers that OpenSSL accepts', async () => {
    const openssl = new OpensslFolder()
    const live = await buildPki(testPki, {
      ...liveEnvironment,
      keys: quickKeys,
      only: ['doctor-01', 'revoked', 'tsa', 'ocsp'],
    })
    const files = freshValidationData(openssl.path, live, liveEnvironment.clock)
    expect(files.sort()).toEqual([
      ...['doctor-01.ocsp', 'national-root.cer', 'national-root.crl', 'public-ca.cer', 'public-ca.crl'],
      ...['revoked.ocsp', 'tsa.ocsp'],
    ])
    for (const name of ['national-root', 'public-ca', 'doctor-01', 'revoked']) {
      openssl.pem(`${name}.pem`, 'CERTIFICATE', entityOf(live, name).certificate.der)
    }
    for (const name of ['doctor-01', 'revoked']) {
      const { text } = await openssl.run(
        ...['ocsp', '-respin', `${name}.ocsp`, '-issuer', 'public-ca.pem', '-cert', `${name}.pem`],
        ...['-CAfile', 'national-root.pem', '-verify_other', 'public-ca.pem'],
      )
      expect(text).toContain('Response verify OK')
      expect(text).toContain(`${name}.pem: ${name === 'revoked' ? 'revoked' : 'good'}`)
    }
    openssl.remove()
  })

  it('says what holds at the clock: a revocation to come is not in it', () => {
    const before = () => new Date('2026-03-01T00:00:00Z')
    freshValidationData(folder, pki, before)
    const early = readFileSync(join(folder, 'public-ca.crl')).length
    freshValidationData(folder, pki, fixedEnvironment().clock)
    expect(readFileSync(join(folder, 'public-ca.crl')).length).toBeGreaterThan(early)
  })
})
