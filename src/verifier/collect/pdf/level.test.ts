import { beforeAll, describe, expect, test } from 'vitest'
import { type Attribute, attributeOids, der, listSignatures, openPdf } from '../../../formats/index.ts'
import { plainPdf } from '../../../signer/testing/plain-pdf.ts'
import type { Pki } from '../../../test-certs/entity.ts'
import { type CadesRecordOptions, signCadesRecord } from '../../../test-certs/records/cades.ts'
import { addDocumentTimestamp, signRecord, validationDataOf } from '../../../test-certs/records/pades.ts'
import { appendDss } from '../../../test-certs/records/pades-append.ts'
import { codesOf, collect, env, recordPki, signatureOf } from '../testing/collect.ts'

let pki: Pki
beforeAll(async () => {
  pki = await recordPki()
})

/** A record whose value is a CMS of our own over the same range, of another /SubFilter if wished. */
async function recordWith(cms: CadesRecordOptions, subFilter = 'ETSI.CAdES.detached', reason?: string) {
  const options = { timestampSize: 16_384, ...(reason !== undefined && { reason }) }
  const record = await signRecord(pki, plainPdf(), env, { level: 'B-T', options })
  const file = Buffer.from(record.toString('latin1').replace('ETSI.CAdES.detached', subFilter), 'latin1')
  const { byteRange, contentsSpan } = listSignatures(openPdf(file))[0]!
  const [start, length, next, rest] = byteRange as readonly [number, number, number, number]
  const content = Buffer.concat([file.subarray(start, start + length), file.subarray(next, next + rest)])
  const value = Buffer.from(await signCadesRecord(pki, content, env, { detached: true, ...cms }))
  const { start: from, end } = contentsSpan!
  file.write(value.toString('hex').padEnd(end - from - 2, '0'), from + 1, 'latin1')
  return file
}

const levelOf = (file: Uint8Array) => signatureOf(collect(file)).level
const pkcs7 = 'adbe.pkcs7.detached'

describe('PKCS #7 of ISO 32000', () => {
  test.each([
    ['without a time-stamp', 'B-B', 'none'],
    ['with a signature time-stamp', 'B-T', 'T'],
  ] as const)('%s', async (_, level, expected) => {
    expect(levelOf(await recordWith({ level }, pkcs7))).toBe(expected)
  })

  test('with a document time-stamp, and with evidence', async () => {
    const signed = await recordWith({}, pkcs7)
    expect(levelOf(await addDocumentTimestamp(pki, signed, env))).toBe('T')
    const timed = await recordWith({ level: 'B-T' }, pkcs7)
    const stored = appendDss(timed, validationDataOf(pki, ['doctor-01', 'tsa'], env.clock()), env.random)
    expect(levelOf(stored)).toBe('LT')
    expect(levelOf(await addDocumentTimestamp(pki, stored, env))).toBe('LTV')
  })

  test('without the signer’s certificate inside it has no level', async () => {
    expect(levelOf(await recordWith({ level: 'B-T', certificates: [] }, pkcs7))).toBe('none')
  })
})

describe('a commitment type beside /Reason', () => {
  const commitment: Attribute = {
    oid: attributeOids['commitment-type-indication'],
    values: [der.sequence(der.oid('1.2.840.113549.1.9.16.6.1'))],
  }
  const committed: CadesRecordOptions = { signedAttributes: (all) => [...all, commitment] }

  test.each([
    ['is no PAdES', committed, 'Duyệt', 'none'],
    ['alone: /Reason', {}, 'Duyệt', 'BES'],
    ['alone: the commitment', committed, undefined, 'BES'],
  ] as const)('%s', async (_, cms, reason, expected) => {
    const file = await recordWith(cms, undefined, reason)
    expect(levelOf(file)).toBe(expected)
    expect(codesOf(signatureOf(collect(file))).includes('PDF_REASON_ENTRY')).toBe(expected === 'none')
  })
})
