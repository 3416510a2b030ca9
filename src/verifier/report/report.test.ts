import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { SubIndication } from '../judgement.ts'
import { reasonMessages } from '../messages.ts'
import { buildReport } from './build-report.ts'
import { contextDigest } from './context-digest.ts'
import { problems } from './phrases.ts'
import { verificationReportJsonSchema, verificationReportSchema } from './schema.ts'
import { aJudgement, aSignature, aTimestamp, someFacts, someJudgedSignature } from './testing/judged-file.ts'
import { unreadableReport } from './unreadable-report.ts'

const context = '0'.repeat(64)
const published = new URL('../../../docs/verification-report.schema.json', import.meta.url)

const report = (
  signature: Parameters<typeof someJudgedSignature>[0],
  facts: Parameters<typeof aSignature>[0] = {},
) =>
  buildReport(
    someFacts({ signatures: [aSignature(facts)] }),
    aJudgement({ signatures: [someJudgedSignature(signature)] }),
    context,
  )

describe('the report', () => {
  it('is what its published schema says', () => {
    const schema = JSON.parse(readFileSync(published, 'utf8'))
    expect(schema).toEqual(JSON.parse(JSON.stringify(verificationReportJsonSchema())))
    expect(verificationReportSchema.parse(report({}))).toEqual(report({}))
  })

  it('has the fields of the contract, and what TT 15/2025 Đ6.4 demands', () => {
    const { signatures, ...rest } = report({})
    expect(rest).toMatchObject({
      file: 'đơn thuốc.pdf',
      verdict: 'passed',
      forgiven: [],
      error: null,
      at: '2026-11-25T09:00:00.000Z',
    })
    expect(signatures[0]).toMatchObject({
      id: 'S-1',
      field: 'Signature1',
      format: 'PAdES',
      level: 'B-B',
      counterSignatureOf: null,
      indication: 'TOTAL-PASSED',
      subIndication: null,
      intact: true,
      trusted: true,
      validAtTime: true,
      coversWholeDocument: true,
      modifications: 'none',
      changedObjects: [],
      signer: {
        commonName: 'BÁC SĨ THỬ NGHIỆM 01',
        organization: 'BỆNH VIỆN THỬ NGHIỆM A',
        issuerCommonName: 'CA THỬ NGHIỆM',
        notBefore: '2026-01-01T00:00:00.000Z',
        notAfter: '2027-01-01T00:00:00.000Z',
      },
      claimedTime: '2026-11-25T08:05:00.000Z',
      digestAlgorithm: 'SHA-256',
      signatureAlgorithm: 'RSASSA-PSS SHA-256',
    })
  })

  it('is the same, byte for byte, for the same facts, judgement and context', () => {
    expect(JSON.stringify(report({}))).toBe(JSON.stringify(report({})))
  })

  it.each([
    [['TOTAL-PASSED', 'TOTAL-PASSED'], 'passed'],
    [['TOTAL-PASSED', 'INDETERMINATE'], 'indeterminate'],
    [['TOTAL-FAILED', 'INDETERMINATE', 'TOTAL-PASSED'], 'failed'],
  ] as const)('has the worst of its signatures as its verdict: %j is %s', (indications, verdict) => {
    const judged = indications.map((indication, at) => someJudgedSignature({ id: `S-${at}`, indication }))
    const facts = someFacts({ signatures: judged.map(({ id }) => aSignature({ id })) })
    const made = buildReport(facts, aJudgement({ signatures: judged }), context)
    expect(made.verdict).toBe(verdict)
    expect(made.sentence.vi).toContain(`Tệp có ${judged.length} chữ ký`)
  })

  it('calls a file unsigned that has no signature, or time-stamps only', () => {
    expect(buildReport(someFacts({}), aJudgement({}), context).verdict).toBe('unsigned')
    const stamped = buildReport(
      someFacts({ timestamps: [aTimestamp({})] }),
      aJudgement({ timestamps: [{ id: 'T-1', indication: 'PASSED', subIndication: null, reasons: [] }] }),
      context,
    )
    expect(stamped).toMatchObject({
      verdict: 'unsigned',
      timestamps: [{ indication: 'PASSED', intact: true }],
    })
    expect(stamped.sentence.vi).toContain('chỉ có dấu thời gian')
  })

  it.each([
    ['PASSED', 'passed', 'HỢP LỆ – dấu thời gian của TSA THỬ NGHIỆM'],
    ['FAILED', 'failed', 'KHÔNG HỢP LỆ'],
    ['INDETERMINATE', 'indeterminate', 'CHƯA KẾT LUẬN ĐƯỢC'],
  ] as const)('gives a bare token its own verdict: %s is %s', (indication, verdict, words) => {
    const made = buildReport(
      someFacts({ kind: 'timestamp', timestamps: [aTimestamp({})] }),
      aJudgement({ timestamps: [{ id: 'T-1', indication, subIndication: null, reasons: [] }] }),
      context,
    )
    expect(made.verdict).toBe(verdict)
    expect(made.sentence.vi).toContain(words)
  })

  it('gives a bare evidence record its own verdict, and does not list its time-stamps as time-stamps', () => {
    const made = buildReport(
      someFacts({
        kind: 'evidence-record',
        timestamps: [aTimestamp({ type: 'evidence-record' })],
        evidenceRecords: [
          {
            id: 'E-1',
            origin: 'given',
            findings: [],
            digests: [],
            timestamps: ['T-1'],
            covers: [],
            chainDigests: ['sha256'],
          },
        ],
      }),
      aJudgement({
        timestamps: [{ id: 'T-1', indication: 'PASSED', subIndication: null, reasons: [] }],
        evidenceRecords: [{ id: 'E-1', indication: 'FAILED', subIndication: 'HASH_FAILURE', reasons: [] }],
      }),
      context,
    )
    expect(made).toMatchObject({
      verdict: 'failed',
      timestamps: [],
      evidenceRecords: [{ time: '2026-11-25T08:06:00.000Z' }],
    })
  })

  it('says each reason once, in both languages', () => {
    const details = { certificate: 'CA THỬ NGHIỆM' }
    const reason = {
      code: 'PATH_NOT_FOUND',
      clause: 'EN 319 102-1 V1.4.1, 5.2.6.4',
      level: 'fail',
      details,
    } as const
    expect(report({ reasons: [reason, reason] }).signatures[0]?.reasons).toEqual([
      {
        code: 'PATH_NOT_FOUND',
        clause: reason.clause,
        level: 'fail',
        messageVi: 'Không có chuỗi chứng thư nào từ “CA THỬ NGHIỆM” tới nơi cấp được tin cậy.',
        messageEn: 'No chain of certificates leads from “CA THỬ NGHIỆM” to a trusted authority.',
      },
    ])
  })

  it('says why a file was not read, and nothing of signatures', () => {
    const unjudged = {
      file: 'x',
      policy: { name: 'hospital', digest: context },
      context,
      at: '2026-11-25T09:00:00.000Z',
    }
    const made = unreadableReport(unjudged, {
      code: 'ERR_X',
      message: 'The file is broken.',
      messageVi: 'Tệp bị hỏng.',
    })
    expect(verificationReportSchema.parse(made)).toEqual(made)
    expect(made.sentence.vi).toBe('KHÔNG ĐỌC ĐƯỢC – tệp bị hỏng; hãy xin lại tệp từ nơi gửi.')
    expect(made).toMatchObject({ verdict: 'unreadable', signatures: [], error: { code: 'ERR_X' } })
  })

  it.each([
    ['ERR_PDF_PASSWORD_REQUIRED', '--password-file'],
    ['ERR_SANDBOX_FILE', 'quyền đọc'],
    ['ERR_SANDBOX_LIMIT', 'gây hại'],
    ['ERR_DER_TRUNCATED', 'xin lại tệp'],
  ])('says what to do about a file that was not read: %s', (code, words) => {
    const unjudged = {
      file: 'x',
      policy: { name: 'hospital', digest: context },
      context,
      at: '2026-11-25T09:00:00.000Z',
    }
    expect(unreadableReport(unjudged, { code, message: 'x', messageVi: 'x' }).sentence.vi).toContain(words)
  })
})

describe('the sentence', () => {
  it('says who signed, when, and that all three facts hold', () => {
    expect(report({ bestSignatureTime: '2026-11-25T08:06:00.000Z' }).sentence).toEqual({
      vi: 'HỢP LỆ – chữ ký của BÁC SĨ THỬ NGHIỆM 01, BỆNH VIỆN THỬ NGHIỆM A (có dấu thời gian lúc 15:06 ngày 25/11/2026): tài liệu còn nguyên vẹn, chứng thư đáng tin cậy và có hiệu lực khi ký; có thể sử dụng.',
      en: 'VALID – signature of BÁC SĨ THỬ NGHIỆM 01, BỆNH VIỆN THỬ NGHIỆM A (time-stamped 2026-11-25 15:06 UTC+7): the document is unchanged, the certificate is trusted and was valid at signing; it may be used.',
    })
  })

  it('says where a time is only claimed', () => {
    expect(report({}).sentence.vi).toContain(
      'người ký ghi lúc 15:05 ngày 25/11/2026, chưa có dấu thời gian được công nhận',
    )
  })

  it('says of a passed signature that revocation was not checked, and names the option', () => {
    const { vi, en } = report({ revocationChecked: false }).sentence
    expect(vi).toMatch(/chưa kiểm tra chứng thư có bị thu hồi hay không.*--data hoặc --online/)
    expect(en).toMatch(/not checked.*--data or --online/)
  })

  it('names data, network and policy where revocation could not be checked', () => {
    const { vi, en } = report({
      indication: 'INDETERMINATE',
      subIndication: 'TRY_LATER',
      revocationChecked: false,
      validAtTime: null,
    }).sentence
    for (const text of [vi, en]) expect(text).toMatch(/--data.*--online.*no-revocation/)
  })

  it.each([
    ['CERTIFICATE_ON_HOLD', 'tạm dừng'],
    ['REVOCATION_DATA_STALE', 'đã cũ'],
    ['REVOCATION_DATA_ABSENT', 'chưa kiểm tra được chứng thư có bị thu hồi'],
  ] as const)('says what keeps the status from being known: %s', (code, words) => {
    const reason = { code, clause: 'EN 319 102-1 V1.4.1, 5.2.6.4', level: 'fail', details: {} } as const
    for (const subIndication of ['TRY_LATER', 'CERTIFICATE_CHAIN_GENERAL_FAILURE'] as const)
      expect(report({ indication: 'INDETERMINATE', subIndication, reasons: [reason] }).sentence.vi).toContain(
        words,
      )
  })

  it('says of a changed PDF that it was changed, and not that it is unchanged', () => {
    const { vi } = report(
      { indication: 'TOTAL-FAILED', subIndication: 'FORMAT_FAILURE' },
      { pdf: { ...aSignature({}).pdf!, modifications: 'other', coversWholeFile: false } },
    ).sentence
    expect(vi).toContain('bị sửa đổi sau khi ký')
    expect(vi).not.toContain('nguyên vẹn')
  })

  it('never says "not valid" where it cannot be told, whatever is known', () => {
    const facts = [true, false, null]
    for (const subIndication of [...Object.keys(problems), null] as (SubIndication | null)[])
      for (const intact of facts)
        for (const trusted of facts)
          for (const validAtTime of facts) {
            const { vi, en } = report({
              indication: 'INDETERMINATE',
              subIndication,
              intact,
              trusted,
              validAtTime,
            }).sentence
            expect(vi).toMatch(/^CHƯA KẾT LUẬN ĐƯỢC – /)
            expect(vi).not.toMatch(/không hợp lệ/i)
            expect(en).not.toMatch(/(?:not valid –|NOT VALID|invalid)/)
            expect(vi + en).not.toMatch(/[{}]/)
          }
  })

  it('never calls unchanged what is not known to be so', () => {
    for (const intact of [false, null])
      for (const indication of ['INDETERMINATE', 'TOTAL-FAILED'] as const)
        for (const subIndication of Object.keys(problems) as SubIndication[])
          expect(report({ indication, subIndication, intact }).sentence.vi).not.toContain('nguyên vẹn')
  })
})

describe('contextDigest', () => {
  const evidence = { certificates: [], crls: [Uint8Array.of(1), Uint8Array.of(2)], ocspResponses: [] }
  const given = { anchors: [], evidence, evidenceRecords: [] }

  it('does not depend on order or repetition', () => {
    const crls = [Uint8Array.of(2), Uint8Array.of(1), Uint8Array.of(2)]
    expect(contextDigest({ ...given, evidence: { ...evidence, crls } })).toBe(contextDigest(given))
  })

  it('depends on what was given, and as what', () => {
    const moved = { ...evidence, crls: [], ocspResponses: evidence.crls }
    expect(contextDigest({ ...given, evidence: moved })).not.toBe(contextDigest(given))
  })
})

describe('the catalogue of reasons', () => {
  it('has both languages for each', () => {
    for (const [code, { vi, en }] of Object.entries<{ vi: string; en: string }>(reasonMessages)) {
      expect(vi, code).toMatch(/\S/)
      expect(en, code).toMatch(/\S/)
    }
  })
})
