import { attributeOids, concat, der, parseDer, spliceUnsignedAttribute } from '../../formats/index.ts'
import { change } from '../records/cades-parts.ts'
import type { AttackCase } from './attack-case.ts'
import { withValues } from './attributes.ts'
import { type Attack, type Expectation, indeterminate, type Nuisance, unreadable } from './types.ts'
import { type AttackWorld, sound } from './world.ts'

const row = 'ASN.1 bombs'

/** `count` constructed values of two octets each, one in the other, all of indefinite length, none ended. */
const nestedIndefinite = (count: number): Uint8Array => Buffer.from('3080'.repeat(count), 'hex')

/** `count` sequences, one in the other, in DER. */
function nested(count: number): Uint8Array {
  const parts: Uint8Array[] = []
  let length = 0
  for (let depth = 0; depth < count; depth++) {
    const head =
      length < 0x80
        ? Uint8Array.of(0x30, length)
        : length < 0x10000
          ? Uint8Array.of(0x30, 0x82, length >> 8, length & 0xff)
          : Uint8Array.of(0x30, 0x83, length >> 16, (length >> 8) & 0xff, length & 0xff)
    parts.push(head)
    length += head.length
  }
  return concat(parts.reverse())
}

/** One arc that never ends within `octets`. */
const endlessOid = (octets: number): Uint8Array => der.tlv(0x06, new Uint8Array(octets).fill(0x81))
/** As many arcs as octets. */
const manyArcs = (octets: number): Uint8Array => der.tlv(0x06, new Uint8Array(octets).fill(0x01))

const ofSignedData = (inside: Uint8Array): Uint8Array =>
  der.sequence(der.oid('1.2.840.113549.1.7.2'), der.explicit(0, inside))

const bomb = (
  id: string,
  what: string,
  build: (world: AttackWorld) => Uint8Array | Promise<Uint8Array>,
  expect: Expectation,
  twin: (world: AttackWorld) => Promise<AttackCase> = sound,
): Attack => ({ id, row, what, build: async (world) => world.judged(await build(world)), expect, twin })

export const bombAttacks: readonly Attack[] = [
  bomb(
    'depth-20000',
    'twenty thousand sequences one in the other',
    () => ofSignedData(nested(20_000)),
    unreadable('ERR_ASN1_STRUCTURE'),
  ),
  bomb(
    'depth-20000-indefinite',
    'the same of indefinite length, never ended',
    () => concat([Buffer.from('308006092a864886f70d010702a080', 'hex'), nestedIndefinite(20_000)]),
    unreadable('ERR_DER_DEPTH'),
  ),
  bomb(
    'oid-254-kb',
    'a content type of 254 KB in a single arc',
    () => der.sequence(endlessOid(254_000), der.explicit(0, der.sequence())),
    unreadable('ERR_VERIFIER_FORMAT_UNKNOWN'),
  ),
  bomb(
    'attribute-oid-254-kb',
    'an unsigned attribute whose type has 254,000 arcs',
    async (world) =>
      change(await world.sign(), ({ signerInfos }) => ({
        signerInfos: signerInfos.map((info) => {
          const fields = parseDer(info).children.map(({ bytes }) => bytes)
          const attribute = der.sequence(manyArcs(254_000), der.setOf(der.nullValue()))
          return der.sequence(...fields, der.tlv(0xa1, attribute))
        }),
      })),
    unreadable('ERR_DER_OID'),
  ),
  bomb(
    'many-values',
    'half a million empty values',
    () => ofSignedData(der.tlv(0x30, Buffer.from('0500'.repeat(500_000), 'hex'))),
    unreadable('ERR_DER_NODES'),
  ),
  bomb(
    'length-beyond-end',
    'a length of four gigabytes and no content',
    () => Buffer.from('3084ffffffff06092a864886f70d010702', 'hex'),
    unreadable('ERR_DER_TRUNCATED'),
  ),
  bomb(
    'length-of-length',
    'a length written in 126 octets',
    () => concat([Uint8Array.of(0x30, 0xfe), new Uint8Array(126).fill(0xff)]),
    unreadable('ERR_VERIFIER_FORMAT_UNKNOWN'),
  ),
  bomb(
    'many-references',
    'a signed reference that names twenty thousand certificates',
    (world) =>
      world.sign({
        signedAttributes: withValues('signing-certificate-v2', () => [
          der.sequence(
            der.tlv(0x30, Buffer.alloc(36 * 20_000, der.sequence(der.octetString(new Uint8Array(32))))),
          ),
        ]),
      }),
    indeterminate('NO_SIGNING_CERTIFICATE_FOUND', 'REFERENCE_NAMES_ANOTHER'),
  ),
  bomb(
    'many-signers',
    'two thousand copies of a SignerInfo',
    async (world) =>
      change(await world.sign(), ({ signerInfos }) => ({
        signerInfos: Array.from({ length: 2_000 }, () => signerInfos[0]!),
      })),
    unreadable('ERR_CMS_TOO_MANY_SIGNERS'),
  ),
]

/** What somebody else may add to a sound record: it neither changes the verdict nor costs more than its length. */
export const bombNuisances: readonly Nuisance[] = [
  {
    id: 'unknown-attribute-depth',
    what: 'an unsigned attribute of no known type, ten thousand sequences deep',
    build: async (world) =>
      world.judged(
        spliceUnsignedAttribute(await world.sign(), 0, { oid: '2.999.1', values: [nested(10_000)] }),
      ),
    remark: null,
  },
  ...(
    [
      ['counter-signature', 'COUNTER_SIGNATURE_UNREADABLE'],
      ['signature-time-stamp', 'TIME_STAMP_UNREADABLE'],
      ['archive-time-stamp-v3', 'TIME_STAMP_UNREADABLE'],
    ] as const
  ).map(
    ([name, remark]): Nuisance => ({
      id: `${name}-depth`,
      what: `an attribute ${name} ten thousand sequences deep`,
      build: async (world) =>
        world.judged(
          spliceUnsignedAttribute(await world.sign(), 0, {
            oid: attributeOids[name],
            values: [nested(10_000)],
          }),
        ),
      remark,
    }),
  ),
  {
    id: 'certificate-depth',
    what: 'a certificate ten thousand sequences deep in the bag',
    build: async (world) =>
      world.judged(
        change(await world.sign(), ({ certificates }) => ({
          certificates: [...certificates, nested(10_000)],
        })),
      ),
    remark: 'CERTIFICATE_UNREADABLE',
  },
  {
    id: 'crl-depth',
    what: 'a CRL ten thousand sequences deep beside the certificates',
    build: async (world) => world.judged(change(await world.sign(), () => ({ crls: [nested(10_000)] }))),
    remark: 'REVOCATION_DATA_UNREADABLE',
  },
]
