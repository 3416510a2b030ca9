import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { openPdf, type PdfRef } from '../../../formats/index.ts'
import { basicObjects } from '../../../formats/pdf/testing/build-pdf.ts'
import { refusal } from '../../../formats/pdf/testing/helpers.ts'
import { plainPdf } from '../../../signer/testing/plain-pdf.ts'
import { signRecord } from '../../../test-certs/records/pades.ts'
import { builtInPolicies } from '../../policies/index.ts'
import { codesOf, collect, env, recordPki, signatureOf } from '../testing/collect.ts'
import { openForJudging } from './open-for-judging.ts'
import { appendRevision, bodyOf } from './testing/append-revision.ts'

let signed: Buffer
beforeAll(async () => {
  signed = await signRecord(await recordPki(), plainPdf(), env)
})

const replaced = (from: RegExp, to: string): Buffer =>
  Buffer.from(signed.toString('latin1').replace(from, to), 'latin1')

test('an encrypted record that opens with the empty password is judged like any other', async () => {
  const sample = readFileSync(new URL('../../../../samples/don-thuoc-aes256.pdf', import.meta.url))
  const file = await signRecord(await recordPki(), sample, env, { level: 'B-LTA' })
  const facts = signatureOf(collect(file))
  expect(facts).toMatchObject({ level: 'B-LTA', valueIntact: true })
  expect(facts.pdf).toMatchObject({ byteRangeStrict: true, modifications: 'ltv' })
  expect(codesOf(facts)).toEqual([])
})

test('a file encrypted for certificates is refused by name', () => {
  const file = basicObjects()
    .object(5, '<</Filter/Adobe.PubSec/SubFilter/adbe.pkcs7.s5/V 4>>')
    .table({ trailer: '/Encrypt 5 0 R/ID[(a)(a)]' }).bytes
  expect(refusal(() => openForJudging(file, undefined))).toBe('ERR_PDF_PUBLIC_KEY_SECURITY_UNSUPPORTED')
})

describe('a file that strict reading refuses', () => {
  test('because its last section stands some bytes before is read the one way it can be read', async () => {
    const record = await signRecord(await recordPki(), plainPdf(), env, { level: 'B-LT' })
    const text = record.toString('latin1')
    const at = text.lastIndexOf('startxref') + 10
    const offset = text.slice(at, text.indexOf('\n', at))
    const file = text.slice(0, at) + text.slice(at).replace(offset, String(Number(offset) + 2))
    const facts = collect(Buffer.from(file, 'latin1'))
    expect(facts.file.forgiven).toEqual(['ERR_PDF_XREF_NOT_FOUND'])
    expect(codesOf(signatureOf(facts))).toEqual(['PDF_READ_LENIENTLY'])
    const { codes, otherwise } = builtInPolicies.hospital.findings
    expect(codes['PDF_READ_LENIENTLY']).toBe('WARN')
    expect(codes['PDF_AMBIGUOUS'] ?? otherwise).toBe('FAIL')
  })

  test('because an entry leads to no object is ambiguous: others may look for the object', () => {
    const facts = collect(appendRevision(signed, {}, { entries: { 50: 12 } }))
    expect(facts.file.forgiven).toEqual(['ERR_PDF_OBJECT_HEADER'])
    expect(codesOf(signatureOf(facts))).toContain('PDF_AMBIGUOUS')
  })

  test('because a dictionary says two things is ambiguous', () => {
    const { num } = openPdf(signed).catalog.get('AcroForm') as PdfRef
    const form = bodyOf(signed, num).replace('/SigFlags 3', '/SigFlags 3 /SigFlags 1')
    const facts = collect(appendRevision(signed, { [num]: form }))
    expect(facts.file.forgiven).toEqual(['ERR_PDF_REPEATED_KEY'])
    expect(codesOf(signatureOf(facts))).toContain('PDF_AMBIGUOUS')
    expect(signatureOf(facts).pdf!.modifications).toBe('other')
  })

  test('because its cross-references lead nowhere is put together again, and nothing of it is strict', () => {
    const facts = collect(replaced(/startxref\n\d+\n%%EOF\n$/, 'startxref\n999999\n%%EOF\n'))
    const signature = signatureOf(facts)
    expect(facts.file.forgiven).toEqual(['ERR_PDF_XREF_NOT_FOUND'])
    expect(codesOf(signature)).toContain('PDF_REBUILT')
    expect(signature.pdf).toMatchObject({
      byteRangeStrict: false,
      coversRevision: false,
      modifications: 'other',
    })
  })

  test.each([
    [
      'two numbers behind startxref',
      /startxref\n(\d+)\n%%EOF\n$/,
      'startxref\n$1 9\n%%EOF\n',
      'ERR_PDF_STARTXREF',
    ],
    ['no startxref', /startxref/g, 'startxxxx', 'ERR_PDF_STARTXREF'],
    ['no header', /^%PDF/, '%QDF', 'ERR_PDF_HEADER'],
  ])('because of %s stays refused', (_, from, to, code) => {
    expect(refusal(() => openForJudging(replaced(from, to), undefined))).toBe(code)
  })
})
