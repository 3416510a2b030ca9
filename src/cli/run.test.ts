import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodePem } from '../formats/index.ts'
import { createSandbox } from '../sandbox/index.ts'
import { type SignedFolder, signedFolder } from '../sandbox/testing/signed-folder.ts'
import { type VerificationReport, verificationReportSchema } from '../verifier/index.ts'
import { runCli } from './run.ts'

let given: SignedFolder
const folder = mkdtempSync(join(tmpdir(), 'anky-run-'))
const at = (...names: string[]) => join(folder, ...names)
beforeAll(async () => {
  given = await signedFolder(folder)
}, 60_000)
/** One for all runs: starting processes takes longer than judging. */
const sandbox = createSandbox({ size: 2 })
afterAll(async () => {
  await sandbox.close()
  rmSync(folder, { recursive: true })
})

interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

async function run(...argv: string[]): Promise<Ran> {
  let [stdout, stderr] = ['', '']
  const stream = (take: (text: string) => void) => ({
    write: (text: string) => {
      take(text)
      return true
    },
    once: () => {},
  })
  const io = {
    stdout: stream((text) => {
      stdout += text
    }),
    stderr: stream((text) => {
      stderr += text
    }),
    env: {},
    clock: () => new Date(),
  }
  const code = await runCli(argv, io, '1.2.3', () => ({ ...sandbox, close: async () => {} }))
  return { code, stdout, stderr }
}

async function reports(...argv: string[]): Promise<{ code: number; reports: VerificationReport[] }> {
  const { code, stdout, stderr } = await run('verify', '--json', ...argv)
  expect(stderr).toBe('')
  const lines = stdout.trimEnd().split('\n')
  return { code, reports: lines.map((line) => verificationReportSchema.parse(JSON.parse(line))) }
}
const trusted = () => ['--trust', given.trust, '--data', given.data]

describe('anky verify', () => {
  it('says of a signed PDF that it is passed, for people: sentences, signer and a table', async () => {
    const { code, stdout } = await run('verify', ...trusted(), given.signed)
    expect(code).toBe(0)
    const [name, vi, en] = stdout.split('\n')
    expect([name, vi?.slice(0, 20), en?.slice(0, 10)]).toEqual([
      given.signed,
      '  HỢP LỆ – chữ ký củ',
      '  VALID – ',
    ])
    expect(stdout).toContain('do CA CÔNG CỘNG THỬ NGHIỆM cấp')
    expect(stdout).toMatch(/TỔNG CỘNG \/ total +1\n$/)
  })

  it('gives each file of a folder one line of JSON, in order, and the worst exit code', async () => {
    const { code, reports: all } = await reports(...trusted(), at('records'))
    expect(code).toBe(1)
    expect(all.map(({ file, verdict }) => [file?.slice(at('records').length + 1), verdict])).toEqual([
      ['1-signed.pdf', 'passed'],
      ['2-changed.pdf', 'failed'],
      ['3-unsigned.pdf', 'unsigned'],
      [join('deeper', '4-note.txt'), 'unreadable'],
    ])
  })

  it.each([
    ['records/1-signed.pdf', 0],
    ['records/2-changed.pdf', 1],
    ['records/3-unsigned.pdf', 2],
    ['records/deeper', 3],
    ['not-there.pdf', 3],
  ])('ends with the code of its verdict: %s, %i', async (path, code) => {
    expect((await run('verify', ...trusted(), at(path))).code).toBe(code)
  })

  it('trusts nothing but what it is told to', async () => {
    const { code, reports: all } = await reports('--data', given.data, given.signed)
    expect(code).toBe(2)
    expect(all[0]).toMatchObject({
      verdict: 'indeterminate',
      signatures: [{ intact: true, trusted: false, subIndication: 'NO_CERTIFICATE_CHAIN_FOUND' }],
    })
  })

  it('never takes evidence for trust, though it holds the root', async () => {
    mkdirSync(at('evidence-with-root'))
    writeFileSync(at('evidence-with-root', 'root.cer'), given.root.der)
    const { reports: all } = await reports(
      '--data',
      given.data,
      '--data',
      at('evidence-with-root'),
      given.signed,
    )
    expect(all[0]?.verdict).toBe('indeterminate')
  })

  it('does not pass without revocation data, says so and names the options', async () => {
    const { code, reports: all } = await reports('--trust', given.trust, given.signed)
    expect(code).toBe(2)
    expect(all[0]?.sentence.vi).toMatch(/thu hồi.*--data.*--online.*--policy no-revocation/)
  })

  it('passes without it under no-revocation, and says that it was not checked', async () => {
    const { code, reports: all } = await reports(
      '--policy',
      'no-revocation',
      '--trust',
      given.trust,
      given.signed,
    )
    expect(code).toBe(0)
    expect(all[0]?.sentence.vi).toMatch(/chưa kiểm tra chứng thư có bị thu hồi/)
    expect(all[0]?.signatures[0]?.reasons).toMatchObject([{ level: 'warn' }, { level: 'warn' }])
  })

  it('judges as of the time it is told', async () => {
    const { code, reports: all } = await reports(...trusted(), '--at', '2199-01-01', given.signed)
    expect(code).not.toBe(0)
    expect(all[0]?.at).toBe('2199-01-01T00:00:00.000Z')
  })

  it('judges a detached signature with its file, or with its digest where the file stays elsewhere', async () => {
    const digest = createHash('sha256').update(readFileSync(given.content)).digest('base64')
    for (const detached of [given.content, `SHA-256:${digest}`]) {
      const { code, reports: all } = await reports(...trusted(), '--detached', detached, given.detached)
      expect([code, all[0]?.signatures[0]?.intact]).toEqual([0, true])
    }
    const other = `SHA-256:${Buffer.alloc(32).toString('base64')}`
    expect((await reports(...trusted(), '--detached', other, given.detached)).code).toBe(1)
    expect((await reports(...trusted(), given.detached)).reports[0]).toMatchObject({
      signatures: [{ subIndication: 'SIGNED_DATA_NOT_FOUND' }],
    })
  })

  it('judges a bare evidence record with its document, and one beside a signature', async () => {
    const alone = await reports(...trusted(), '--detached', given.content, given.record)
    expect([alone.code, alone.reports[0]]).toMatchObject([
      0,
      { verdict: 'passed', signatures: [], timestamps: [], evidenceRecords: [{ indication: 'PASSED' }] },
    ])
    expect(alone.reports[0]?.sentence.vi).toMatch(/^HỢP LỆ – hồ sơ chứng cứ \(lúc /)
    const other = await reports(...trusted(), '--detached', given.signed, given.record)
    expect([other.code, other.reports[0]?.verdict]).toEqual([1, 'failed'])
    const beside = ['--evidence', given.signatureRecord, '--detached', given.content, given.detached]
    expect((await reports(...trusted(), ...beside)).reports[0]).toMatchObject({
      verdict: 'passed',
      evidenceRecords: [{ indication: 'PASSED' }],
    })
  })

  it('takes a policy from a file, and refuses one that is none', async () => {
    const { builtInPolicies } = await import('../verifier/index.ts')
    writeFileSync(at('own.json'), JSON.stringify({ ...builtInPolicies['no-revocation'], name: 'own' }))
    const { code, reports: all } = await reports(
      '--policy',
      at('own.json'),
      '--trust',
      given.trust,
      given.signed,
    )
    expect([code, all[0]?.policy.name]).toEqual([0, 'own'])
    writeFileSync(at('broken.json'), '{"name":"own"}')
    for (const path of ['broken.json', 'content.txt'])
      expect(await run('verify', '--policy', at(path), given.signed)).toMatchObject({ code: 64, stdout: '' })
    expect((await run('verify', '--policy', 'hopsital', given.signed)).stderr).toContain('ERR_CLI_POLICY')
  })

  it('gives the same context to the same anchors and evidence, however they are given', async () => {
    const pem = at('again.pem')
    writeFileSync(pem, encodePem('CERTIFICATE', given.root.der))
    const [one, two, other] = await Promise.all([
      reports('--trust', given.trust, given.signed),
      reports('--trust', pem, '--trust', given.trust, given.signed),
      reports(given.signed),
    ])
    expect(one.reports).toHaveLength(1)
    expect(two.reports[0]?.context).toEqual(one.reports[0]?.context)
    expect(other.reports[0]?.context).not.toEqual(one.reports[0]?.context)
  })
})

describe('a wrong command line', () => {
  it.each([
    [['verify'], 'ERR_CLI_FILES_MISSING'],
    [['verify', '--bundle', 'x', 'y'], 'ERR_CLI_BUNDLE_UNSUPPORTED'],
    [['audit', 'verify', 'x'], 'ERR_CLI_COMMAND_UNSUPPORTED'],
    [['verify', '--trust', '/nowhere.pem', 'x'], 'ERR_CLI_FILE'],
    [['verify', '--detached', '/nowhere', 'x'], 'ERR_CLI_DETACHED'],
    [['verify', '--evidence', '/nowhere', 'x'], 'ERR_CLI_FILE'],
    [['verify', '--password-file', '/nowhere', 'x'], 'ERR_CLI_FILE'],
  ])('ends with 64 and says why in both languages: %j', async (argv, code) => {
    const { code: exit, stdout, stderr } = await run(...argv)
    expect([exit, stdout]).toEqual([64, ''])
    expect(stderr.split('\n')).toHaveLength(3)
    expect(stderr).toContain(`(${code})`)
  })

  it('is a folder without files', async () => {
    mkdirSync(at('nothing'))
    expect(await run('verify', at('nothing'))).toMatchObject({ code: 64, stdout: '' })
  })

  it('is helped with --help, and --version tells which it is', async () => {
    expect(await run('--help')).toMatchObject({ code: 0, stderr: '' })
    expect((await run('--help')).stdout).toContain('--detached FILE|ALG:BASE64')
    expect(await run('--version')).toMatchObject({ code: 0, stdout: '1.2.3\n' })
  })
})
