import {
  type Attribute,
  attributeOids,
  concat,
  der,
  encodeAttribute,
  parseDer,
  parseSignedData,
  readSet,
  spliceUnsignedAttribute,
} from '../../formats/index.ts'
import { addCounterSignature, mergeSigners } from '../records/cades.ts'
import { change, signerFields } from '../records/cades-parts.ts'
import type { AttackCase } from './attack-case.ts'
import { type Attack, failed } from './types.ts'
import { type AttackWorld, sound } from './world.ts'

const row = 'repeated signers, trailing data, BER, reordered sets'
const counterRow = 'counter-signatures'

/** SignerInfos with one field each made anew. */
const withField = (cms: Uint8Array, index: number, changed: (field: Uint8Array) => Uint8Array): Uint8Array =>
  change(cms, ({ signerInfos }) => ({
    signerInfos: signerInfos.map((info) =>
      der.sequence(...signerFields(info).map((field, at) => (at === index ? changed(field) : field))),
    ),
  }))

const SIGNED_ATTRIBUTES = 3

/** The members of a [0] SET in the opposite order. */
const reversed = (field: Uint8Array): Uint8Array =>
  der.tlv(
    field[0]!,
    concat([...parseDer(field, { mode: 'ber' }).children].reverse().map(({ bytes }) => bytes)),
  )

/** The same value with a length of two octets where one would do. */
function longLength(tlv: Uint8Array): Uint8Array {
  const { content } = parseDer(tlv, { mode: 'ber' })
  return concat([Uint8Array.of(tlv[0]!, 0x83, 0, content.length >> 8, content.length & 0xff), content])
}

const firstLonger = (field: Uint8Array): Uint8Array => {
  const [first, ...others] = parseDer(field, { mode: 'ber' }).children.map(({ bytes }) => bytes)
  return der.tlv(field[0]!, concat([longLength(first!), ...others]))
}

/** ContentInfo, SignedData and what encapsulates the content in the indefinite form of BER (X.690, 8.1.3.6). */
function indefinite(cms: Uint8Array): Uint8Array {
  const [type, wrapped] = parseDer(cms).children
  const fields = wrapped!.children[0]!.children
  const open = (tag: number, ...parts: Uint8Array[]): Uint8Array =>
    concat([Uint8Array.of(tag, 0x80), ...parts, Uint8Array.of(0, 0)])
  const [contentType, content] = fields[2]!.children
  const octets = content!.children[0]!.content
  const chunks = [octets.subarray(0, 5), octets.subarray(5)].map((part) => der.octetString(part))
  const encapsulated = open(0x30, contentType!.bytes, open(0xa0, open(0x24, ...chunks)))
  const signedData = open(0x30, ...fields.map((field, at) => (at === 2 ? encapsulated : field.bytes)))
  return open(0x30, type!.bytes, open(0xa0, signedData))
}

/** In the order opposite to that of DER. */
const notDer = (attributes: readonly Attribute[]): Uint8Array => {
  const members = readSet(parseDer(der.setOf(...attributes.map(encodeAttribute)))).map(({ bytes }) => bytes)
  return der.tlv(0x31, concat([...members].reverse()))
}

const ber = async (world: AttackWorld): Promise<AttackCase> => world.judged(indefinite(await world.sign()))

const data = (world: AttackWorld) => world.data()

const counterSigned = async (world: AttackWorld): Promise<AttackCase> =>
  world.judged(addCounterSignature(world.pki, await world.sign(), world.env()), { evidence: data(world) })

/** Two signers, the first of them counter-signed by a third. */
async function twoSigners(world: AttackWorld): Promise<[Uint8Array, Uint8Array]> {
  const first = await world.sign()
  const second = await world.sign({ signer: 'nurse-02' })
  return [addCounterSignature(world.pki, first, world.env(), 'doctor-p384'), second]
}

const counterSignatureOf = (cms: Uint8Array): Attribute =>
  parseSignedData(cms)
    .signerInfos.flatMap(({ unsignedAttributes }) => unsignedAttributes)
    .find(({ oid }) => oid === attributeOids['counter-signature'])!

export const structureAttacks: readonly Attack[] = [
  {
    id: 'signer-twice',
    row,
    what: 'the same SignerInfo twice, as if two had signed',
    build: async (world) =>
      world.judged(
        change(await world.sign(), ({ signerInfos }) => ({ signerInfos: [...signerInfos, ...signerInfos] })),
      ),
    expect: failed('FORMAT_FAILURE', 'SIGNER_DUPLICATE', 1),
    twin: async (world) =>
      world.judged(mergeSigners(await world.sign(), await world.sign({ signer: 'nurse-02' }))),
  },
  {
    id: 'trailing-octet',
    row,
    what: 'one octet behind the structure',
    build: async (world) => world.judged(concat([await world.sign(), Uint8Array.of(0x20)])),
    expect: failed('FORMAT_FAILURE', 'TRAILING_DATA'),
    twin: sound,
  },
  {
    id: 'trailing-structure',
    row,
    what: 'a second signed structure behind the first',
    build: async (world) =>
      world.judged(concat([await world.sign(), await world.sign({}, Buffer.from('khác'))])),
    expect: failed('FORMAT_FAILURE', 'TRAILING_DATA'),
    twin: sound,
  },
  {
    id: 'ber-trailing',
    row,
    what: 'indefinite lengths, with octets behind the last end',
    build: async (world) => {
      const { file } = await ber(world)
      return world.judged(concat([file, Uint8Array.of(0, 0)]))
    },
    expect: failed('FORMAT_FAILURE', 'TRAILING_DATA'),
    twin: ber,
  },
  {
    id: 'ber-content-changed',
    row,
    what: 'indefinite lengths and the content in pieces, one of them changed',
    build: async (world) => {
      const { file } = await ber(world)
      const changed = Uint8Array.from(file)
      changed[Buffer.from(file).indexOf('nghi')]! ^= 0x20
      return world.judged(changed)
    },
    expect: failed('HASH_FAILURE', 'DATA_CHANGED'),
    twin: ber,
  },
  {
    id: 'attributes-not-der',
    row,
    what: 'signed attributes signed in another order than DER has',
    build: async (world) => world.judged(await world.sign({ encodeAttributes: notDer })),
    expect: failed('FORMAT_FAILURE', 'SIGNED_ATTRIBUTES_NOT_DER'),
    twin: sound,
  },
  {
    id: 'attributes-reordered',
    row,
    what: 'signed attributes put into another order after signing',
    build: async (world) => world.judged(withField(await world.sign(), SIGNED_ATTRIBUTES, reversed)),
    expect: failed('FORMAT_FAILURE', 'SIGNED_ATTRIBUTES_NOT_DER'),
    twin: sound,
  },
  {
    id: 'attributes-long-length',
    row,
    what: 'the length of one signed attribute written longer than DER allows, after signing',
    build: async (world) => world.judged(withField(await world.sign(), SIGNED_ATTRIBUTES, firstLonger)),
    expect: failed('FORMAT_FAILURE', 'SIGNED_ATTRIBUTES_NOT_DER'),
    // what encloses them all is not part of what is signed (RFC 5652, 5.4)
    twin: async (world) => world.judged(withField(await world.sign(), SIGNED_ATTRIBUTES, longLength)),
  },
  {
    id: 'counter-signature-content-type',
    row: counterRow,
    what: 'content-type among the attributes of a counter-signature',
    build: async (world) =>
      world.judged(
        addCounterSignature(world.pki, await world.sign(), world.env(), 'nurse-02', {
          attributes: [{ oid: attributeOids['content-type'], values: [der.oid('1.2.840.113549.1.7.1')] }],
        }),
      ),
    expect: failed('FORMAT_FAILURE', 'CONTENT_TYPE_IN_COUNTER_SIGNATURE', 1),
    twin: counterSigned,
  },
  {
    id: 'counter-signature-copied',
    row: counterRow,
    what: 'a counter-signature copied from the signer it was made for to another',
    build: async (world) => {
      const [first, second] = await twoSigners(world)
      const copied = spliceUnsignedAttribute(second, 0, counterSignatureOf(first))
      return world.judged(mergeSigners(copied, first))
    },
    expect: failed('HASH_FAILURE', 'DATA_CHANGED', 3),
    twin: async (world) => world.judged(mergeSigners(...(await twoSigners(world)))),
  },
]
