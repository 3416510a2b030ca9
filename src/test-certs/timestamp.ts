import type { KeyObject } from 'node:crypto'
import {
  type Certificate,
  type DigestName,
  der,
  digestBytes,
  encodeSignedAttributes,
  encodeSignedData,
  encodeTstInfo,
  type SignatureAlgorithm,
} from '../formats/index.ts'
import { signatureAlgorithmFor, signBytes, spoil } from './sign.ts'

/** A time-stamp policy under the arc that is there for examples (ITU-T X.660, 2.999). */
export const TSA_POLICY = '2.999.1.1'
export const OTHER_TSA_POLICY = '2.999.1.2'

const TST_INFO = '1.2.840.113549.1.9.16.1.4'

export interface TokenInput {
  readonly signer: Certificate
  readonly key: KeyObject
  /** What travels in the token, the signer first; empty where the request asks for none. */
  readonly certificates: readonly Certificate[]
  readonly imprint: Uint8Array
  readonly digest: DigestName
  readonly policy: string
  readonly serialNumber: Uint8Array
  readonly genTime: Date
  readonly nonce: Uint8Array | bigint | null
  /** The certificate that ESSCertIDv2 names; default the signer; null: no such attribute. */
  readonly essCertificate?: Certificate | null
  /** The signature value with one bit turned over. */
  readonly badSignature?: boolean
  readonly algorithm?: SignatureAlgorithm
}

/** A TimeStampToken (RFC 3161, 2.4.2) with ESSCertIDv2 over SHA-256 (RFC 5816), accurate to a second. */
export function buildTimestampToken(input: TokenInput): Uint8Array {
  const tstInfo = encodeTstInfo({
    policy: input.policy,
    digest: input.digest,
    imprint: input.imprint,
    serialNumber: input.serialNumber,
    genTime: input.genTime,
    accuracy: { seconds: 1 },
    nonce: input.nonce,
  })
  const algorithm = input.algorithm ?? signatureAlgorithmFor(input.key)
  const digest: DigestName = 'digest' in algorithm ? algorithm.digest : 'sha512'
  const essCertificate = input.essCertificate === undefined ? input.signer : input.essCertificate
  const signedAttributes = encodeSignedAttributes([
    { oid: '1.2.840.113549.1.9.3', values: [der.oid(TST_INFO)] },
    { oid: '1.2.840.113549.1.9.4', values: [der.octetString(digestBytes(digest, tstInfo))] },
    ...(essCertificate
      ? [{ oid: '1.2.840.113549.1.9.16.2.47', values: [encodeSigningCertificate(essCertificate)] }]
      : []),
  ])
  const value = signBytes(input.key, algorithm, signedAttributes)
  return encodeSignedData({
    eContentType: TST_INFO,
    eContent: tstInfo,
    certificates: input.certificates.map((certificate) => certificate.der),
    digest,
    signer: {
      issuerAndSerialOf: input.signer,
      signedAttributes,
      algorithm,
      signatureValue: input.badSignature ? spoil(value) : value,
    },
  })
}

/** SigningCertificateV2 with one ESSCertIDv2; SHA-256 is the default and therefore not named (RFC 5816, 2.2.1). */
const encodeSigningCertificate = (certificate: Certificate): Uint8Array =>
  der.sequence(der.sequence(der.sequence(der.octetString(digestBytes('sha256', certificate.der)))))
