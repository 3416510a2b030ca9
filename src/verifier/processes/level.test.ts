import { describe, expect, test } from 'vitest'
import { archivalCase, basicCase, longTermCase, timedCase } from '../testing/hospital-case.ts'
import { signatureAt } from '../testing/verdict.ts'

const day = '2026-05-01T12:00'
const levelOf = (facts: ReturnType<typeof basicCase>, at = day) => signatureAt(facts, at).provenLevel

test.each([
  ['B-B', basicCase],
  ['B-T', timedCase],
  ['B-LT', longTermCase],
  ['B-LTA', archivalCase],
] as const)('%s, all of whose parts hold, stays', (level, facts) => {
  expect(levelOf(facts())).toBe(level)
})

describe('a part that does not hold takes the level down', () => {
  test.each([
    ['the time-stamp is broken', timedCase().changeTimestamp('T', { valueIntact: false }), 'B-B'],
    [
      'the time-stamp is of other data',
      timedCase().changeTimestamp('T', {
        digests: [{ kind: 'message-imprint', digest: 'sha256', found: true, intact: false }],
      }),
      'B-B',
    ],
    ['long-term data that is not in the file', longTermCase().signature({ embedded: [] }), 'B-T'],
    [
      'long-term data about the signer alone',
      longTermCase().signature({ embedded: [{ object: 'ocsp', kind: 'ocsp', origin: 'dss' }] }),
      'B-T',
    ],
    [
      'long-term data that does not count',
      longTermCase().revocation('ocsp', {
        about: 'signer',
        signer: 'ocsp-signer',
        from: '2026-05-01T08:05',
        to: '2026-05-02T08:05',
        changes: { valueIntact: false },
      }),
      'B-T',
    ],
    [
      'the document time-stamp is broken',
      archivalCase().changeTimestamp('D', { valueIntact: false }),
      'B-LT',
    ],
    ['no long-term data under an archive time-stamp', archivalCase().signature({ embedded: [] }), 'B-T'],
    [
      'long-term data of a signer under no anchor',
      longTermCase().changeCertificate('root', { trusted: false }),
      'B-T',
    ],
  ] as const)('%s', (_, facts, level) => {
    expect(levelOf(facts)).toBe(level)
  })
})

test('what becomes untrusted later keeps its parts', () => {
  expect(levelOf(timedCase().withoutRevocation('crl-tsa'))).toBe('B-T')
})

test('CAdES levels of the extended profiles fall alike', () => {
  const xl = (level: 'XL' | 'A' | 'C') => longTermCase().signature({ level, embedded: [] })
  expect(levelOf(xl('XL'))).toBe('T')
  expect(levelOf(xl('C'))).toBe('C')
  expect(levelOf(xl('A').changeTimestamp('T', { valueIntact: false }))).toBe('BES')
})
