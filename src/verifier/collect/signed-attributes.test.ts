import { beforeAll, describe, expect, test } from 'vitest'
import {
  type Attribute,
  attributeOids,
  concat,
  der,
  encodeSignatureAlgorithm,
  encodeSignedAttributes,
  parseDer,
  parseSignedData,
  readSet,
  signedAttributesForVerification,
} from '../../formats/index.ts'
import type { Pki } from '../../test-certs/entity.ts'
import { type CadesRecordOptions, signCadesRecord } from '../../test-certs/records/cades.ts'
import { codesOf, collect, content, env, recordPki, signatureOf } from './testing/collect.ts'

let pki: Pki
let record: Uint8Array
beforeAll(async () => {
  pki = await recordPki()
  record = await signCadesRecord(pki, content, env, { signer: 'nurse-02' })
})

const sign = (options: CadesRecordOptions = {}) =>
  signCadesRecord(pki, content, env, { signer: 'nurse-02', ...options })
const findingsOf = (cms: Uint8Array): string[] => codesOf(signatureOf(collect(cms)))

const isType =
  (name: keyof typeof attributeOids) =>
  ({ oid }: Attribute) =>
    oid === attributeOids[name]
const without = (name: keyof typeof attributeOids) => (all: readonly Attribute[]) =>
  all.filter((attribute) => !isType(name)(attribute))
const twice = (name: keyof typeof attributeOids) => (all: readonly Attribute[]) => [
  ...all,
  all.find(isType(name))!,
]
const withValues =
  (name: keyof typeof attributeOids, values: (before: readonly Uint8Array[]) => readonly Uint8Array[]) =>
  (all: readonly Attribute[]) =>
    all.map((attribute) =>
      isType(name)(attribute) ? { ...attribute, values: values(attribute.values) } : attribute,
    )

describe('signed attributes', () => {
  test.each<[string, CadesRecordOptions, readonly string[]]>([
    ['without message-digest', { signedAttributes: without('message-digest') }, ['MESSAGE_DIGEST_ABSENT']],
    ['without content-type', { signedAttributes: without('content-type') }, ['CONTENT_TYPE_ABSENT']],
    [
      'with message-digest twice',
      { signedAttributes: twice('message-digest') },
      ['MESSAGE_DIGEST_DUPLICATE', 'SIGNED_ATTRIBUTE_DUPLICATE'],
    ],
    [
      'with two values in message-digest',
      {
        signedAttributes: withValues('message-digest', (values) => [
          ...values,
          der.octetString(new Uint8Array(32)),
        ]),
      },
      ['MESSAGE_DIGEST_DUPLICATE'],
    ],
    [
      'with content-type twice',
      { signedAttributes: twice('content-type') },
      ['CONTENT_TYPE_DUPLICATE', 'SIGNED_ATTRIBUTE_DUPLICATE'],
    ],
    [
      'with another content-type than the content has',
      { signedAttributes: withValues('content-type', () => [der.oid('2.999.1')]) },
      ['CONTENT_TYPE_MISMATCH'],
    ],
    [
      'with a message-digest that is none',
      { signedAttributes: withValues('message-digest', () => [der.integer(1)]) },
      ['ATTRIBUTE_MALFORMED'],
    ],
    [
      'with a content-type that is none',
      { signedAttributes: withValues('content-type', () => [der.integer(1)]) },
      ['ATTRIBUTE_MALFORMED'],
    ],
    [
      'with signing-time twice',
      { signedAttributes: twice('signing-time') },
      ['SIGNED_ATTRIBUTE_DUPLICATE', 'SIGNING_TIME_DUPLICATE'],
    ],
    [
      'with a signing-time that is none',
      { signedAttributes: withValues('signing-time', () => [der.integer(1)]) },
      ['ATTRIBUTE_MALFORMED'],
    ],
    [
      'with cms-algorithm-protection twice',
      { signedAttributes: twice('cms-algorithm-protection') },
      ['ALGORITHM_PROTECTION_DUPLICATE', 'SIGNED_ATTRIBUTE_DUPLICATE'],
    ],
    [
      'that protect a broken structure',
      { signedAttributes: withValues('cms-algorithm-protection', () => [der.sequence()]) },
      ['ATTRIBUTE_MALFORMED'],
    ],
  ])('%s are signed and found wanting', async (_name, options, expected) => {
    const signature = signatureOf(collect(await sign(options)))
    expect(codesOf(signature)).toEqual(expected)
    expect(signature.valueIntact).toBe(true)
  })

  test('content-time-stamp may stand as often as there are authorities', async () => {
    const stamp = { oid: attributeOids['content-time-stamp'], values: [der.sequence()] }
    const cms = await sign({ signedAttributes: (all) => [...all, stamp, stamp] })
    expect(new Set(findingsOf(cms))).toEqual(new Set(['TIME_STAMP_UNREADABLE']))
  })

  test('that protect another algorithm are told of', async () => {
    const pss = { scheme: 'rsa-pss', digest: 'sha256', mgfDigest: 'sha256', saltLength: 20 } as const
    const other = der.sequence(
      der.sequence(der.oid('2.16.840.1.101.3.4.2.1')),
      der.implicit(1, encodeSignatureAlgorithm(pss)),
    )
    const cms = await sign({ signedAttributes: withValues('cms-algorithm-protection', () => [other]) })
    expect(findingsOf(cms)).toEqual(['ALGORITHM_PROTECTION_MISMATCH'])
  })

  /** A SET with its members turned round. */
  const turned = (set: Uint8Array): Uint8Array =>
    der.tlv(
      0x31,
      concat(
        readSet(parseDer(set))
          .map(({ bytes }) => bytes)
          .reverse(),
      ),
    )
  const disordered = () => sign({ encodeAttributes: (all) => turned(encodeSignedAttributes(all)) })

  test('are hashed in DER: a value made over them out of order does not verify', async () => {
    const signature = signatureOf(collect(await disordered()))
    expect(signature.valueIntact).toBe(false)
    expect(codesOf(signature)).toEqual(['SIGNED_ATTRIBUTES_NOT_DER'])
  })

  test('put out of order afterwards still verify, and are told of', () => {
    const cms = Buffer.from(record)
    const [info] = parseSignedData(cms).signerInfos
    const set = signedAttributesForVerification(info!)
    const before = info!.signedAttributesContent!
    cms.set(turned(set).subarray(set.length - before.length), cms.indexOf(before))
    const signature = signatureOf(collect(cms))
    expect(signature.valueIntact).toBe(true)
    expect(codesOf(signature)).toEqual(['SIGNED_ATTRIBUTES_NOT_DER'])
  })

  test('signed out of order and put in order afterwards do not verify', async () => {
    const cms = Buffer.from(await disordered())
    const [info] = parseSignedData(cms).signerInfos
    const before = info!.signedAttributesContent!
    const ordered = encodeSignedAttributes(info!.signedAttributes)
    cms.set(ordered.subarray(ordered.length - before.length), cms.indexOf(before))
    const signature = signatureOf(collect(cms))
    expect(signature.valueIntact).toBe(false)
    expect(codesOf(signature)).toEqual([])
  })

  test('changed by a bit are broken, and no digest hides it', () => {
    const [info] = parseSignedData(record).signerInfos
    const time = info!.signedAttributes.find(isType('signing-time'))!.values[0]!
    const changed = Buffer.from(record)
    changed[changed.indexOf(time) + 3]! ^= 1
    const signature = signatureOf(collect(changed))
    expect(signature).toMatchObject({ valueIntact: false, digests: [{ found: true, intact: true }] })
    expect(signature.signingCertificate).not.toBeNull()
  })
})
