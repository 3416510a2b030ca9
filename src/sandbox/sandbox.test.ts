import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseCertificate } from '../formats/index.ts'
import { builtInPolicies, verify } from '../verifier/index.ts'
import { createSandbox } from './sandbox.ts'
import { type SignedFolder, signedFolder } from './testing/signed-folder.ts'
import type { Sandbox, VerifyTask } from './types.ts'

const folder = mkdtempSync(join(tmpdir(), 'anky-sandbox-'))
const sandbox = createSandbox({ size: 2, limits: { fileBytes: 2 ** 20 } })
let given: SignedFolder
let context: VerifyTask['context']
beforeAll(async () => {
  given = await signedFolder(folder)
  const data = (name: string) => readFileSync(join(given.data, name))
  context = {
    anchors: [parseCertificate(given.root.der)],
    evidence: {
      certificates: [data('public-ca.cer')],
      crls: [data('public-ca.crl'), data('national-root.crl')],
      ocspResponses: [],
    },
  }
}, 60_000)
afterAll(async () => {
  await sandbox.close()
  rmSync(folder, { recursive: true })
})

const at = new Date()
const task = (file: VerifyTask['file'], changes: Partial<VerifyTask> = {}): VerifyTask => ({
  file,
  context,
  policy: builtInPolicies.hospital,
  at,
  ...changes,
})
const nothing = { certificates: [], crls: [], ocspResponses: [] }

describe('the sandbox', () => {
  it('gives the very report that judging in this process gives, by path and by bytes', async () => {
    const bytes = readFileSync(given.signed)
    const input = { ...context, policy: builtInPolicies.hospital, at, detached: [], evidenceRecords: [] }
    const expected = JSON.stringify(verify({ ...input, file: { name: 'x', bytes } }))
    expect(JSON.parse(expected).verdict).toBe('passed')
    for (const file of [
      { name: 'x', bytes },
      { name: 'x', path: given.signed },
    ])
      expect(JSON.stringify(await sandbox.verify(task(file)))).toBe(expected)
  })

  it('judges many files at once, each by its own', async () => {
    const files = [given.signed, given.signed.replace('1-signed', '2-changed')]
    const reports = await Promise.all(
      Array.from({ length: 40 }, (_, at) => sandbox.verify(task({ name: String(at), path: files[at % 2]! }))),
    )
    expect(reports.map(({ file, verdict }) => `${file} ${verdict}`)).toEqual(
      Array.from({ length: 40 }, (_, at) => `${at} ${at % 2 ? 'failed' : 'passed'}`),
    )
  })

  it('judges detached signatures by path, bytes and digests of their content', async () => {
    const bytes = readFileSync(given.content)
    const signature = { name: null, path: given.detached }
    for (const content of [{ path: given.content }, { bytes }])
      expect(await sandbox.verify(task(signature, { detached: [{ name: null, ...content }] }))).toMatchObject(
        {
          verdict: 'passed',
        },
      )
    expect(await sandbox.requiredDigests(readFileSync(given.detached))).toEqual(['sha256'])
    expect(await sandbox.requiredDigests(bytes)).toEqual([])
  })

  it.each([
    ['not there', () => join(folder, 'none.pdf'), 'ERR_SANDBOX_FILE'],
    ['a folder', () => folder, 'ERR_SANDBOX_FILE'],
    ['a device', () => '/dev/zero', 'ERR_SANDBOX_FILE'],
    ['too large', () => grown('large.pdf', 2 ** 20 + 1), 'ERR_SANDBOX_FILE_TOO_LARGE'],
  ])('calls a file unreadable that is %s', async (_what, path, code) => {
    const report = await sandbox.verify(task({ name: 'x', path: path() }))
    expect(report).toMatchObject({ file: 'x', verdict: 'unreadable', signatures: [], error: { code } })
  })

  it('calls unreadable what takes too long, and judges the next', async () => {
    const strict = createSandbox({ size: 1, limits: { cpuMs: 200, cpuMsPerMib: 0, wallMs: 2_000 } })
    try {
      const endless = { name: null, path: grown('endless', 2 ** 36) }
      const [slow, next] = await Promise.all([
        strict.verify(task({ name: null, path: given.detached }, { detached: [endless] })),
        strict.verify(task({ name: null, path: given.signed })),
      ])
      expect(slow).toMatchObject({ verdict: 'unreadable', error: { code: 'ERR_SANDBOX_LIMIT' } })
      expect(slow.sentence.vi).toContain('vượt giới hạn')
      expect(next.verdict).toBe('passed')
    } finally {
      await strict.close()
    }
  })
})

describe('what the sandbox fetches', () => {
  let online: Sandbox
  const asked: string[] = []
  beforeAll(() => {
    const { certificates, crls } = context.evidence
    online = createSandbox({
      size: 1,
      source: {
        issuers: async (url) => {
          asked.push(url)
          return [...certificates]
        },
        crl: async (url) => {
          asked.push(url)
          return crls[url.includes('public-ca') ? 0 : 1]!
        },
        ocsp: () => Promise.reject(new Error('the database is away')),
      },
    })
  })
  afterAll(() => online.close())

  it('is what the file lacks, asked by this process, until it is enough', async () => {
    const offline = { anchors: context.anchors, evidence: nothing }
    const file = { name: null, path: given.signed }
    expect((await sandbox.verify(task(file, { context: offline }))).verdict).toBe('indeterminate')
    const report = await online.verify(task(file, { context: offline }))
    expect(report).toMatchObject({ verdict: 'passed', signatures: [{ revocationChecked: true }] })
    expect(asked.length).toBeGreaterThan(1)
    expect(new Set(asked).size).toBe(asked.length)
  })

  it('is nothing where there is no anchor to lead to', async () => {
    asked.length = 0
    const report = await online.verify(
      task({ name: null, path: given.signed }, { context: { anchors: [], evidence: nothing } }),
    )
    expect(report.verdict).toBe('indeterminate')
    expect(asked.filter((url) => url.includes('crl'))).toEqual([])
  })

  it('is nothing at all where nothing is lacking', async () => {
    asked.length = 0
    expect((await online.verify(task({ name: null, path: given.signed }))).verdict).toBe('passed')
    expect(asked).toEqual([])
  })
})

function grown(name: string, length: number): string {
  const path = join(folder, name)
  writeFileSync(path, '')
  truncateSync(path, length)
  return path
}
