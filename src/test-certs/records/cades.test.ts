import { beforeAll, expect, test } from 'vitest'
import {
  attributeName,
  parseSignedData,
  parseSignerInfo,
  readSignedDataRevocations,
} from '../../formats/index.ts'
import type { Pki } from '../entity.ts'
import { fixedEnvironment } from '../testing/environment.ts'
import { addCounterSignature, type CadesLevel, mergeSigners, signCadesRecord } from './cades.ts'
import { buildRecordPki } from './pades.ts'

const env = fixedEnvironment()
const content = Buffer.from('Hồ sơ thử nghiệm\n')
let pki: Pki
beforeAll(async () => {
  pki = await buildRecordPki(env)
})

const unsignedOf = (cms: Uint8Array) =>
  parseSignedData(cms).signerInfos[0]!.unsignedAttributes.map(({ oid }) => attributeName(oid))

test.each<[CadesLevel, readonly string[], number]>([
  ['B-B', [], 0],
  ['B-T', ['signature-time-stamp'], 0],
  ['B-LT', ['signature-time-stamp'], 1],
  ['B-LTA', ['archive-time-stamp-v3', 'signature-time-stamp'], 1],
])(
  'a record at %s has the unsigned attributes %j and revocation data where it should',
  async (level, names, answers) => {
    const cms = await signCadesRecord(pki, content, env, { level })
    expect(unsignedOf(cms).sort()).toEqual(names)
    expect(readSignedDataRevocations(cms).ocspResponses.length > 0).toBe(answers > 0)
  },
)

test('a detached record holds no content', async () => {
  expect(parseSignedData(await signCadesRecord(pki, content, env, { detached: true })).eContent).toBeNull()
})

test('a counter-signature stands among the unsigned attributes, and signers of the same content join', async () => {
  const first = await signCadesRecord(pki, content, env)
  const counterSigned = addCounterSignature(pki, first, env)
  const [attribute] = parseSignedData(counterSigned).signerInfos[0]!.unsignedAttributes
  expect(parseSignerInfo(attribute!.values[0]!).signedAttributes).toHaveLength(4)
  const second = await signCadesRecord(pki, content, env, { signer: 'nurse-02' })
  expect(parseSignedData(mergeSigners(first, second)).signerInfos).toHaveLength(2)
})
