import { beforeAll, expect, test } from 'vitest'
import { listSignatures, openPdf, PdfDict } from '../../formats/index.ts'
import { plainPdf } from '../../signer/testing/plain-pdf.ts'
import type { Pki } from '../entity.ts'
import { liveEnvironment as env } from '../testing/environment.ts'
import { addDocumentTimestamp, buildRecordPki, type PadesLevel, renewRecord, signRecord } from './pades.ts'

let pki: Pki
beforeAll(async () => {
  pki = await buildRecordPki(env)
})

const kindsOf = (file: Uint8Array) => listSignatures(openPdf(file)).map(({ subFilter }) => subFilter)

test.each<[PadesLevel, number]>([
  ['B-B', 1],
  ['B-T', 1],
  ['B-LT', 1],
  ['B-LTA', 2],
])('a record at %s has %i signature dictionaries, and strict reading takes it', async (level, count) => {
  const file = await signRecord(pki, plainPdf(), env, { level })
  expect(listSignatures(openPdf(file))).toHaveLength(count)
  expect(openPdf(file).catalog.has('DSS')).toBe(level === 'B-LT' || level === 'B-LTA')
})

test('a second signer, a renewal and a time-stamp after B each add what they should', async () => {
  const first = await signRecord(pki, plainPdf(), env, { level: 'B-LTA' })
  const second = await signRecord(pki, first, env, { level: 'B-LTA', signer: 'nurse-02' })
  const renewed = await renewRecord(pki, second, env)
  const [b, t] = ['ETSI.CAdES.detached', 'ETSI.RFC3161']
  expect(kindsOf(renewed)).toEqual([b, t, b, t, t])
  const doc = openPdf(renewed)
  const vri = doc.resolve((doc.resolve(doc.catalog.get('DSS')) as PdfDict).get('VRI'))
  expect(vri).toBeInstanceOf(PdfDict)
  expect((vri as PdfDict).entries.size).toBe(3)
  const stamped = await addDocumentTimestamp(pki, await signRecord(pki, plainPdf(), env), env)
  expect(kindsOf(stamped)).toEqual([b, t])
})
