import type { KeyObject } from 'node:crypto'
import {
  type Certificate,
  type DerElement,
  type DigestName,
  decodeDigestAlgorithm,
  der,
  digestBytes,
  encodeDigestAlgorithm,
  encodeSignatureAlgorithm,
  parseDer,
  readBitString,
  readIntegerBytes,
  readOctetString,
  readOid,
  readSequence,
  type SignatureAlgorithm,
} from '../formats/index.ts'
import { type Revocation, reasonCodes } from './crl.ts'
import { TestCertsError } from './errors.ts'
import { signatureAlgorithmFor, signBytes, spoil } from './sign.ts'

const BASIC_RESPONSE = '1.3.6.1.5.5.7.48.1.1'
const NONCE = '1.3.6.1.5.5.7.48.1.2'

/** Which certificate is asked about (RFC 6960, 4.1.1). */
export interface CertId {
  /** As it stood in the request; an answer repeats it. */
  readonly der: Uint8Array
  readonly digest: DigestName
  readonly issuerNameHash: Uint8Array
  readonly issuerKeyHash: Uint8Array
  readonly serialNumber: Uint8Array
}

export interface OcspRequest {
  readonly certIds: readonly CertId[]
  readonly nonce: Uint8Array | null
}

/** The certificates asked about and the nonce. Signed requests are read, their signature is not. Throws `ERR_TEST_PKI_OCSP_REQUEST`. */
export function parseOcspRequest(bytes: Uint8Array): OcspRequest {
  try {
    const tbs = readSequence(readSequence(parseDer(bytes))[0]!)
    const list = tbs.find((element) => element.is('universal', 16))!
    const certIds = readSequence(list).map((request) => readCertId(readSequence(request)[0]!))
    if (certIds.length === 0) throw new TestCertsError('ERR_TEST_PKI_OCSP_REQUEST')
    const extensions = tbs.find((element) => element.is('context', 2))
    return { certIds, nonce: extensions ? readNonce(extensions.children[0]!) : null }
  } catch (cause) {
    throw new TestCertsError('ERR_TEST_PKI_OCSP_REQUEST', { cause })
  }
}

function readCertId(element: DerElement): CertId {
  const [algorithm, nameHash, keyHash, serial] = readSequence(element)
  return {
    der: element.bytes,
    digest: decodeDigestAlgorithm(algorithm!),
    issuerNameHash: readOctetString(nameHash!),
    issuerKeyHash: readOctetString(keyHash!),
    serialNumber: readIntegerBytes(serial!),
  }
}

function readNonce(extensions: DerElement): Uint8Array | null {
  for (const extension of readSequence(extensions)) {
    const fields = readSequence(extension)
    if (readOid(fields[0]!) === NONCE) return readOctetString(parseDer(readOctetString(fields.at(-1)!)))
  }
  return null
}

/** The octets of the subjectPublicKey BIT STRING, which OCSP hashes (RFC 6960, 4.1.1). */
const publicKeyBits = (certificate: Certificate): Uint8Array =>
  readBitString(readSequence(parseDer(certificate.publicKey))[1]!).bytes

/** True where `issuer` is the one that `certId` means. */
export const isIssuerOf = (issuer: Certificate, certId: CertId): boolean =>
  Buffer.compare(digestBytes(certId.digest, issuer.subject.der), certId.issuerNameHash) === 0 &&
  Buffer.compare(digestBytes(certId.digest, publicKeyBits(issuer)), certId.issuerKeyHash) === 0

/** CertID of the certificate with `serialNumber` that `issuer` issued. */
export function encodeCertId(
  issuer: Certificate,
  serialNumber: Uint8Array,
  digest: DigestName = 'sha1',
): Uint8Array {
  return der.sequence(
    encodeDigestAlgorithm(digest),
    der.octetString(digestBytes(digest, issuer.subject.der)),
    der.octetString(digestBytes(digest, publicKeyBits(issuer))),
    der.integer(serialNumber),
  )
}

/** An OCSPRequest about one certificate. */
export function encodeOcspRequest(certId: Uint8Array, nonce: Uint8Array | null): Uint8Array {
  const extensions = nonce ? [der.explicit(2, der.sequence(nonceExtension(nonce)))] : []
  return der.sequence(der.sequence(der.sequence(der.sequence(certId)), ...extensions))
}

export interface OcspAnswer {
  /** CertID in DER. */
  readonly certId: Uint8Array
  readonly status: 'good' | 'unknown' | Revocation
  readonly thisUpdate: Date
  readonly nextUpdate: Date | null
  /** singleExtensions, whole. */
  readonly extensions?: readonly Uint8Array[]
}

export interface OcspInput {
  /** The CA itself (direct) or a responder that it delegated. */
  readonly responder: Certificate
  readonly key: KeyObject
  /** How the responder is named (RFC 6960, 4.2.1, ResponderID). */
  readonly by: 'name' | 'key'
  /** Sent along; of use where delegated. */
  readonly certificates: readonly Certificate[]
  readonly producedAt: Date
  readonly answers: readonly OcspAnswer[]
  readonly nonce: Uint8Array | null
  /** Further responseExtensions, whole. */
  readonly extensions?: readonly Uint8Array[]
  readonly algorithm?: SignatureAlgorithm
  /** The signature value with one bit turned over. */
  readonly badSignature?: boolean
}

/** A successful OCSPResponse with a BasicOCSPResponse, in DER (RFC 6960, 4.2.1). */
export function buildOcspResponse(input: OcspInput): Uint8Array {
  const algorithm = input.algorithm ?? signatureAlgorithmFor(input.key)
  const responderId =
    input.by === 'name'
      ? der.explicit(1, input.responder.subject.der)
      : der.explicit(2, der.octetString(digestBytes('sha1', publicKeyBits(input.responder))))
  const extensions = [...(input.nonce ? [nonceExtension(input.nonce)] : []), ...(input.extensions ?? [])]
  const tbs = der.sequence(
    responderId,
    der.generalizedTime(input.producedAt),
    der.sequence(...input.answers.map(encodeAnswer)),
    ...(extensions.length > 0 ? [der.explicit(1, der.sequence(...extensions))] : []),
  )
  const value = signBytes(input.key, algorithm, tbs)
  const basic = der.sequence(
    tbs,
    encodeSignatureAlgorithm(algorithm),
    der.bitString(input.badSignature ? spoil(value) : value),
    ...(input.certificates.length > 0
      ? [der.explicit(0, der.sequence(...input.certificates.map((certificate) => certificate.der)))]
      : []),
  )
  return der.sequence(
    der.enumerated(0),
    der.explicit(0, der.sequence(der.oid(BASIC_RESPONSE), der.octetString(basic))),
  )
}

/** OCSPResponseStatus without an answer (RFC 6960, 4.2.1). */
const ocspFailures = {
  malformedRequest: 1,
  internalError: 2,
  tryLater: 3,
  sigRequired: 5,
  unauthorized: 6,
} as const

/** An OCSPResponse that says only why there is no answer; it is not signed. */
export const encodeOcspFailure = (failure: keyof typeof ocspFailures): Uint8Array =>
  der.sequence(der.enumerated(ocspFailures[failure]))

function encodeAnswer(answer: OcspAnswer): Uint8Array {
  return der.sequence(
    answer.certId,
    encodeStatus(answer.status),
    der.generalizedTime(answer.thisUpdate),
    ...(answer.nextUpdate ? [der.explicit(0, der.generalizedTime(answer.nextUpdate))] : []),
    ...(answer.extensions ? [der.explicit(1, der.sequence(...answer.extensions))] : []),
  )
}

function encodeStatus(status: OcspAnswer['status']): Uint8Array {
  if (status === 'good') return der.implicit(0, der.nullValue())
  if (status === 'unknown') return der.implicit(2, der.nullValue())
  const reason =
    status.reason === 'unspecified' ? [] : [der.explicit(0, der.enumerated(reasonCodes[status.reason]))]
  return der.implicit(1, der.sequence(der.generalizedTime(status.at), ...reason))
}

const nonceExtension = (nonce: Uint8Array): Uint8Array =>
  der.sequence(der.oid(NONCE), der.octetString(der.octetString(nonce)))
