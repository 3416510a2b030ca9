import { beforeAll, expect, test } from 'vitest'
import {
  type Attribute,
  attributeOids,
  der,
  encodeAttribute,
  parseSignedData,
  parseSignerInfo,
  spliceUnsignedAttribute,
} from '../../formats/index.ts'
import { entityOf, type Pki } from '../../test-certs/entity.ts'
import { addCounterSignature, signCadesRecord, signValue } from '../../test-certs/records/cades.ts'
import { signerFields } from '../../test-certs/records/cades-parts.ts'
import { codesOf, collect, content, env, recordPki, rootOf } from './testing/collect.ts'

let pki: Pki
let record: Uint8Array
beforeAll(async () => {
  pki = await recordPki()
  record = await signCadesRecord(pki, content, env)
})

const collectAll = (cms: Uint8Array) => collect(cms, { anchors: [rootOf(pki)] })
const oid = attributeOids['counter-signature']

test('a counter-signature is a signature of its own, over the value of the one it names', () => {
  const facts = collectAll(addCounterSignature(pki, record, env))
  const [first, second] = facts.signatures
  expect(facts.signatures).toHaveLength(2)
  expect(first).toMatchObject({ counterSignatureOf: null, valueIntact: true, findings: [] })
  expect(second).toMatchObject({
    counterSignatureOf: first!.id,
    format: 'CAdES',
    level: 'B-B',
    valueIntact: true,
    signingCertificate: `C-${entityOf(pki, 'nurse-02').certificate.sha256}`,
    digests: [{ kind: 'counter-signed-value', digest: 'sha256', found: true, intact: true }],
    findings: [],
  })
})

test('one with a content-type inside is told of, and of that one alone', () => {
  const attributes: Attribute[] = [
    { oid: attributeOids['content-type'], values: [der.oid('1.2.840.113549.1.7.1')] },
  ]
  const facts = collectAll(addCounterSignature(pki, record, env, 'nurse-02', { attributes }))
  expect(facts.signatures.map(codesOf)).toEqual([[], ['CONTENT_TYPE_IN_COUNTER_SIGNATURE']])
})

test('one copied from another signature is not intact, and harms nobody else', async () => {
  const other = await signCadesRecord(pki, Buffer.from('khác'), env)
  const [attribute] = parseSignedData(addCounterSignature(pki, other, env)).signerInfos[0]!.unsignedAttributes
  const evidence = {
    certificates: [entityOf(pki, 'nurse-02').certificate.der],
    crls: [],
    ocspResponses: [],
  }
  const facts = collect(spliceUnsignedAttribute(record, 0, attribute!), { evidence })
  expect(facts.signatures).toMatchObject([
    { valueIntact: true, digests: [{ intact: true }], findings: [] },
    { valueIntact: true, digests: [{ found: true, intact: false }] },
  ])
})

test('one that cannot be read is a finding of the signature', () => {
  const facts = collectAll(
    spliceUnsignedAttribute(record, 0, { oid, values: [der.sequence(der.integer(1))] }),
  )
  expect(facts.signatures.map(codesOf)).toEqual([['COUNTER_SIGNATURE_UNREADABLE']])
})

test('counter-signatures of counter-signatures are followed, so far and no further', () => {
  let inner: Uint8Array | null = null
  // built from the innermost out: a value is signed before what stands beside it unsigned
  const values: Uint8Array[] = []
  let value = parseSignedData(record).signerInfos[0]!.signature
  for (let depth = 0; depth < 10; depth++) {
    const info = signValue(pki, value, env, 'nurse-02')
    values.push(info)
    value = signatureIn(info)
  }
  for (const info of values.reverse()) inner = inner ? withUnsigned(info, inner) : info
  const facts = collectAll(spliceUnsignedAttribute(record, 0, { oid, values: [inner!] }))
  expect(facts.signatures).toHaveLength(9)
  facts.signatures.slice(1).forEach((signature, at) => {
    expect(signature.counterSignatureOf).toBe(facts.signatures[at]!.id)
    expect(signature.digests[0]!.intact).toBe(true)
  })
  expect(codesOf(facts.signatures[8]!)).toContain('COUNTER_SIGNATURE_UNREADABLE')
})

const fieldsOf = (info: Uint8Array) => signerFields(info)
const signatureIn = (info: Uint8Array): Uint8Array => parseSignerInfo(info).signature

/** A SignerInfo with a counter-signature. */
const withUnsigned = (info: Uint8Array, counter: Uint8Array): Uint8Array =>
  der.sequence(...fieldsOf(info), der.explicit(1, encodeAttribute({ oid, values: [counter] })))
