import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { parseSignedData, signedAttributesForVerification } from '../formats/index.ts'
import { plainPdf } from '../signer/testing/plain-pdf.ts'
import type { Pki } from '../test-certs/entity.ts'
import { signCadesRecord } from '../test-certs/records/cades.ts'
import { buildRecordPki, signRecord, validationDataOf } from '../test-certs/records/pades.ts'
import type { ValidationData } from '../test-certs/records/pades-append.ts'
import { createTrustCache } from '../trust/index.ts'
import type { VerificationReport } from './report/index.ts'
import { conclusionOf, rootsIn, soleSignature, TimeTravel, verifyRecord } from './testing/verify-record.ts'

const env = new TimeTravel('2026-03-15T10:20:30Z')
const content = Buffer.from('Bệnh án thử nghiệm: nhịp tim 72, huyết áp 120/80.\n'.repeat(4))
const cache = createTrustCache()

let pki: Pki
let data: ValidationData
const files = new Map<string, Uint8Array>()
beforeAll(async () => {
  pki = await buildRecordPki(env)
  data = validationDataOf(pki, ['doctor-01', 'nurse-02', 'tsa'], env.clock())
  for (const level of ['B-B', 'B-T', 'B-LT', 'B-LTA'] as const) {
    files.set(`PAdES ${level}`, await signRecord(pki, plainPdf(), env, { level }))
    files.set(`CAdES ${level}`, await signCadesRecord(pki, content, env, { level }))
    files.set(`detached ${level}`, await signCadesRecord(pki, content, env, { level, detached: true }))
  }
})

const judge = (bytes: Uint8Array, detached?: Uint8Array): VerificationReport =>
  verifyRecord(bytes, {
    at: env.clock(),
    anchors: rootsIn(pki),
    data,
    cache,
    ...(detached && { content: detached }),
  })

function changed(bytes: Uint8Array, place: number, difference: number): Uint8Array {
  const copy = Uint8Array.from(bytes)
  copy[place]! ^= difference
  return copy
}

/** Any other value of a byte. */
const difference = fc.integer({ min: 1, max: 255 })

/** /ByteRange of the first signature. */
function rangeOf(file: Uint8Array): { gap: number; gapEnd: number; end: number } {
  const text = Buffer.from(file).toString('latin1')
  const found = /\/ByteRange\s*\[\s*0\s+(\d+)\s+(\d+)\s+(\d+)\s*\]/.exec(text)!
  const [gap, gapEnd, rest] = found.slice(1).map(Number) as [number, number, number]
  return { gap, gapEnd, end: gapEnd + rest }
}

const levels = ['B-B', 'B-T', 'B-LT', 'B-LTA'] as const

describe.each(levels)('a record at %s', (level) => {
  test('is passed as long as nothing is changed', () => {
    for (const kind of ['PAdES', 'CAdES', 'detached']) {
      const report = judge(files.get(`${kind} ${level}`)!, kind === 'detached' ? content : undefined)
      expect(conclusionOf(report)).toBe(`passed: TOTAL-PASSED  ${level}`)
    }
  })

  test('PAdES: any byte of what was signed changed is failed', () => {
    const file = files.get(`PAdES ${level}`)!
    const { gap, gapEnd, end } = rangeOf(file)
    const place = fc.integer({ min: 0, max: gap + (end - gapEnd) - 1 })
    fc.assert(
      fc.property(place, difference, (n, by) => {
        const report = judge(changed(file, n < gap ? n : n - gap + gapEnd, by))
        expect(['failed', 'unreadable']).toContain(report.verdict)
      }),
      { numRuns: 80 },
    )
  })

  test('PAdES: a digit of what is not signed changed never makes another signer of it, nor a better level', () => {
    const file = files.get(`PAdES ${level}`)!
    const { gap, gapEnd } = rangeOf(file)
    const before = soleSignature(judge(file))
    fc.assert(
      fc.property(fc.integer({ min: gap, max: gapEnd - 1 }), difference, (place, by) => {
        const { signatures } = judge(changed(file, place, by))
        for (const { indication, signer, bestSignatureTime, level: reached } of signatures) {
          if (indication !== 'TOTAL-PASSED') continue
          expect(signer).toEqual(before.signer)
          expect(bestSignatureTime >= before.bestSignatureTime).toBe(true)
          expect([before.level, 'B-LT', 'B-T', 'B-B', 'LTV', 'LT', 'T', 'BES']).toContain(reached)
        }
      }),
      { numRuns: 80 },
    )
  })

  test('CAdES: any byte of the signed attributes or of the value changed is failed, or names nobody', () => {
    const file = files.get(`CAdES ${level}`)!
    const [info] = parseSignedData(file).signerInfos
    // its first octet is another tag where it stands
    const signed = signedAttributesForVerification(info!).subarray(1)
    const places = [signed, info!.signature].map((part) => {
      const start = Buffer.from(file).indexOf(part)
      return fc.integer({ min: start, max: start + part.length - 1 })
    })
    const place = fc.oneof(...places)
    fc.assert(
      fc.property(place, difference, (n, by) => {
        const { verdict, signatures } = judge(changed(file, n, by))
        if (verdict === 'indeterminate') {
          // EN 319 102-1, 5.2.3.4: a reference that fits no certificate comes before the value
          expect(signatures[0]).toMatchObject({ subIndication: 'NO_SIGNING_CERTIFICATE_FOUND' })
          expect(signatures[0]!.intact).not.toBe(true)
        } else expect(['failed', 'unreadable']).toContain(verdict)
      }),
      { numRuns: 80 },
    )
  })

  test('CAdES: any byte of the content changed is failed', () => {
    const file = Buffer.from(files.get(`CAdES ${level}`)!)
    const start = file.indexOf(content)
    fc.assert(
      fc.property(fc.integer({ min: 0, max: content.length - 1 }), difference, (n, by) => {
        expect(judge(changed(file, start + n, by)).verdict).toBe('failed')
        const detached = judge(files.get(`detached ${level}`)!, changed(content, n, by))
        expect(detached.verdict).toBe('failed')
      }),
      { numRuns: 40 },
    )
  })
})

describe('two signers', () => {
  let file: Uint8Array
  beforeAll(async () => {
    const first = files.get('PAdES B-B')!
    file = await signRecord(pki, first, env, { level: 'B-T', signer: 'nurse-02' })
  })

  test('are passed as long as nothing is changed', () => {
    expect(conclusionOf(judge(file))).toBe('passed: TOTAL-PASSED  B-B: TOTAL-PASSED  B-T')
  })

  test('any byte that only the second signed changed is failed', () => {
    const start = files.get('PAdES B-B')!.length
    const { gap, gapEnd, end } = rangeOf(file.subarray(start))
    const place = fc.integer({ min: 0, max: gap - start + (end - gapEnd) - 1 })
    fc.assert(
      fc.property(place, difference, (n, by) => {
        const report = judge(
          changed(file, start + (n < gap - start ? n : n - (gap - start) + gapEnd - start), by),
        )
        expect(['failed', 'unreadable']).toContain(report.verdict)
      }),
      { numRuns: 80 },
    )
  })
})
