import { beforeAll, expect, test } from 'vitest'
import { IncrementalUpdate, openPdf } from '../../../formats/index.ts'
import { plainPdf } from '../../../signer/testing/plain-pdf.ts'
import type { Pki } from '../../../test-certs/entity.ts'
import { addDocumentTimestamp, signRecord } from '../../../test-certs/records/pades.ts'
import { rootsIn, verifyRecord } from '../../testing/verify-record.ts'
import { env, recordPki } from '../testing/collect.ts'
import { countSignatureTraces } from './unreached-signature.ts'

let pki: Pki
beforeAll(async () => {
  pki = await recordPki()
})

const judge = (file: Uint8Array) => {
  const { verdict, error } = verifyRecord(file, { at: env.clock(), anchors: rootsIn(pki) })
  return [verdict, error?.code]
}

/** A later revision in which the document has no form any more. */
function withoutForm(file: Uint8Array): Buffer {
  const doc = openPdf(file)
  const update = new IncrementalUpdate(doc, env.random)
  update.set(doc.catalogRef, doc.catalog.with({ AcroForm: undefined }))
  return Buffer.concat([file, update.finish().bytes])
}

const unreachable = ['unreadable', 'ERR_VERIFIER_SIGNATURE_UNREACHABLE']

test('a file whose form was taken out after signing is no unsigned file', async () => {
  expect(judge(withoutForm(await signRecord(pki, plainPdf(), env)))).toEqual(unreachable)
})

test.each(['/Type /Sig', '/ByteRange', '/SubFilter', '/V '])(
  'a signature whose %s is damaged is not passed over for a time-stamp behind it',
  async (text) => {
    const file = await signRecord(pki, plainPdf(), env, { level: 'B-LTA' })
    const at = file.indexOf(text)
    for (const by of [1, 2, 32]) {
      const changed = Buffer.from(file)
      changed[at + 1]! ^= by
      expect(judge(changed)[0]).toMatch(/failed|unreadable/)
    }
  },
)

test('files without a signature are unsigned, time-stamped or not', async () => {
  expect(judge(plainPdf())).toEqual(['unsigned', undefined])
  expect(judge(await addDocumentTimestamp(pki, plainPdf(), env))).toEqual(['unsigned', undefined])
})

test('a text about signatures is no trace of one', () => {
  const traces = (text: string): number => countSignatureTraces(Buffer.from(text, 'latin1'))
  expect(traces('(the key /ByteRange, and /SubFilter) Tj /SubFilter [/ETSI.CAdES.detached]')).toBe(0)
  expect(traces('/ByteRange [0 1 2 3]')).toBe(1)
  expect(traces('/ByteRange\n[ 0 1 2 3 ] /SubFilter/ETSI.RFC3161 /SubFilter /adbe.pkcs7.detached')).toBe(2)
})
