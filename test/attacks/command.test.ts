import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCli } from '../../src/cli/index.ts'
import { encodePem } from '../../src/formats/index.ts'
import { type AttackRow, AttackWorld, attacks } from '../../src/test-certs/attacks/index.ts'
import { type VerificationReport, verificationReportSchema } from '../../src/verifier/index.ts'

// Those attacks that need no evidence of their own, through the command line and its processes with limits.

const rows: ReadonlySet<AttackRow> = new Set<AttackRow>([
  'signed attributes passed off as content',
  'algorithms substituted',
  'certificate swapped',
  'order of the certificates inside',
  'forged RSA values with exponent 3',
  'repeated signers, trailing data, BER, reordered sets',
  'ASN.1 bombs',
  'path bombs',
])
const withMore = new Set(['attributes-as-detached-content', 'name-constraints-bomb-anchored'])
const chosen = attacks.filter(({ row, id }) => rows.has(row) && !withMore.has(id))

const folder = mkdtempSync(join(tmpdir(), 'anky-attacks-'))
const at = (...names: string[]): string => join(folder, ...names)
afterAll(() => rmSync(folder, { recursive: true }))

beforeAll(async () => {
  const world = await AttackWorld.build()
  for (const name of ['attacked', 'sound', 'data']) mkdirSync(at(name))
  for (const attack of chosen) {
    writeFileSync(at('attacked', `${attack.id}.p7m`), (await attack.build(world)).file)
    writeFileSync(at('sound', `${attack.id}.p7m`), (await attack.twin(world)).file)
  }
  const data = world.data()
  for (const [kind, list] of Object.entries(data)) {
    for (const [number, bytes] of list.entries()) writeFileSync(at('data', `${kind}-${number}.der`), bytes)
  }
  writeFileSync(at('trust.pem'), encodePem('CERTIFICATE', world.root.der))
})

async function verify(name: string): Promise<{ code: number; reports: VerificationReport[] }> {
  let printed = ''
  const sink = (take: (text: string) => void) => ({
    write: (text: string) => {
      take(text)
      return true
    },
    once: () => {},
  })
  const stdout = sink((text) => {
    printed += text
  })
  const given = ['--at', '2026-03-15T10:00:00Z', '--trust', at('trust.pem'), '--data', at('data')]
  const io = { stdout, stderr: sink(() => {}), env: {}, clock: () => new Date() }
  const code = await runCli(['verify', '--json', ...given, at(name)], io, '1.2.3')
  const lines = printed.trimEnd().split('\n')
  return { code, reports: lines.map((line) => verificationReportSchema.parse(JSON.parse(line))) }
}

test('anky verify --json says of each what it is, and none comes to the limits of its process', async () => {
  const { code, reports } = await verify('attacked')
  expect(code).toBe(1)
  const said = new Map(
    reports.map(({ file, verdict, error }) => [basename(file ?? '', '.p7m'), [verdict, error?.code]]),
  )
  for (const { id, expect: expected } of chosen) {
    const { verdict, reason } = expected
    expect([id, ...said.get(id)!]).toEqual([id, verdict, verdict === 'unreadable' ? reason : undefined])
  }
})

test('and of their twins that they hold', async () => {
  const { code, reports } = await verify('sound')
  expect(reports.filter(({ verdict }) => verdict !== 'passed').map(({ file }) => file)).toEqual([])
  expect(reports).toHaveLength(chosen.length)
  expect(code).toBe(0)
})
