import { beforeAll, expect, test } from 'vitest'
import { AttackWorld } from '../test-certs/attacks/index.ts'
import { builtInPolicies } from './policies/index.ts'
import { verify } from './verify.ts'

// Revocation data that is younger than the time asked about, and data that is younger than the present.

let world: AttackWorld
let file: Uint8Array
beforeAll(async () => {
  world = await AttackWorld.build()
  file = await world.sign()
})

/** What is said on one day, judged as of another, on a third. */
const judged = (saidOn: number, at: number, present?: number) =>
  verify({
    file: { name: null, bytes: file },
    detached: [],
    evidenceRecords: [],
    anchors: [world.root],
    evidence: world.data(world.day(saidOn)),
    policy: builtInPolicies.hospital,
    at: world.day(at),
    ...(present !== undefined && { gatheredAt: world.day(present) }),
  })

test('the time asked about is past: what was said since counts', () => {
  expect(judged(10, 2, 10).verdict).toBe('passed')
  expect(judged(10, 2, 11).verdict).toBe('passed')
})

test.each([
  ['without a word about the present, that is the time asked about', 10, 2, undefined],
  ['data from after the present', 10, 2, 9],
  ['the same at the present', 10, 9, 9],
  ['a present before the time asked about changes nothing', 10, 9, 2],
])('%s: dated ahead, it does not count', (_what, saidOn, at, present) => {
  const report = judged(saidOn, at, present)
  expect(report.verdict).toBe('indeterminate')
  expect(report.signatures[0]!.reasons.map(({ code }) => code)).toContain('REVOCATION_DATA_DATED_AHEAD')
})

test('a clock that is five minutes ahead is none that lies', () => {
  const minutes = (count: number): number => count / 1440
  expect(judged(minutes(5), 0).verdict).toBe('passed')
  expect(judged(minutes(6), 0).verdict).toBe('indeterminate')
})
