import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildPki, entityOf, type Pki, quickKeys, testPki } from '../test-certs/index.ts'
import { toPem } from './evaluation/authorities.ts'
import { loadTrust } from './trust.ts'

let folder: string
let pki: Pki
const root = () => entityOf(pki, 'national-root').certificate
const tsa = () => entityOf(pki, 'tsa').certificate

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'anky-trust-'))
  pki = await buildPki(testPki, {
    clock: () => new Date(),
    random: (n) => randomBytes(n),
    keys: quickKeys,
    only: ['tsa'],
  })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

describe('added anchors', () => {
  it('are none where none are configured', async () => {
    expect(await loadTrust(null)).toEqual([])
  })

  it('are every certificate of a PEM file', async () => {
    const found = await loadTrust(file('both.pem', toPem([root(), tsa()])))
    expect(found.map(({ sha256 }) => sha256)).toEqual([root().sha256, tsa().sha256])
  })

  it('may be one certificate in DER', async () => {
    const [found] = await loadTrust(file('root.der', root().der))
    expect(found?.sha256).toBe(root().sha256)
  })

  it('are those of every certificate file of a folder, whatever else lies there', async () => {
    const inner = join(folder, 'anchors')
    mkdirSync(inner)
    writeFileSync(join(inner, 'a.pem'), toPem([root()]))
    writeFileSync(join(inner, 'b.cer'), tsa().der)
    writeFileSync(join(inner, 'README.txt'), 'no certificate')
    const found = await loadTrust(inner)
    expect(found.map(({ sha256 }) => sha256).sort()).toEqual([root().sha256, tsa().sha256].sort())
  })

  it('are refused where the path is not there', async () => {
    await expect(loadTrust(join(folder, 'nothing'))).rejects.toMatchObject({ code: 'ERR_CONFIG_FILE' })
  })

  it.each([
    ['no certificate', 'just text'],
    ['a private key alone', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n'],
    ['a broken certificate', '-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n'],
    ['an unfinished block', '-----BEGIN CERTIFICATE-----\nMAA='],
    ['nothing', ''],
  ])('are refused where the file holds %s', async (name, content) => {
    const path = file(`${name.replaceAll(' ', '-')}.pem`, content)
    await expect(loadTrust(path)).rejects.toMatchObject({
      code: 'ERR_CONFIG_TRUST_FILE',
      message: expect.stringContaining(path),
    })
  })

  it('are refused where a folder has none', async () => {
    const empty = join(folder, 'empty')
    mkdirSync(empty)
    await expect(loadTrust(empty)).rejects.toMatchObject({ code: 'ERR_CONFIG_TRUST_FILE' })
  })
})
