import { beforeAll, expect, test } from 'vitest'
import { digestBytes } from '../../formats/index.ts'
import type { Pki } from '../../test-certs/entity.ts'
import { mergeSigners, signCadesRecord } from '../../test-certs/records/cades.ts'
import { EvidenceRecordBuilder } from '../../test-certs/records/evidence-record.ts'
import { testAuthority } from '../../test-certs/records/pades.ts'
import { requiredDigests } from './required-digests.ts'
import { content, env, recordPki } from './testing/collect.ts'

let pki: Pki
beforeAll(async () => {
  pki = await recordPki()
})

const sign = (options: Parameters<typeof signCadesRecord>[3]) =>
  signCadesRecord(pki, content, env, { signer: 'nurse-02', detached: true, ...options })
const stamp = async (imprint: Uint8Array, digest: 'sha256' | 'sha384' | 'sha512' | string) =>
  (await testAuthority(pki, 'tsa', env).timestamp(imprint, digest as 'sha256')).token

test('a detached signature wants the digests of its signers, each once', async () => {
  const [first, second] = [await sign({}), await sign({ wish: { digest: 'sha512' } })]
  expect(requiredDigests(first)).toEqual(['sha256'])
  expect(requiredDigests(mergeSigners(first, second))).toEqual(['sha256', 'sha512'])
})

test('one with its content inside wants none', async () => {
  expect(requiredDigests(await sign({ detached: false }))).toEqual([])
})

test('an archive time-stamp wants its own', async () => {
  expect(requiredDigests(await sign({ level: 'B-LTA', wish: { digest: 'sha384' } }))).toEqual([
    'sha256',
    'sha384',
  ])
})

test('a token alone wants that of its imprint, a record those of its chains, beside the file too', async () => {
  expect(requiredDigests(await stamp(digestBytes('sha512', content), 'sha512'))).toEqual(['sha512'])
  const builder = new EvidenceRecordBuilder([content], stamp)
  await builder.start('sha256')
  await builder.renewTree('sha384')
  expect(requiredDigests(builder.encode())).toEqual(['sha256', 'sha384'])
  const signed = await sign({ wish: { digest: 'sha512' } })
  expect(requiredDigests(signed, [builder.encode()])).toEqual(['sha256', 'sha384', 'sha512'])
})

test('what cannot be read, and a PDF, want none', () => {
  expect(requiredDigests(Buffer.from('%PDF-1.7'))).toEqual([])
  expect(requiredDigests(new Uint8Array(0))).toEqual([])
  expect(requiredDigests(Uint8Array.of(0x30, 0x80))).toEqual([])
  expect(requiredDigests(content, [Uint8Array.of(0x30, 0x00)])).toEqual([])
})
