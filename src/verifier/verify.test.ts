import { beforeAll, expect, test } from 'vitest'
import { basicObjects } from '../formats/pdf/testing/build-pdf.ts'
import { entityOf, type Pki } from '../test-certs/entity.ts'
import { buildRecordPki, signRecord } from '../test-certs/records/pades.ts'
import { builtInPolicies } from './policies/index.ts'
import { rootsIn, TimeTravel } from './testing/verify-record.ts'
import { judgeFile } from './verify.ts'

const DAY_MS = 86_400_000
const env = new TimeTravel('2026-04-10T08:00:00Z')
let pki: Pki
let file: Buffer
beforeAll(async () => {
  pki = await buildRecordPki(env)
  file = await signRecord(pki, basicObjects().table().bytes, env, { level: 'B-LT' })
})

const judged = (days: number, online = true) =>
  judgeFile(
    {
      file: { name: null, bytes: file },
      detached: [],
      evidenceRecords: [],
      anchors: rootsIn(pki),
      evidence: { certificates: [], crls: [], ocspResponses: [] },
      at: new Date(env.clock().getTime() + days * DAY_MS),
      policy: builtInPolicies.hospital,
    },
    online,
  )

test('a file with revocation data of the day asks for nothing', () => {
  const { report, missing } = judged(0.01)
  expect(report.verdict).toBe('passed')
  expect(missing).toEqual([])
})

test('revocation data that count for the proven time alone are asked for anew, since the signer may have chosen them', () => {
  const { report, missing } = judged(60)
  expect(report.verdict).toBe('passed')
  expect(missing.map(({ kind }) => kind)).toContain('crl')
  expect(judged(60, false).missing).toEqual([])
})

test('once the signing certificate has expired its CA has nothing more to say', () => {
  const { notAfter } = entityOf(pki, 'doctor-01').certificate
  const days = (notAfter.getTime() - env.clock().getTime()) / DAY_MS + 1
  const { report, missing } = judged(days)
  expect([report.verdict, missing]).toEqual(['passed', []])
})
