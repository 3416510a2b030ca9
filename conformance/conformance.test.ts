import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { basicObjects, buildPdf } from '../src/formats/pdf/testing/build-pdf.ts'
import { readCases, type VectorCase } from './cases.ts'
import { judgePyhanko } from './pyhanko.ts'
import { collectFileFacts, type FileFacts, findRules, rules } from './rules.ts'
import { runCase } from './run-case.ts'
import { selectSuites } from './suites.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const report = join(root, 'conformance.json')
let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'anky-vectors-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function conformance(args: readonly string[], vectors: string | undefined) {
  const { VECTORS_DIR: _, ...env } = process.env
  const run = spawnSync(process.execPath, ['--import', 'tsx', 'conformance/main.ts', ...args], {
    cwd: root,
    encoding: 'utf8',
    env: vectors === undefined ? env : { ...env, VECTORS_DIR: vectors },
  })
  return { status: run.status, stdout: run.stdout, stderr: run.stderr }
}
const written = () => (existsSync(report) ? statSync(report).mtimeMs : 0)

const caseOf = (more: Partial<VectorCase>): VectorCase => ({
  suite: 'pyhanko',
  id: 'x',
  kind: 'parse',
  file: 'x.pdf',
  expect: {},
  row: {},
  extra: {},
  password: undefined,
  ...more,
})

const row = (
  id: string,
  expected: Readonly<Record<string, unknown>>,
  more: Readonly<Record<string, unknown>> = {},
) => JSON.stringify({ id, kind: 'parse', file: `pyhanko/${id}.pdf`, expect: expected, ...more })

/** A folder of vectors with these rows of `pyhanko`, each about a small whole file. */
function vectorsWith(name: string, rows: readonly string[]): string {
  const at = join(folder, name)
  mkdirSync(join(at, 'pyhanko'), { recursive: true })
  writeFileSync(join(at, 'pyhanko', 'cases.jsonl'), `${rows.join('\n')}\n`)
  for (const line of rows) writeFileSync(join(at, JSON.parse(line).file), buildPdf('table'))
  return at
}

describe('the command', () => {
  test('an unknown suite beside a known one: exit 64, nothing is run or written', () => {
    const before = written()
    const run = conformance(['pyhanko', 'dsss'], vectorsWith('refused', [row('a', { parses: true })]))
    expect([run.status, run.stdout]).toEqual([64, ''])
    expect(run.stderr).toContain('ERR_CONFORMANCE_SUITE_UNKNOWN')
    expect(written()).toBe(before)
  })

  test('an unknown suite is refused; none named means all', () => {
    const code = 'ERR_CONFORMANCE_SUITE_UNKNOWN'
    for (const name of ['pyhanka', '', 'toString'])
      expect(() => selectSuites([name])).toThrow(expect.objectContaining({ code }))
    expect(selectSuites([])).toEqual(['pkits', 'limbo', 'dss', 'pyhanko'])
  })

  test('absent vectors: exit 2, whether the variable or the suite is missing', () => {
    for (const vectors of [undefined, folder]) {
      const run = conformance(['pyhanko'], vectors)
      expect([run.status, run.stderr.includes('ERR_CONFORMANCE_VECTORS_ABSENT')]).toEqual([2, true])
    }
  })

  test('one line a suite and conformance.json; an unexplained miss exits 1', () => {
    const kept = existsSync(report) ? readFileSync(report) : null
    try {
      const rows = [row('a', { parses: true }), row('b', { parses: false }), row('c', {}, { kind: 'sign' })]
      const run = conformance(['pyhanko'], vectorsWith('missed', rows))
      expect(run.status).toBe(1)
      expect(run.stdout).toMatch(/^pyhanko: 3 rows, 1 agree, 0 explained, 1 unexplained, 1 skipped.*\n$/)
      const { suites, cases } = JSON.parse(readFileSync(report, 'utf8'))
      expect(suites).toEqual([
        { name: 'pyhanko', total: 3, agree: 1, explained: 0, unexplained: 1, skipped: 1 },
      ])
      expect(cases.map(({ id, outcome, rule }: Record<string, unknown>) => [id, outcome, rule])).toEqual([
        ['a', 'agree', null],
        ['b', 'unexplained', null],
        ['c', 'skipped', null],
      ])
      expect(cases[0]).toMatchObject({ suite: 'pyhanko', expected: { parses: true }, got: { parses: true } })
      expect(cases[0].cpuMs).toBeGreaterThan(0)
      expect(cases[0].maxRssMiB).toBeGreaterThan(20)
    } finally {
      if (kept) writeFileSync(report, kept)
      else rmSync(report, { force: true })
    }
  })
})

describe('rows', () => {
  const parse = (expected: Readonly<Record<string, unknown>>, bytes = buildPdf('table')) =>
    judgePyhanko(caseOf({ expect: expected }), () => bytes)

  test('an assertion that is not known is never agreed to', () => {
    expect(parse({ parses: true, moonIsFull: true }).agrees).toBe(false)
  })
  test('a refusal for another reason than the one asserted is no agreement', () => {
    const expected = { parses: false, messageMatches: 'startxref not found' }
    const early = Buffer.from(
      buildPdf('table')
        .toString('latin1')
        .replace(/startxref\n\d+/, 'startxref\n99'),
      'latin1',
    )
    expect(parse(expected, early).agrees).toBe(false)
    expect(parse({ parses: false, messageMatches: 'Failed to locate xref' }, early).agrees).toBe(true)
    expect(parse({ parses: false, messageMatches: 'a message not known' }, early).agrees).toBe(false)
  })
  test('a file that opens although it should not is no agreement, and the reverse', () => {
    expect(parse({ parses: false }).agrees).toBe(false)
    expect(parse({ parses: true }, Buffer.from('no PDF')).agrees).toBe(false)
  })
  test('public-key security and other kinds are skipped, with the reason', () => {
    const sealed = basicObjects().table({ trailer: '/Encrypt<</Filter/Adobe.PubSec>>' }).bytes
    expect(parse({ parses: true }, sealed)).toMatchObject({
      agrees: null,
      skipped: expect.stringMatching(/public-key/),
    })
    expect(judgePyhanko(caseOf({ kind: 'sign' }), () => buildPdf('table'))).toMatchObject({
      agrees: null,
      skipped: expect.any(String),
    })
  })
  test('lines that are no cases are refused', () => {
    for (const line of [
      '{',
      '[]',
      '{"id":7}',
      '{"id":"a"}',
      '{"id":"a","kind":"parse","file":"x","expect":[]}',
    ]) {
      const at = join(folder, 'broken')
      mkdirSync(join(at, 'pyhanko'), { recursive: true })
      writeFileSync(join(at, 'pyhanko', 'cases.jsonl'), line)
      expect(() => readCases(at, 'pyhanko')).toThrow(
        expect.objectContaining({ code: 'ERR_CONFORMANCE_CASES' }),
      )
    }
  })
})

describe('rules', () => {
  const page = readFileSync(join(root, 'docs', 'disagreements.md'), 'utf8')

  test('each rule stands on the page with its clause, and the page has no other', () => {
    const written = [...page.matchAll(/^### `([a-z0-9-]+)`$/gm)].map(([, id]) => id)
    expect(written).toEqual(rules.map(({ id }) => id))
    for (const { clause } of rules) expect(page).toContain(clause)
  })

  const factsOf = (bytes: Uint8Array) =>
    collectFileFacts({
      file: { name: null, bytes },
      detached: [],
      evidenceRecords: [],
      anchors: [],
      evidence: { certificates: [], crls: [], ocspResponses: [] },
    })
  const none = factsOf(buildPdf('table'))
  const idsOf = (facts: FileFacts, differing: readonly string[] | null): string[] =>
    findRules(facts, differing).map(({ id }) => id)

  test('direct-encrypt-dictionary applies to a direct /Encrypt and to nothing else', () => {
    const direct = factsOf(basicObjects().table({ trailer: '/Encrypt<</Filter/Standard>>' }).bytes)
    const reference = factsOf(basicObjects().object(5, '<<>>').table({ trailer: '/Encrypt 5 0 R' }).bytes)
    for (const differing of [null, ['parses']])
      expect(idsOf(direct, differing)).toEqual(['direct-encrypt-dictionary'])
    expect(reference.encryptEntry).toBe('other')
    for (const facts of [reference, none, factsOf(Buffer.from('no PDF'))])
      expect(idsOf(facts, null)).toEqual([])
  })

  test('the others are about some assertions, and explain no row where another is not met either', () => {
    const stamped: FileFacts = {
      ...none,
      stampedOutOfValidity: true,
      findings: new Set(['RSA_DIGEST_INFO_WITHOUT_NULL']),
    }
    expect(idsOf(stamped, ['signatureIntact'])).toEqual(['rsa-digest-info-without-null'])
    expect(idsOf(stamped, ['signatureIntact', 'timestamps'])).toEqual([
      'rsa-digest-info-without-null',
      'time-stamp-signed-out-of-validity',
    ])
    for (const differing of [['signatureIntact', 'level'], ['level'], null])
      expect(idsOf(stamped, differing)).toEqual([])
    expect(idsOf(none, ['signatureIntact'])).toEqual([])
  })
})

test('a process that ends without a judgement: an error that names the row, no outcome', async () => {
  const row = caseOf({ id: 'gone', kind: 'file', file: 'gone.pdf' })
  const suite = { judge: judgePyhanko, ownProcess: true }
  await expect(runCase(join(tmpdir(), 'anky-no-vectors'), row, suite)).rejects.toMatchObject({
    code: 'ERR_CONFORMANCE_CHILD',
    details: { id: 'gone' },
  })
})
