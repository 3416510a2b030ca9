import { beforeAll, describe, expect, test } from 'vitest'
import type { AttackCase } from '../../src/test-certs/attacks/index.ts'
import { appendDss } from '../../src/test-certs/records/pades-append.ts'
import {
  buildReport,
  builtInPolicies,
  collectFacts,
  type Facts,
  judge,
  type VerificationReport,
} from '../../src/verifier/index.ts'
import { judgeCase } from './judge-case.ts'
import { type Format, formats, type Level, levels, signedAt, TimeWorld } from './time-world.ts'

// The same file before and after everything that ends: who signed, who issued, who stamped, who answered, and algorithms.

let world: TimeWorld
const files = new Map<string, Uint8Array>()
beforeAll(async () => {
  world = await TimeWorld.build()
  for (const format of formats)
    for (const level of levels) files.set(`${format} ${level}`, await world.sign(format, level))
})

const fileOf = (format: Format, level: Level): Uint8Array => files.get(`${format} ${level}`)!
const day = (text: string): Date => new Date(`${text}T00:00:00Z`)
/** `PASSED`, or why not. */
function outcome(report: VerificationReport): string {
  const [signature] = report.signatures
  return signature!.indication === 'TOTAL-PASSED' ? 'PASSED' : signature!.subIndication!
}

const noData = 'CERTIFICATE_CHAIN_GENERAL_FAILURE'
const stale = 'TRY_LATER'
const notRevoked = 'OUT_OF_BOUNDS_NOT_REVOKED'
const unproven = 'OUT_OF_BOUNDS_NO_POE'

/** Evidence: what is in the file alone; what was said on the day of signing; what is said on the day of judging. */
type Evidence = 'own' | 'of the day' | 'fresh'
/** Under each date the outcomes of B-B, B-T, B-LT and B-LTA. */
type Table = readonly (readonly [string, string, readonly [string, string, string, string]])[]

const expiries: Readonly<Record<Evidence, Table>> = {
  own: [
    ['on the day', '2026-03-16', [noData, noData, 'PASSED', 'PASSED']],
    ['before the OCSP responder ends', '2026-06-12', [noData, noData, 'PASSED', 'PASSED']],
    ['after the OCSP responder ended', '2026-06-15', [noData, noData, 'PASSED', 'PASSED']],
    ['before the signer ends', '2027-03-14', [noData, noData, 'PASSED', 'PASSED']],
    ['after the signer ended', '2027-03-17', [noData, noData, 'PASSED', 'PASSED']],
    ['before its CA ends', '2027-09-14', [noData, noData, 'PASSED', 'PASSED']],
    // 5.2.6.4: who signed the revocation data must be valid, or the data proven; a B-LT proves none of it
    ['after its CA ended', '2027-09-17', [noData, noData, unproven, 'PASSED']],
    ['before the time-stamping authority ends', '2028-03-13', [noData, noData, unproven, 'PASSED']],
    ['after the time-stamping authority ended', '2028-03-17', [noData, noData, unproven, unproven]],
  ],
  'of the day': [
    ['on the day', '2026-03-16', ['PASSED', 'PASSED', 'PASSED', 'PASSED']],
    ['after its next issue was due', '2026-04-01', [stale, 'PASSED', 'PASSED', 'PASSED']],
    ['after the signer ended', '2027-03-17', [notRevoked, 'PASSED', 'PASSED', 'PASSED']],
    ['after its CA ended', '2027-09-17', [unproven, unproven, unproven, 'PASSED']],
  ],
  fresh: [
    ['before the signer ends', '2027-03-14', ['PASSED', 'PASSED', 'PASSED', 'PASSED']],
    // RFC 5280, 3.3: what expired may have been dropped from the lists
    ['after the signer ended', '2027-03-17', [noData, noData, 'PASSED', 'PASSED']],
    ['after its CA ended', '2027-09-17', [noData, noData, unproven, 'PASSED']],
  ],
}

describe.each(formats)('%s', (format) => {
  describe.each(Object.keys(expiries) as Evidence[])('with evidence %s', (kind) => {
    test.each(expiries[kind])('%s', (_when, date, expected) => {
      const at = day(date)
      const evidence = kind === 'own' ? undefined : world.told(kind === 'fresh' ? at : signedAt)
      const got = levels.map((level) => outcome(judgeCase(world.judged(fileOf(format, level), at, evidence))))
      expect(got).toEqual(expected)
    })
  })

  describe('revoked on 1 May 2026', () => {
    const revokedAt = day('2026-05-01')
    test.each<[string, string, readonly [string, string, string, string]]>([
      ['the signer', 'doctor-01', ['REVOKED_NO_POE', 'PASSED', 'PASSED', 'PASSED']],
      // 5.6.2.4.4: what a revoked CA said counts where it is proven to be older
      ['its CA', 'public-ca', ['REVOKED_CA_NO_POE', 'REVOKED_CA_NO_POE', 'REVOKED_CA_NO_POE', 'PASSED']],
    ])('%s: passed before, afterwards only what is proven to be older', (_who, name, after) => {
      const told = (at: Date) => world.told(at, { [name]: { at: revokedAt, reason: 'keyCompromise' } })
      for (const [date, expected] of [
        ['2026-04-30', levels.map(() => 'PASSED')],
        ['2026-05-02', after],
      ] as const) {
        const at = day(date)
        const got = levels.map((level) =>
          outcome(judgeCase(world.judged(fileOf(format, level), at, told(at)))),
        )
        expect(got).toEqual(expected)
      }
    })

    test.each(['keyCompromise', 'superseded'] as const)(
      'the time-stamping authority (%s): its word counts no more, whatever it stamped before',
      (reason) => {
        const told = (at: Date) => world.told(at, { tsa: { at: revokedAt, reason } })
        for (const level of ['B-T', 'B-LT', 'B-LTA'] as const) {
          const file = fileOf(format, level)
          const before = judgeCase(world.judged(file, day('2026-04-30'), told(day('2026-04-30'))))
          expect(before.signatures[0]).toMatchObject({
            indication: 'TOTAL-PASSED',
            bestSignatureTime: signedAt.toISOString(),
          })
          // the signer's certificate is still good, so that no proof is needed
          const after = judgeCase(world.judged(file, day('2026-05-02'), told(day('2026-05-02'))))
          expect(after.signatures[0]).toMatchObject({
            indication: 'TOTAL-PASSED',
            bestSignatureTime: day('2026-05-02').toISOString(),
          })
          // and once it is needed, it is missing
          const later = judgeCase(world.judged(file, day('2027-03-17'), told(day('2026-05-02'))))
          expect(outcome(later)).not.toBe('PASSED')
        }
      },
    )
  })

  test('RSA with PKCS #1 v1.5 ends with 2028: passed before, open after, unless renewed in time without it', async () => {
    const file = await world.sign(format, 'B-LTA', 'tsa-lasting')
    const judged = (bytes: Uint8Array, date: string): string => {
      const at = day(date)
      return outcome(judgeCase(world.judged(bytes, at, world.told(at, {}, ['future-tsa']))))
    }
    expect(judged(file, '2028-12-31')).toBe('PASSED')
    expect(judged(file, '2029-01-02')).not.toBe('PASSED')
    const [june, february] = [day('2028-06-01'), day('2029-02-01')]
    const renewed = await world.renew(format, file, june, 'tsa-lasting', 'future-tsa')
    expect(judged(renewed, '2029-01-02')).toBe('PASSED')
    expect(judged(renewed, '2033-01-02')).toBe('PASSED')
    const byTheSame = await world.renew(format, file, june, 'tsa-lasting', 'tsa-lasting')
    expect(judged(byTheSame, '2029-01-02')).not.toBe('PASSED')
    const tooLate = await world.renew(format, file, february, 'tsa-lasting', 'future-tsa')
    expect(judged(tooLate, '2029-03-01')).not.toBe('PASSED')
  })
})

test('an OCSP answer alone outlives its responder only where a time-stamp proves it', async () => {
  const told = world.told(signedAt)
  // the CRL of the signer's own CA, which could stand in for the answer, is left out
  const crls = told.crls.filter((_, at) => at !== 0)
  const stamped = appendDss(fileOf('PAdES', 'B-T'), { ...told, crls }, world.env(signedAt).random)
  const archived = await world.stamp(stamped)
  for (const [date, expected] of [
    ['2026-06-12', ['PASSED', 'PASSED']],
    ['2026-06-15', ['REVOCATION_OUT_OF_BOUNDS_NO_POE', 'PASSED']],
  ] as const) {
    const got = [stamped, archived].map((file) => outcome(judgeCase(world.judged(file, day(date)))))
    expect(got).toEqual(expected)
  }
})

describe('facts', () => {
  test.each(formats.flatMap((format) => levels.map((level) => [format, level] as const)))(
    '%s %s: replayed from JSON, the same report at each time, byte for byte',
    (format, level) => {
      const evidence = world.told(signedAt)
      for (const date of ['2026-03-16', '2027-03-17', '2028-03-17', '2029-01-02']) {
        const attacked = world.judged(fileOf(format, level), day(date), evidence)
        const facts = factsOf(attacked)
        const kept = JSON.parse(JSON.stringify(facts)) as Facts
        expect(reportOf(kept, attacked.at)).toBe(reportOf(facts, attacked.at))
        expect(reportOf(factsOf(attacked), attacked.at)).toBe(reportOf(facts, attacked.at))
      }
    },
  )
})

const factsOf = ({ file, evidence, anchors }: AttackCase): Facts =>
  collectFacts({ file: { name: 'ho-so', bytes: file }, detached: [], evidenceRecords: [], anchors, evidence })

const reportOf = (facts: Facts, at: Date): string =>
  JSON.stringify(buildReport(facts, judge(facts, builtInPolicies.hospital, at), 'bối cảnh'))
