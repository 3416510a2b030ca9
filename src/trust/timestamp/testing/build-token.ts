import type { KeyObject } from 'node:crypto'
import {
  type Attribute,
  attributeOids,
  type Certificate,
  type DigestName,
  der,
  digestBytes,
  encodeSignedAttributes,
  encodeSignedData,
  encodeTstInfo,
  type SignatureAlgorithm,
  type TstInfoInput,
} from '../../../formats/index.ts'
import {
  entityOf,
  type Pki,
  privateKeyOf,
  signatureAlgorithmFor,
  signBytes,
} from '../../../test-certs/index.ts'

export const TST_INFO = '1.2.840.113549.1.9.16.1.4'

/** How a token shall differ from an honest one of the entity `tsa`. */
export interface TokenTwist {
  readonly info?: Partial<TstInfoInput>
  /** Changes the bytes of the TSTInfo before they are hashed. */
  readonly patch?: (info: Uint8Array) => Uint8Array
  /** What the signed attributes become. */
  readonly attributes?: (honest: Attribute[]) => Attribute[]
  readonly algorithm?: SignatureAlgorithm
  readonly digest?: DigestName
  /** Whom sid and, unless `attributes` say otherwise, the signed reference name. */
  readonly certificate?: Certificate
  readonly key?: KeyObject
  readonly certificates?: readonly Certificate[]
}

export const imprint = digestBytes('sha256', Buffer.from('giá trị'))
export const genTime = new Date('2026-06-01T08:00:00.500Z')

export function buildToken(pki: Pki, twist: TokenTwist = {}): Uint8Array {
  const tsa = entityOf(pki, 'tsa')
  const certificate = twist.certificate ?? tsa.certificate
  const key = twist.key ?? privateKeyOf(tsa)
  const digest = twist.digest ?? 'sha256'
  const honest = encodeTstInfo({
    policy: '2.999.1.1',
    digest: 'sha256',
    imprint,
    serialNumber: Uint8Array.of(1),
    genTime,
    nonce: 7n,
    ...twist.info,
  })
  const info = twist.patch?.(honest) ?? honest
  const attributes: Attribute[] = [
    { oid: attributeOids['content-type'], values: [der.oid(TST_INFO)] },
    { oid: attributeOids['message-digest'], values: [der.octetString(digestBytes(digest, info))] },
    { oid: attributeOids['signing-certificate-v2'], values: [essV2(certificate)] },
  ]
  const signedAttributes = encodeSignedAttributes(twist.attributes?.(attributes) ?? attributes)
  const algorithm = twist.algorithm ?? signatureAlgorithmFor(key)
  return encodeSignedData({
    eContentType: TST_INFO,
    eContent: info,
    certificates: (twist.certificates ?? [certificate]).map((found) => found.der),
    digest,
    signer: {
      issuerAndSerialOf: certificate,
      signedAttributes,
      algorithm,
      signatureValue: signBytes(key, algorithm, signedAttributes),
    },
  })
}

const ids = (...essIds: Uint8Array[]): Uint8Array => der.sequence(der.sequence(...essIds))
/** A value of signing-certificate-v2 that names `certificates` by SHA-256. */
export const essV2 = (...certificates: readonly Certificate[]): Uint8Array =>
  ids(...certificates.map((found) => der.sequence(der.octetString(digestBytes('sha256', found.der)))))
/** A value of signing-certificate (SHA-1). */
export const essV1 = (...certificates: readonly Certificate[]): Uint8Array =>
  ids(...certificates.map((found) => der.sequence(der.octetString(digestBytes('sha1', found.der)))))
/** The same as version 2 with an issuerSerial. */
export const essWithSerial = (found: Certificate, issuer: Uint8Array, serial: Uint8Array): Uint8Array =>
  ids(
    der.sequence(
      der.octetString(digestBytes('sha256', found.der)),
      der.sequence(der.sequence(der.explicit(4, issuer)), der.tlv(0x02, serial)),
    ),
  )
