import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Attack, AttackWorld, attacks, nuisances } from '../../src/test-certs/attacks/index.ts'
import type { VerificationReport } from '../../src/verifier/index.ts'
import { lineOf } from './document.ts'
import { judgeCase, timed } from './judge-case.ts'

/** What any hostile file may take. */
const MOST_CPU_MS = 2_000

let world: AttackWorld
beforeAll(async () => {
  world = await AttackWorld.build()
})

const rows = [...new Set(attacks.map(({ row }) => row))]

describe.each(rows)('%s', (row) => {
  const ofRow = attacks.filter((attack) => attack.row === row).map((attack) => [attack.what, attack] as const)

  test.each(ofRow)('%s: not passed, and why', async (_what, attack) => {
    const attacked = await attack.build(world)
    const { result, cpuMs } = timed(() => judgeCase(attacked))
    expect(cpuMs).toBeLessThan(MOST_CPU_MS)
    expectAsDeclared(result, attack)
    const twin = await attack.twin(world)
    const sound = timed(() => judgeCase(twin))
    expect(sound.cpuMs).toBeLessThan(MOST_CPU_MS)
    expect(sound.result).toMatchObject({ verdict: 'passed', error: null })
  })
})

function expectAsDeclared(report: VerificationReport, { expect: expected }: Attack): void {
  const { verdict, about, indication, subIndication, reason, why } = expected
  const signature = report.signatures[about]
  expect({
    verdict: report.verdict,
    indication: signature?.indication ?? null,
    subIndication: signature?.subIndication ?? null,
  }).toEqual({ verdict, indication, subIndication })
  const others = report.signatures.filter((_, at) => at !== about)
  expect(others.map((other) => other.indication)).toEqual(others.map(() => 'TOTAL-PASSED'))
  const reasons = signature?.reasons ?? []
  const codes = report.error ? [report.error.code] : reasons.map(({ code }) => code)
  expect(codes).toContain(reason)
  if (why !== undefined) {
    const told = reasons.some(({ code, messageEn }) => code === why || messageEn.includes(`(${why})`))
    expect(told || report.timestamps.some((token) => token.subIndication === why)).toBe(true)
  }
}

describe('what somebody else adds to a sound record', () => {
  test.each(nuisances.map((nuisance) => [nuisance.what, nuisance] as const))(
    '%s: it passes all the same, and in time',
    async (_what, { build, remark }) => {
      const added = await build(world)
      const { result, cpuMs } = timed(() => judgeCase(added))
      expect(cpuMs).toBeLessThan(MOST_CPU_MS)
      expect(result.verdict).toBe('passed')
      const codes = result.signatures[0]?.reasons.map(({ code }) => code) ?? []
      expect(codes).toEqual(remark ? expect.arrayContaining([remark]) : codes)
    },
  )
})

test('every attack has an id of its own', () => {
  expect(new Set(attacks.map(({ id }) => id)).size).toBe(attacks.length)
})

test('docs/attacks.md has a line of each, as it is declared', () => {
  const lines = readFileSync(new URL('../../docs/attacks.md', import.meta.url), 'utf8').split('\n')
  expect(attacks.map(lineOf).filter((line) => !lines.includes(line))).toEqual([])
})
