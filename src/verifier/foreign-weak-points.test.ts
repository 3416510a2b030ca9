import { beforeAll, describe, expect, test } from 'vitest'
import { plainPdf } from '../signer/testing/plain-pdf.ts'
import { buildPki } from '../test-certs/build.ts'
import type { PkiDeclaration } from '../test-certs/declaration.ts'
import type { Pki } from '../test-certs/entity.ts'
import { quickKeys } from '../test-certs/keys.ts'
import { type TestEntityName, testPki } from '../test-certs/pki.ts'
import { signCadesRecord } from '../test-certs/records/cades.ts'
import {
  addDocumentTimestamp,
  buildRecordPki,
  renewRecord,
  signRecord,
  validationDataOf,
} from '../test-certs/records/pades.ts'
import { appendDss, type ValidationData } from '../test-certs/records/pades-append.ts'
import { createTrustCache } from '../trust/index.ts'
import { builtInPolicies } from './policies/index.ts'
import type { VerificationReport } from './report/index.ts'
import { structuredPdf } from './testing/structured-pdf.ts'
import {
  conclusionOf,
  type Judging,
  rootsIn,
  soleSignature,
  TimeTravel,
  verifyRecord,
} from './testing/verify-record.ts'

// What other programs were seen to miss, get wrong or need too long for, each as a case of ours.

const signedAt = '2026-03-15T10:00:00Z'
const content = Buffer.from('Bệnh án thử nghiệm\n')
const nothing: ValidationData = { certificates: [], crls: [], ocspResponses: [] }
const cache = createTrustCache()
const env = new TimeTravel(signedAt)

/** The verdict at the time that the clock stands at. */
const judge = (pki: Pki, bytes: Uint8Array, judging: Partial<Judging> = {}): VerificationReport =>
  verifyRecord(bytes, { at: env.clock(), anchors: rootsIn(pki), cache, ...judging })

describe('evidence', () => {
  let pki: Pki
  let all: ValidationData
  beforeAll(async () => {
    env.travelTo(signedAt)
    pki = await buildRecordPki(env)
    all = validationDataOf(pki, ['doctor-01', 'tsa'], env.clock())
  })

  test.each<[string, (data: ValidationData) => ValidationData]>([
    ['an empty store', () => nothing],
    ['a store of certificates alone', ({ certificates }) => ({ ...nothing, certificates })],
    ['a store without the issuing CA’s status', (data) => ({ ...data, crls: [] })],
    ['a store with nothing about the signer', ({ crls }) => ({ ...nothing, crls: crls.slice(1) })],
  ])('%s makes no B-LT, and what is missing keeps the verdict open', async (_what, choose) => {
    env.travelTo(signedAt)
    const stamped = await signRecord(pki, plainPdf(), env, { level: 'B-T' })
    const file = appendDss(stamped, choose(all), env.random)
    expect(conclusionOf(judge(pki, file))).toBe(
      'indeterminate: INDETERMINATE CERTIFICATE_CHAIN_GENERAL_FAILURE B-T',
    )
    expect(soleSignature(judge(pki, file)).revocationChecked).toBe(false)
    // given beside the file it is no less evidence, but makes no level
    expect(conclusionOf(judge(pki, file, { data: all }))).toBe('passed: TOTAL-PASSED  B-T')
    const lax = judge(pki, file, { policy: builtInPolicies['no-revocation'] })
    expect(conclusionOf(lax)).toBe('passed: TOTAL-PASSED  B-T')
    expect(soleSignature(lax).revocationChecked).toBe(false)
  })

  test.each<['B-T' | 'B-LT' | 'B-LTA', string]>([
    ['B-T', 'indeterminate: INDETERMINATE CERTIFICATE_CHAIN_GENERAL_FAILURE B-T'],
    ['B-LT', 'passed: TOTAL-PASSED  B-LT'],
    ['B-LTA', 'passed: TOTAL-PASSED  B-LTA'],
  ])(
    'two years on, %s is judged by what it brought along, at the time that proves: %s',
    async (level, expected) => {
      env.travelTo(signedAt)
      const pades = await signRecord(pki, plainPdf(), env, { level })
      const cades = await signCadesRecord(pki, content, env, { level })
      env.travelTo('2028-02-15T10:00:00Z')
      expect(conclusionOf(judge(pki, pades))).toBe(expected)
      expect(conclusionOf(judge(pki, cades))).toBe(expected)
    },
  )

  test('evidence out of date never makes a verdict worse than none', async () => {
    env.travelTo(signedAt)
    const file = await signRecord(pki, plainPdf(), env, { level: 'B-LT' })
    env.travelTo('2026-06-01T10:00:00Z')
    const newer = validationDataOf(pki, ['doctor-01', 'tsa'], env.clock())
    for (const at of ['2026-06-02T00:00:00Z', '2026-06-20T00:00:00Z', '2028-02-15T10:00:00Z']) {
      env.travelTo(at)
      for (const data of [nothing, all, newer])
        expect(conclusionOf(judge(pki, file, { data }))).toBe('passed: TOTAL-PASSED  B-LT')
    }
  })

  test('where nothing proves when it was signed, evidence out of date leaves it open', async () => {
    env.travelTo(signedAt)
    const file = await signRecord(pki, plainPdf(), env)
    env.travelTo('2026-06-01T10:00:00Z')
    expect(conclusionOf(judge(pki, file, { data: all }))).toBe('indeterminate: INDETERMINATE TRY_LATER B-B')
  })
})

describe('a document time-stamp on a file without any other', () => {
  let pki: Pki
  beforeAll(async () => {
    env.travelTo(signedAt)
    pki = await buildRecordPki(env)
  })

  test('proves when it was signed: B-T, also after the signer’s certificate was revoked or expired', async () => {
    env.travelTo(signedAt)
    const signed = await signRecord(pki, plainPdf(), env)
    const data = validationDataOf(pki, ['doctor-01', 'tsa'], env.clock())
    env.travelTo('2026-03-16T10:00:00Z')
    const file = await addDocumentTimestamp(pki, signed, env)
    const { bestSignatureTime } = soleSignature(judge(pki, file, { data }))
    expect(bestSignatureTime).toBe('2026-03-16T10:00:00.000Z')
    const fresh = validationDataOf(pki, ['doctor-01', 'tsa'], env.clock())
    expect(conclusionOf(judge(pki, file, { data: fresh }))).toBe('passed: TOTAL-PASSED  B-T')
    env.travelTo('2026-04-20T10:00:00Z')
    const revoked = validationDataOf(
      revokedAt(pki, '2026-04-01T00:00:00Z'),
      ['doctor-01', 'tsa'],
      env.clock(),
    )
    expect(conclusionOf(judge(pki, file, { data: revoked }))).toBe('passed: TOTAL-PASSED  B-T')
    expect(conclusionOf(judge(pki, signed, { data: revoked }))).toBe(
      'indeterminate: INDETERMINATE REVOKED_NO_POE B-B',
    )
  })

  test('proves nothing once it was revoked before', async () => {
    env.travelTo(signedAt)
    const signed = await signRecord(pki, plainPdf(), env)
    env.travelTo('2026-03-16T10:00:00Z')
    const file = await addDocumentTimestamp(pki, signed, env)
    const revoked = validationDataOf(
      revokedAt(pki, '2026-03-15T12:00:00Z'),
      ['doctor-01', 'tsa'],
      env.clock(),
    )
    expect(judge(pki, file, { data: revoked }).verdict).not.toBe('passed')
  })

  test('evidence for the last time-stamp in a revision that nothing covers is no alarm', async () => {
    env.travelTo(signedAt)
    const file = await signRecord(pki, plainPdf(), env, { level: 'B-LTA' })
    const data = validationDataOf(pki, ['tsa'], env.clock())
    for (const vri of [true, false]) {
      const longer = appendDss(file, data, env.random, { vri })
      expect(conclusionOf(judge(pki, longer))).toBe('passed: TOTAL-PASSED  B-LTA')
      expect(soleSignature(judge(pki, longer))).toMatchObject({
        modifications: 'ltv',
        coversWholeDocument: false,
      })
    }
  })
})

/** The same PKI in which `doctor-01` was revoked. */
const revokedAt = (pki: Pki, at: string): Pki => {
  const entities = new Map(pki.entities)
  const doctor = entities.get('doctor-01')!
  entities.set('doctor-01', { ...doctor, revocation: { at: new Date(at), reason: 'keyCompromise' } })
  return { ...pki, entities }
}

describe('an issuing CA that lapses', () => {
  // an issuing CA in its last year, signers who outlive it, time-stamping authorities under it and under another
  const declaration: PkiDeclaration = {
    ...testPki,
    'public-ca': { ...testPki['public-ca'], notBefore: '-4y', notAfter: '+1y' },
    'second-ca': {
      ...testPki['public-ca'],
      subject: [
        ['C', 'VN'],
        ['CN', 'CA DẤU THỜI GIAN THỬ NGHIỆM'],
      ],
      notAfter: '+9y',
    },
    'second-tsa': { ...testPki.tsa, issuer: 'second-ca', notAfter: '+9y' },
  }
  const only = ['doctor-01', 'tsa', 'ocsp', 'second-tsa']
  // tests name declared entities alone
  const secondTsa = 'second-tsa' as TestEntityName
  const caLapsed = '2027-06-15T10:00:00Z'
  const signerLapsed = '2028-06-15T10:00:00Z'
  let pki: Pki
  beforeAll(async () => {
    env.travelTo(signedAt)
    pki = await buildPki(declaration, { clock: env.clock, random: env.random, keys: quickKeys, only })
  })

  test.each<[string, () => Promise<Uint8Array>]>([
    ['PAdES', () => signRecord(pki, plainPdf(), env, { level: 'B-LTA', tsa: secondTsa })],
    ['CAdES', () => signCadesRecord(pki, content, env, { level: 'B-LTA', tsa: secondTsa })],
  ])('%s-B-LTA time-stamped inside every validity outlives CA and signer', async (_format, sign) => {
    env.travelTo(signedAt)
    const file = await sign()
    for (const at of ['2026-03-16T00:00:00Z', '2027-03-14T10:00:00Z', caLapsed, signerLapsed]) {
      env.travelTo(at)
      const report = judge(pki, file)
      expect(`${at} ${conclusionOf(report)}`).toBe(`${at} passed: TOTAL-PASSED  B-LTA`)
      expect(soleSignature(report)).toMatchObject({
        validAtTime: true,
        trusted: true,
        bestSignatureTime: '2026-03-15T10:00:00.000Z',
      })
    }
  })

  test('with the time-stamping authority’s CA it is not proven any more', async () => {
    env.travelTo(signedAt)
    const file = await signRecord(pki, plainPdf(), env, { level: 'B-LTA' })
    env.travelTo(caLapsed)
    expect(judge(pki, file).verdict).toBe('indeterminate')
  })

  test('a renewal before the lapse keeps it, one after it does not', async () => {
    env.travelTo(signedAt)
    const file = await signRecord(pki, plainPdf(), env, { level: 'B-LTA' })
    env.travelTo('2027-03-01T10:00:00Z')
    // evidence for the first authority, then a time-stamp of the second
    const data = validationDataOf(pki, ['tsa'], env.clock())
    const early = await addDocumentTimestamp(pki, appendDss(file, data, env.random), env, secondTsa)
    env.travelTo(caLapsed)
    const late = await renewRecord(pki, file, env, secondTsa)
    for (const at of [caLapsed, signerLapsed]) {
      env.travelTo(at)
      const given = validationDataOf(pki, ['second-tsa'], env.clock())
      expect(conclusionOf(judge(pki, early, { data: given }))).toBe('passed: TOTAL-PASSED  B-LTA')
      expect(judge(pki, late, { data: given }).verdict).toBe('indeterminate')
    }
  })

  test('B-T alone ends with it', async () => {
    env.travelTo(signedAt)
    const file = await signRecord(pki, plainPdf(), env, { level: 'B-T', tsa: secondTsa })
    env.travelTo(caLapsed)
    const data = validationDataOf(pki, ['doctor-01', 'second-tsa'], env.clock())
    expect(judge(pki, file, { data }).verdict).toBe('indeterminate')
  })
})

describe('work', () => {
  let pki: Pki
  beforeAll(async () => {
    env.travelTo(signedAt)
    pki = await buildRecordPki(env)
  })
  const cpuOf = (work: () => void): number => {
    let least = Number.POSITIVE_INFINITY
    for (let round = 0; round < 3; round++) {
      const before = process.cpuUsage()
      work()
      const { user, system } = process.cpuUsage(before)
      least = Math.min(least, user + system)
    }
    return least
  }

  test('a flat structure tree costs in proportion to its length', async () => {
    const costs: number[] = []
    for (const count of [4_000, 32_000]) {
      const file = await signRecord(pki, structuredPdf(count), env, { level: 'B-LT' })
      const run = () => expect(judge(pki, file).verdict).toBe('passed')
      run()
      costs.push(cpuOf(run))
    }
    // eight times as long; in quadratic time it would cost sixty-four times as much
    expect(costs[1]! / costs[0]!).toBeLessThan(24)
  })

  test('thirty-two signatures cost no more than in proportion', async () => {
    const data = validationDataOf(pki, ['doctor-01', 'nurse-02'], env.clock())
    let file: Uint8Array = plainPdf()
    const costs = new Map<number, number>()
    for (let count = 1; count <= 32; count++) {
      file = await signRecord(pki, file, env, { signer: count % 2 === 0 ? 'doctor-01' : 'nurse-02' })
      if (count !== 4 && count !== 32) continue
      const signed = file
      costs.set(
        count,
        cpuOf(() => {
          const report = judge(pki, signed, { data })
          expect(report.signatures).toHaveLength(count)
          expect(report.verdict).toBe('passed')
        }),
      )
    }
    expect(costs.get(32)! / costs.get(4)!).toBeLessThan(24)
  })
})

describe('what stands behind the last signed revision', () => {
  let pki: Pki
  let data: ValidationData
  let file: Buffer
  beforeAll(async () => {
    env.travelTo(signedAt)
    pki = await buildRecordPki(env)
    data = validationDataOf(pki, ['doctor-01'], env.clock())
    file = await signRecord(pki, plainPdf(), env)
  })

  test.each<[string, string]>([
    ['an object without cross-references', '9 0 obj\n<< /Type /Page >>\nendobj\n'],
    [
      'objects that replace the page, without cross-references',
      '3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 10 10] >>\nendobj\n%%EOF\n',
    ],
    ['a comment', '% chú thích\n'],
    ['anything', 'x'],
    ['a second end marker', '%%EOF\n'],
  ])('%s is a change that nobody allowed', (_what, appended) => {
    const changed = Buffer.concat([file, Buffer.from(appended)])
    const report = judge(pki, changed, { data })
    expect(report.verdict).toBe('failed')
    expect(soleSignature(report).coversWholeDocument).toBe(false)
  })

  test('line ends alone are nothing', () => {
    const report = judge(pki, Buffer.concat([file, Buffer.from('\r\n')]), { data })
    expect(report.verdict).toBe('passed')
  })
})
