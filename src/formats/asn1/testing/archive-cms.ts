import { concat, der, parseDer } from '../../der/index.ts'
import { type AtsHashIndex, parseAtsHashIndex } from '../ats-hash-index.ts'
import { type AttributeName, attributeOids } from '../attribute-oids.ts'
import { readSignedDataBytes, type SignedDataBytes } from '../cms-bytes.ts'
import type { Attribute } from '../cms-types.ts'
import { type DigestName, digestBytes, encodeDigestAlgorithm } from '../digests.ts'
import type { ImprintContent } from '../imprint.ts'
import { content, sampleCms } from './sample-cms.ts'

export const attribute = (name: AttributeName, ...values: Uint8Array[]): Attribute => ({
  oid: attributeOids[name],
  values,
})
export const value = (text: string): Uint8Array => der.sequence(der.utf8String(text))
export const held: ImprintContent = { bytes: content, digest: (name) => digestBytes(name, content) }
export const digestOnly: ImprintContent = { ...held, bytes: null }
export const absent: ImprintContent = { bytes: null, digest: () => null }
export const hex = (bytes: Uint8Array | null): string => Buffer.from(bytes ?? []).toString('hex')

/** One signature, detached and attached, with two unsigned attributes (one of two values), a CRL and an OCSP answer. */
export async function archiveSamples(): Promise<{ detached: Uint8Array; attached: Uint8Array }> {
  const unsignedAttributes = [
    attribute('signature-time-stamp', value('1')),
    attribute('certificate-values', value('2'), value('3')),
  ]
  return {
    detached: withCrls(await sampleCms({ unsignedAttributes })),
    attached: withCrls(await sampleCms({ unsignedAttributes, attached: true })),
  }
}

export function withCrls(cms: Uint8Array): Uint8Array {
  const [type, inner] = parseDer(cms).children
  const fields = inner!.children[0]!.children.map(({ bytes }) => bytes)
  const crls = der.explicit(1, value('crl'), der.implicit(1, der.sequence(der.oid('2.999.1'), value('ocsp'))))
  return der.sequence(
    type!.bytes,
    der.explicit(0, der.sequence(...fields.slice(0, -1), crls, fields.at(-1)!)),
  )
}

export interface IndexTwist {
  readonly version?: 1 | 2 | 3
  readonly digest?: DigestName
  readonly drop?: 'certificates' | 'crls' | 'unsigned'
  readonly extra?: Uint8Array
}

/** A hash index over everything that `cms` holds, as its standard says (EN 319 122-1 V1.3.1, 5.5.2). */
export function encodeIndex(cms: SignedDataBytes, twist: IndexTwist = {}): Uint8Array {
  const { version = 3, digest = 'sha256', drop, extra } = twist
  const list = (name: typeof drop, entries: readonly Uint8Array[][]): Uint8Array =>
    der.sequence(
      ...(drop === name ? entries.slice(1) : entries).map((parts) =>
        der.octetString(digestBytes(digest, ...parts)),
      ),
      ...(extra && name === 'unsigned' ? [der.octetString(extra)] : []),
    )
  const unsigned = cms.signers[0]!.unsigned.flatMap(({ bytes, type, values }) =>
    version === 3 ? values.map((found) => [type, found]) : [[bytes]],
  )
  return der.sequence(
    ...(version < 3 && digest === 'sha256' ? [] : [encodeDigestAlgorithm(digest)]),
    list(
      'certificates',
      cms.certificates!.members.map((bytes) => [bytes]),
    ),
    list(
      'crls',
      cms.crls!.members.map((bytes) => [bytes]),
    ),
    list('unsigned', unsigned),
  )
}

export const indexOf = (cms: Uint8Array, twist: IndexTwist = {}): AtsHashIndex =>
  parseAtsHashIndex(encodeIndex(readSignedDataBytes(cms), twist), twist.version ?? 3)
export function withoutCrls(cms: Uint8Array): Uint8Array {
  const [type, inner] = parseDer(cms).children
  const fields = inner!.children[0]!.children.filter((field) => !field.is('context', 1))
  return der.sequence(type!.bytes, der.explicit(0, der.sequence(...fields.map(({ bytes }) => bytes))))
}

/** The CMS with its unsigned attributes the other way round. */
export function reverseUnsigned(cms: Uint8Array): Uint8Array {
  const [type, inner] = parseDer(cms).children
  const fields = inner!.children[0]!.children
  const signer = fields.at(-1)!.children[0]!.children
  const unsigned = signer.at(-1)!.children.map(({ bytes }) => bytes)
  const turned = der.sequence(
    ...signer.slice(0, -1).map(({ bytes }) => bytes),
    der.tlv(0xa1, concat(unsigned.reverse())),
  )
  const kept = fields.slice(0, -1).map(({ bytes }) => bytes)
  return der.sequence(type!.bytes, der.explicit(0, der.sequence(...kept, der.setOf(turned))))
}
