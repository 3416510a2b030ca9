import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { digestBytes, encodePem } from '../formats/index.ts'
import { buildPki, entityOf, freshValidationData, type Pki, quickKeys, testPki } from '../test-certs/index.ts'
import { listFiles } from './list-files.ts'
import { readDetached } from './read-detached.ts'
import { readEvidence } from './read-evidence.ts'
import { readGiven, readPassword, readTrust } from './read-given.ts'

const clock = () => new Date()
const folder = mkdtempSync(join(tmpdir(), 'anky-cli-'))
const at = (...names: string[]) => join(folder, ...names)
const write = (name: string, content: string | Uint8Array) => {
  writeFileSync(at(name), content)
  return at(name)
}
afterAll(() => rmSync(folder, { recursive: true }))

let pki: Pki
beforeAll(async () => {
  pki = await buildPki(testPki, {
    clock,
    random: (n) => new Uint8Array(n).fill(7),
    keys: quickKeys,
    url: 'http://127.0.0.1:1',
  })
})

async function all(paths: string[]): Promise<string[]> {
  const found: string[] = []
  for await (const path of listFiles(paths)) found.push(path)
  return found
}

describe('files and folders', () => {
  beforeAll(() => {
    mkdirSync(at('walk', 'b', 'c'), { recursive: true })
    mkdirSync(at('walk', '.git'))
    for (const name of [
      'walk/z.pdf',
      'walk/a.pdf',
      'walk/b/1.pdf',
      'walk/b/c/2.p7s',
      'walk/.hidden',
      'walk/.git/x',
    ])
      write(name, 'x')
    symlinkSync(at('walk'), at('walk', 'b', 'loop'))
  })

  it('are walked by name, without links and names that begin with a dot', async () => {
    expect(await all([at('walk')])).toEqual(
      ['a.pdf', 'b/1.pdf', 'b/c/2.p7s', 'z.pdf'].map((name) => at('walk', name)),
    )
  })

  it('are named as they were given, and also where they are not there', async () => {
    expect(await all([at('walk', '.hidden'), at('none')])).toEqual([at('walk', '.hidden'), at('none')])
  })
})

describe('anchors', () => {
  it('are read from PEM, DER and folders, each once', async () => {
    mkdirSync(at('anchors'))
    const { der } = entityOf(pki, 'national-root').certificate
    const other = entityOf(pki, 'public-ca').certificate
    write('anchors/root.pem', encodePem('CERTIFICATE', der))
    write('anchors/again.crt', der)
    write('anchors/both.cer', encodePem('CERTIFICATE', der) + encodePem('CERTIFICATE', other.der))
    write('anchors/README.txt', 'x')
    expect(
      (await readTrust([at('anchors'), at('anchors', 'root.pem')])).map(({ sha256 }) => sha256).sort(),
    ).toEqual([entityOf(pki, 'national-root').certificate.sha256, other.sha256].sort())
  })

  it('are refused where there are none', async () => {
    mkdirSync(at('empty'))
    for (const path of [at('empty'), write('x.pem', 'no certificate')])
      await expect(readTrust([path])).rejects.toMatchObject({ code: 'ERR_CLI_TRUST' })
    await expect(readTrust([at('none.pem')])).rejects.toMatchObject({ code: 'ERR_CLI_FILE' })
  })
})

describe('evidence', () => {
  it('is told apart by what it is, not by its name', async () => {
    mkdirSync(at('data'))
    freshValidationData(at('data'), pki, clock)
    write('data/README.md', 'passed over')
    const evidence = await readEvidence([at('data')])
    for (const kind of ['certificates', 'crls', 'ocspResponses'] as const)
      expect(evidence[kind].length, kind).toBeGreaterThan(1)
  })

  it('is read from PEM, of several kinds in one file', async () => {
    const { certificates, crls } = await readEvidence([at('data')])
    const path = write(
      'mixed.pem',
      encodePem('X509 CRL', crls[0]!) + encodePem('CERTIFICATE', certificates[0]!),
    )
    expect(await readEvidence([path])).toEqual({
      certificates: [new Uint8Array(certificates[0]!)],
      crls: [new Uint8Array(crls[0]!)],
      ocspResponses: [],
    })
  })

  it('is refused where a named file is none', async () => {
    const path = write('data.txt', 'nothing')
    await expect(readEvidence([path])).rejects.toMatchObject({ code: 'ERR_CLI_DATA' })
    await expect(readEvidence([at('gone')])).rejects.toMatchObject({ code: 'ERR_CLI_FILE' })
  })
})

describe('detached content', () => {
  const sha256 = Buffer.from(digestBytes('sha256', Buffer.from('x')))
  const sha512 = Buffer.from(digestBytes('sha512', Buffer.from('x')))

  it('is a file, or digests of one content by several algorithms', async () => {
    const path = write('content.txt', 'x')
    const values = [`SHA-256:${sha256.toString('base64')}`, `sha512:${sha512.toString('base64')}`, path]
    expect(await readDetached(values)).toEqual([
      { name: null, digests: { sha256, sha512 } },
      { name: 'content.txt', path },
    ])
  })

  it('is another content where an algorithm comes again', async () => {
    const value = `SHA-256:${sha256.toString('base64')}`
    expect(await readDetached([value, value])).toHaveLength(2)
  })

  it.each([
    `SHA-256:${Buffer.alloc(20).toString('base64')}`,
    'SHA-256:no base64!',
    'SHA-256:',
    'SHA-999:AAAA',
    '/nowhere/at-all',
    tmpdir(),
  ])('is refused: %s', async (value) => {
    await expect(readDetached([value])).rejects.toMatchObject({ code: 'ERR_CLI_DETACHED' })
  })
})

describe('a password', () => {
  it('is the first line of its file', async () => {
    expect(await readPassword(write('password', 'chữ số\r\nanother line\n'))).toBe('chữ số')
  })

  it('cannot be had from a file that is not there, whose name is told', async () => {
    await expect(readGiven('--password-file', at('gone'))).rejects.toMatchObject({
      code: 'ERR_CLI_FILE',
      details: { option: '--password-file', reason: 'ENOENT' },
    })
  })
})
