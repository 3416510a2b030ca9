import {
  type Attribute,
  attributeOids,
  der,
  digestBytes,
  encodeDigestAlgorithm,
  encodeSignatureAlgorithm,
  parseSignedData,
  type SignatureAlgorithm,
  signedAttributesForVerification,
} from '../../formats/index.ts'
import type { CadesRecordOptions } from '../records/cades.ts'
import { change, signerFields } from '../records/cades-parts.ts'
import { type Attack, type AttackRow, type Expectation, failed } from './types.ts'
import { content, sound } from './world.ts'

type Name = keyof typeof attributeOids

const isType =
  (name: Name) =>
  ({ oid }: Attribute): boolean =>
    oid === attributeOids[name]

export const without =
  (name: Name) =>
  (all: readonly Attribute[]): Attribute[] =>
    all.filter((attribute) => !isType(name)(attribute))

export const twice =
  (name: Name) =>
  (all: readonly Attribute[]): Attribute[] => [...all, all.find(isType(name))!]

export const withValues =
  (name: Name, values: (before: readonly Uint8Array[]) => readonly Uint8Array[]) =>
  (all: readonly Attribute[]): Attribute[] =>
    all.map((attribute) =>
      isType(name)(attribute) ? { ...attribute, values: values(attribute.values) } : attribute,
    )

const otherDigest = der.octetString(digestBytes('sha256', Buffer.from('nội dung khác')))

/** One whose signer signed it so, with a key and certificate that are sound. */
const signedSo = (
  id: string,
  row: AttackRow,
  what: string,
  options: CadesRecordOptions,
  expect: Expectation,
): Attack => ({
  id,
  row,
  what,
  build: async (world) => world.judged(await world.sign(options)),
  expect,
  twin: sound,
})

const form = (reason: string): Expectation => failed('FORMAT_FAILURE', reason)
const attributesRow = 'message-digest and content-type missing, wrong or repeated'
const algorithmsRow = 'algorithms substituted'

const protection = (digest: 'sha256' | 'sha512', signature: SignatureAlgorithm): Uint8Array =>
  der.sequence(encodeDigestAlgorithm(digest), der.implicit(1, encodeSignatureAlgorithm(signature)))

export const attributeAttacks: readonly Attack[] = [
  {
    id: 'attributes-as-content',
    row: 'signed attributes passed off as content',
    what: 'the signed attributes of a sound signature as the content of one that has none',
    build: async (world) => {
      const cms = await world.sign()
      const attributes = signedAttributesForVerification(parseSignedData(cms).signerInfos[0]!)
      return world.judged(
        change(cms, ({ signerInfos }) => ({
          encapsulated: der.sequence(
            der.oid('1.2.840.113549.1.7.1'),
            der.explicit(0, der.octetString(attributes)),
          ),
          signerInfos: signerInfos.map((info) => {
            const fields = signerFields(info)
            return der.sequence(...fields.slice(0, 3), ...fields.slice(4))
          }),
        })),
      )
    },
    expect: form('CONTENT_IS_ATTRIBUTES'),
    twin: sound,
  },
  {
    id: 'attributes-as-detached-content',
    row: 'signed attributes passed off as content',
    what: 'the same, with the attributes as a file of their own beside the signature',
    build: async (world) => {
      const cms = await world.sign({ detached: true })
      const attributes = signedAttributesForVerification(parseSignedData(cms).signerInfos[0]!)
      const file = change(cms, ({ signerInfos }) => ({
        signerInfos: signerInfos.map((info) => {
          const fields = signerFields(info)
          return der.sequence(...fields.slice(0, 3), ...fields.slice(4))
        }),
      }))
      return world.judged(file, { content: attributes })
    },
    expect: form('CONTENT_IS_ATTRIBUTES'),
    twin: async (world) => world.judged(await world.sign({ detached: true }), { content }),
  },
  signedSo(
    'message-digest-absent',
    attributesRow,
    'no message-digest',
    { signedAttributes: without('message-digest') },
    form('MESSAGE_DIGEST_ABSENT'),
  ),
  signedSo(
    'message-digest-wrong',
    attributesRow,
    'the message-digest of another content',
    { signedAttributes: withValues('message-digest', () => [otherDigest]) },
    failed('HASH_FAILURE', 'DATA_CHANGED'),
  ),
  signedSo(
    'message-digest-twice',
    attributesRow,
    'two message-digest attributes',
    { signedAttributes: twice('message-digest') },
    form('MESSAGE_DIGEST_DUPLICATE'),
  ),
  signedSo(
    'message-digest-two-values',
    attributesRow,
    'one message-digest with two values, the right one first',
    { signedAttributes: withValues('message-digest', (values) => [...values, otherDigest]) },
    form('MESSAGE_DIGEST_DUPLICATE'),
  ),
  signedSo(
    'content-type-absent',
    attributesRow,
    'no content-type',
    { signedAttributes: without('content-type') },
    form('CONTENT_TYPE_ABSENT'),
  ),
  signedSo(
    'content-type-twice',
    attributesRow,
    'two content-type attributes',
    { signedAttributes: twice('content-type') },
    form('CONTENT_TYPE_DUPLICATE'),
  ),
  signedSo(
    'content-type-other',
    'content-type differs from the content',
    'the attribute names another type than the content has',
    { signedAttributes: withValues('content-type', () => [der.oid('2.999.1')]) },
    form('CONTENT_TYPE_MISMATCH'),
  ),
  {
    id: 'content-type-changed-after',
    row: 'content-type differs from the content',
    what: 'the type of the content, which is not signed, changed afterwards',
    build: async (world) =>
      world.judged(
        change(await world.sign(), () => ({
          encapsulated: der.sequence(der.oid('2.999.1'), der.explicit(0, der.octetString(content))),
        })),
      ),
    expect: form('CONTENT_TYPE_MISMATCH'),
    twin: async (world) => world.sound({ contentType: '2.999.1' }),
  },
  signedSo(
    'digest-algorithm-other',
    algorithmsRow,
    'digestAlgorithm names another digest than the value was made with',
    { namedDigest: 'sha512' },
    form('DIGEST_ALGORITHM_MISMATCH'),
  ),
  signedSo(
    'digest-algorithm-weak',
    algorithmsRow,
    'digestAlgorithm says SHA-1, without anything that protects it',
    { namedDigest: 'sha1', signedAttributes: without('cms-algorithm-protection') },
    form('DIGEST_ALGORITHM_MISMATCH'),
  ),
  signedSo(
    'algorithm-protection-digest',
    algorithmsRow,
    'the protected digest is another',
    {
      signedAttributes: withValues('cms-algorithm-protection', () => [
        protection('sha512', { scheme: 'ecdsa', digest: 'sha256' }),
      ]),
    },
    form('ALGORITHM_PROTECTION_MISMATCH'),
  ),
  signedSo(
    'algorithm-protection-signature',
    algorithmsRow,
    'the protected signature algorithm is another',
    {
      signedAttributes: withValues('cms-algorithm-protection', () => [
        protection('sha256', { scheme: 'ecdsa', digest: 'sha512' }),
      ]),
    },
    form('ALGORITHM_PROTECTION_MISMATCH'),
  ),
  signedSo(
    'algorithm-protection-twice',
    algorithmsRow,
    'two attributes that protect the algorithms',
    { signedAttributes: twice('cms-algorithm-protection') },
    form('ALGORITHM_PROTECTION_DUPLICATE'),
  ),
]
