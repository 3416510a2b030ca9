import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { listSignatures, openPdf, PdfRef, parseDerPrefix } from '../../../formats/index.ts'
import { signRecord, validationDataOf } from '../../../test-certs/records/pades.ts'
import { rootsIn, soleSignature, verifyRecord } from '../../testing/verify-record.ts'
import { env, recordPki } from '../testing/collect.ts'
import { isEncryptedZeros } from './encrypted-padding.ts'

const read = (kind: string): Buffer =>
  readFileSync(new URL(`../../../../samples/don-thuoc-${kind}.pdf`, import.meta.url))

describe.each(['rc4', 'aes128', 'aes256'])('a place encrypted by %s', (kind) => {
  const encryption = openPdf(read(kind)).encryption!
  const ref = new PdfRef(77, 0)
  const iv = Uint8Array.from({ length: 16 }, (_, i) => i)
  /** `length` zeros as a writer encrypts them, with a signature of 100 bytes over their beginning. */
  const place = (length: number): Uint8Array => {
    const contents = Uint8Array.from(encryption.encrypt(ref, new Uint8Array(length), 'string', () => iv))
    return contents.fill(0x30, 0, 100)
  }

  test('is known for what it is', () => {
    for (const length of [600, 608, 609])
      expect(isEncryptedZeros(encryption, ref, place(length), 100)).toBe(true)
  })

  test('is not, of another object, or with a byte changed', () => {
    expect(isEncryptedZeros(encryption, new PdfRef(78, 0), place(608), 100)).toBe(kind === 'aes256')
    for (const at of [140, 300, 500]) {
      const contents = place(608)
      contents[at]! ^= 1
      expect(isEncryptedZeros(encryption, ref, contents, 100)).toBe(false)
    }
  })

  test('is not where nothing can be compared', () => {
    if (kind === 'rc4') return
    const short = encryption.encrypt(ref, new Uint8Array(100), 'string', () => iv)
    expect(isEncryptedZeros(encryption, ref, short, 100)).toBe(false)
    expect(isEncryptedZeros(encryption, ref, place(608).subarray(1), 100)).toBe(false)
  })
})

describe('a record signed in an encrypted file', () => {
  async function padded(fill: (contents: Uint8Array, file: Uint8Array) => Uint8Array) {
    const pki = await recordPki()
    const file = await signRecord(pki, read('rc4'), env, { level: 'B-T' })
    const { contents, contentsSpan } = listSignatures(openPdf(file))[0]!
    const length = parseDerPrefix(contents!).bytes.length
    expect(contents!.length - length).toBeGreaterThan(64)
    const whole = Buffer.from(fill(contents!, file))
    file.write(whole.subarray(length).toString('hex'), contentsSpan!.start + 1 + 2 * length, 'latin1')
    const data = validationDataOf(pki, ['doctor-01', 'tsa'], env.clock())
    return soleSignature(verifyRecord(file, { at: env.clock(), anchors: rootsIn(pki), data }))
  }
  const encrypted = (contents: Uint8Array, file: Uint8Array): Uint8Array => {
    const doc = openPdf(file)
    const { ref } = listSignatures(doc)[0]!
    return doc.encryption!.encrypt(ref!, new Uint8Array(contents.length), 'string', () => new Uint8Array(0))
  }

  test('whose empty place was encrypted too is passed with a warning', async () => {
    const signature = await padded(encrypted)
    expect(signature.indication).toBe('TOTAL-PASSED')
    expect(signature.reasons).toContainEqual(
      expect.objectContaining({ code: 'PDF_CONTENTS_PADDING_ENCRYPTED', level: 'warn' }),
    )
  })

  test('with anything else in that place is failed', async () => {
    const signature = await padded((contents, file) => {
      const bytes = Uint8Array.from(encrypted(contents, file))
      bytes[contents.length - 33]! ^= 1
      return bytes
    })
    expect(signature).toMatchObject({ indication: 'TOTAL-FAILED', subIndication: 'FORMAT_FAILURE' })
  })
})
