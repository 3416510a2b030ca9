import { beforeAll, describe, expect, test } from 'vitest'
import { plainPdf } from '../../src/signer/testing/plain-pdf.ts'
import { signCadesRecord } from '../../src/test-certs/records/cades.ts'
import { buildRecordPki, signRecord } from '../../src/test-certs/records/pades.ts'
import { fixedEnvironment } from '../../src/test-certs/testing/environment.ts'
import type { Row, VectorCase } from '../cases.ts'
import { judgeFileRow } from './file-rows.ts'
import { levelOfName } from './signature-assertions.ts'

const env = fixedEnvironment()
const content = Buffer.from('Bệnh án thử nghiệm: đường huyết 5,4 mmol/l.\n')
const files = new Map<string, Uint8Array>([['content', content]])
beforeAll(async () => {
  const pki = await buildRecordPki(env)
  files.set('pdf', await signRecord(pki, plainPdf(), env, { level: 'B-T' }))
  files.set('detached', await signCadesRecord(pki, content, env, { detached: true }))
})

function judge(file: string, asserted: Row, more: Partial<VectorCase> = {}) {
  const row = { suite: 'dss', id: 'x', kind: 'validate', row: {}, extra: {}, password: undefined, ...more }
  return judgeFileRow({ ...row, file, expect: asserted }, (path) => files.get(path)!)
}

const sound: Row = {
  level: 'PAdES_BASELINE_T',
  signatureIntact: true,
  messageDigestIntact: true,
  signingCertificate: { identified: true, refPresent: true, refUnique: true },
  tLevelValid: true,
  levelConsistentWithTimestamps: true,
  timestamps: { count: 1, allPresentOnesIntactAndValid: true },
  claimedSigningTime: 'present',
}

describe('a row about a file', () => {
  test('agrees where all that it asserts is so', () => {
    expect(judge('pdf', sound)).toMatchObject({ agrees: true, got: { level: 'B-T', notJudged: {} } })
  })

  test.each<[string, unknown]>([
    ['level', 'PAdES_BASELINE_LT'],
    ['level', 'PDF_NOT_ETSI'],
    ['signatureIntact', false],
    ['messageDigestIntact', 'data-not-found'],
    ['signingCertificate', { identified: true, refUnique: false }],
    ['tLevelValid', false],
    ['aLevelValid', true],
    ['timestamps', { count: 2 }],
    ['timestamps', { signatureValid: false }],
    ['claimedSigningTime', null],
    ['evidenceRecords', '>=1'],
    ['indication', 'TOTAL_FAILED'],
    ['throws', 'DSSException'],
  ])('does not where %s is asserted as %j, and says so', (name, asserted) => {
    expect(judge('pdf', { ...sound, [name]: asserted })).toMatchObject({
      agrees: false,
      got: { differs: [name] },
    })
  })

  test('tells what it does not judge, and is skipped where that is all', () => {
    const moon = judge('pdf', { ...sound, moonIsFull: true, pdf: { undefinedChanges: false } })
    expect(moon.agrees).toBe(true)
    expect(Object.keys(moon.got['notJudged'] as Row)).toEqual(['moonIsFull', 'pdf'])
    expect(judge('pdf', { moonIsFull: true })).toMatchObject({ agrees: null, got: {} })
  })

  test('has the content that it is given, or its digest alone, or none', () => {
    const given = { extra: { detached: [{ file: 'content', name: 'x' }] } }
    const digest = { ...given, row: { inputs: { detached: 'new DigestDocument(…)' } } }
    for (const more of [given, digest])
      expect(judge('detached', { signatureIntact: true }, more).agrees).toBe(true)
    const absent = { signatureIntact: false, messageDigestIntact: 'data-not-found' }
    expect(judge('detached', absent).agrees).toBe(true)
  })

  test('is skipped under a policy of EU DSS, in XML, and where its certificate is not at hand', () => {
    files.set('xml', Buffer.from('<EvidenceRecord/>'))
    const setup = { row: { inputs: { validatorSetup: 'validator.setSigningCertificateSource(x)' } } }
    for (const judged of [
      judge('pdf', sound, { extra: { policy: ['x.xml'] } }),
      judge('xml', sound),
      judge('pdf', sound, setup),
    ]) {
      expect(judged).toMatchObject({ agrees: null, skipped: expect.any(String) })
    }
  })
})

test.each([
  ['PAdES_BASELINE_LTA', 'B-LTA'],
  ['CAdES_X', 'X'],
  ['PKCS7_LT', 'LT'],
  ['CMS_NOT_ETSI', 'none'],
])('level %s is %s', (name, level) => {
  expect(levelOfName(name)).toBe(level)
})
