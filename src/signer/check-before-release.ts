import {
  type Certificate,
  digestBytes,
  FormatError,
  isEqual,
  parseDer,
  parseSignedData,
  readOctetString,
  readOid,
  type SignerInfo,
  signedAttributesForVerification,
  verifySignature,
} from '../formats/index.ts'
import type { TrustCache } from '../trust/index.ts'
import { checkSigner, type RevocationEvidence } from './check-signer.ts'
import { SignerError } from './errors.ts'
import {
  CMS_ALGORITHM_PROTECTION,
  CONTENT_TYPE,
  ID_DATA,
  MESSAGE_DIGEST,
  SIGNATURE_TIME_STAMP,
  SIGNING_CERTIFICATE_V2,
  SIGNING_TIME,
} from './oids.ts'
import { type OpenedSignature, openPrepared } from './prepared-signature.ts'
import { digestSignedPdf } from './release-pdf.ts'
import { imprintDigestOf } from './select-algorithm.ts'
import { encodeAlgorithmProtection, encodeSigningCertificate } from './signed-attributes.ts'
import { checkTimestampToken, type TokenExpectation } from './tsp-token.ts'
import type { FinishedSignature, PreparedSignature } from './types.ts'

export interface ReleaseInput {
  readonly prepared: PreparedSignature
  readonly finished: FinishedSignature
  /** PAdES: the document that was prepared; null in CAdES. */
  readonly document: Uint8Array | null
  /** CAdES: the content's digest by `prepared.digest`; null in PAdES. */
  readonly contentDigest: Uint8Array | null
  readonly issuers: readonly Certificate[]
  readonly tsaCertificates: readonly Certificate[]
  /** By which the signer was found to be in order before the key was used. */
  readonly evidence: RevocationEvidence
  readonly cache?: TrustCache
  readonly now: Date
}

/**
 * Reads a finished signature back and holds it to what was prepared and to the document, before anybody gets it: the CMS
 * is the one prepared, its value verifies with the certificate's key, the digest is that of the document's own bytes, in
 * PAdES /ByteRange leaves out the token of /Contents and nothing else, the attributes are the format's, the level is the
 * one asked for, certificate, algorithm and path hold now by the evidence they were judged by before the key was used, and so
 * does the time-stamp.
 *
 * Throws `ERR_SIGNER_RELEASE_…`, `ERR_SIGNER_STATE_INVALID`, and what else `checkSigner` throws. Not checked: the
 * document itself, revocation of the time-stamp's signer.
 */
export async function checkBeforeRelease(input: ReleaseInput): Promise<void> {
  const opened = openPrepared(input.prepared)
  checkCertificate(input, opened)
  let expected: Uint8Array
  try {
    expected = checkSignerInfo(input, opened)
  } catch (cause) {
    // the parts of a CMS are read when they are asked for
    if (cause instanceof FormatError) throw new SignerError('ERR_SIGNER_RELEASE_CMS', { cause })
    throw cause
  }
  const digest = await digestContent(input, opened)
  if (!isEqual(digest, expected)) throw new SignerError('ERR_SIGNER_RELEASE_DIGEST')
}

/** Everything about the CMS but its content, whose digest it gives. */
function checkSignerInfo(input: ReleaseInput, opened: OpenedSignature): Uint8Array {
  const signer = readSigner(input, opened)
  checkAttributes(signer, opened)
  const { keyObject } = opened.certificate
  const data = signedAttributesForVerification(signer)
  if (!verifySignature(keyObject, input.prepared.algorithm, data, signer.signature)) {
    throw new SignerError('ERR_SIGNER_RELEASE_VALUE')
  }
  checkLevel(input, signer)
  return readOctetString(parseDer(onlyValueOf(signer, MESSAGE_DIGEST)))
}

const structure = (field: string): SignerError =>
  new SignerError('ERR_SIGNER_RELEASE_STRUCTURE', { details: { field } })

/** What `checkSigner` refuses, as a reason to hold the signature back. */
function checkCertificate(input: ReleaseInput, { chain }: OpenedSignature): void {
  const { issuers: anchors, evidence, cache, now: at } = input
  try {
    checkSigner({ chain, anchors, at, evidence, ...(cache && { cache }) })
  } catch (cause) {
    if (!(cause instanceof SignerError)) throw cause
    const { details } = cause
    switch (cause.code) {
      case 'ERR_SIGNER_CERTIFICATE_EXPIRED':
        throw new SignerError('ERR_SIGNER_RELEASE_CERTIFICATE_EXPIRED', { details, cause })
      case 'ERR_SIGNER_CERTIFICATE_NOT_YET_VALID':
        throw new SignerError('ERR_SIGNER_RELEASE_CERTIFICATE_NOT_YET_VALID', { details, cause })
      case 'ERR_SIGNER_CERTIFICATE_REVOKED':
      case 'ERR_SIGNER_CERTIFICATE_SUSPENDED':
      case 'ERR_SIGNER_ISSUER_REVOKED':
      case 'ERR_SIGNER_ISSUER_SUSPENDED':
        throw new SignerError('ERR_SIGNER_RELEASE_REVOKED', { details, cause })
      case 'ERR_SIGNER_CERTIFICATE_UNTRUSTED':
      case 'ERR_SIGNER_ISSUER_EXPIRED':
      case 'ERR_SIGNER_ISSUER_NOT_YET_VALID':
      case 'ERR_SIGNER_ISSUER_NOT_CA':
      case 'ERR_SIGNER_ISSUER_WEAK':
        throw new SignerError('ERR_SIGNER_RELEASE_UNTRUSTED', { cause })
      default:
        throw cause
    }
  }
}

function readSigner({ finished }: ReleaseInput, opened: OpenedSignature): SignerInfo {
  const cms = parseSignedData(finished.cms)
  const [signer, ...others] = cms.signerInfos
  if (!signer || others.length > 0) throw structure('signerInfos')
  if (cms.eContentType !== ID_DATA || cms.eContent !== null) throw structure('encapContentInfo')
  const expected = opened.chain.map(({ der }) => der)
  const isHeld = (der: Uint8Array): boolean => cms.certificates.some((held) => isEqual(held, der))
  if (cms.certificates.length !== expected.length || !expected.every(isHeld)) throw structure('certificates')
  const { issuer, serialNumber } = opened.certificate
  const { sid } = signer
  const named =
    sid.kind === 'issuerAndSerialNumber' &&
    isEqual(sid.issuer.der, issuer.der) &&
    isEqual(sid.serialNumber, serialNumber)
  if (!named) throw structure('sid')
  if (signer.digest !== opened.state.digest) throw structure('digestAlgorithm')
  if (!isSameAlgorithm(signer.signatureAlgorithm, opened.state.algorithm))
    throw structure('signatureAlgorithm')
  if (!isEqual(signedAttributesForVerification(signer), opened.signedAttributes))
    throw structure('signedAttrs')
  return signer
}

const isSameAlgorithm = (a: object, b: object): boolean => {
  const entries = (value: object): string => JSON.stringify(Object.entries(value).sort())
  return entries(a) === entries(b)
}

/** EN 319 122-1 and EN 319 142-1, clause 6.3: which attributes there are, each once. */
function checkAttributes(signer: SignerInfo, { state, certificate }: OpenedSignature): void {
  const isCades = state.format === 'cades'
  const present = signer.signedAttributes.map(({ oid }) => oid)
  if (present.includes(SIGNING_TIME) !== isCades) throw new SignerError('ERR_SIGNER_RELEASE_SIGNING_TIME')
  const expected = [CONTENT_TYPE, MESSAGE_DIGEST, SIGNING_CERTIFICATE_V2, CMS_ALGORITHM_PROTECTION]
  if (isCades) expected.push(SIGNING_TIME)
  if (isDifferentSet(present, expected)) throw structure('signedAttrs')
  if (readOid(parseDer(onlyValueOf(signer, CONTENT_TYPE))) !== ID_DATA) throw structure('content-type')
  const protection = encodeAlgorithmProtection(state.digest, state.algorithm)
  if (!isEqual(onlyValueOf(signer, CMS_ALGORITHM_PROTECTION), protection)) {
    throw structure('cms-algorithm-protection')
  }
  const named = encodeSigningCertificate(certificate, state.digest)
  if (!isEqual(onlyValueOf(signer, SIGNING_CERTIFICATE_V2), named)) {
    throw new SignerError('ERR_SIGNER_RELEASE_SIGNING_CERTIFICATE')
  }
}

const isDifferentSet = (present: readonly string[], expected: readonly string[]): boolean =>
  present.length !== expected.length || !expected.every((oid) => present.includes(oid))

function onlyValueOf(signer: SignerInfo, oid: string): Uint8Array {
  const values = signer.signedAttributes.find((attribute) => attribute.oid === oid)?.values ?? []
  if (values.length !== 1) throw structure(oid)
  return values[0]!
}

function checkLevel({ prepared, finished, tsaCertificates }: ReleaseInput, signer: SignerInfo): void {
  const stamps = signer.unsignedAttributes.filter(({ oid }) => oid === SIGNATURE_TIME_STAMP)
  if (stamps.length !== signer.unsignedAttributes.length) throw structure('unsignedAttrs')
  const actual = stamps.length === 0 ? 'B-B' : 'B-T'
  if (actual !== prepared.level || finished.level !== prepared.level) {
    throw new SignerError('ERR_SIGNER_RELEASE_LEVEL', { details: { expected: prepared.level, actual } })
  }
  if (actual === 'B-B') {
    if (finished.timestamp) throw structure('timestamp')
    return
  }
  const [token, ...more] = stamps.flatMap(({ values }) => values)
  if (!token || more.length > 0) throw structure('signature-time-stamp')
  const digest = imprintDigestOf(prepared.digest)
  // the nonce was held against its request when the token came
  const expected = {
    imprint: digestBytes(digest, signer.signature),
    digest,
    nonce: null,
    trusted: tsaCertificates,
  }
  const genTime = readToken(token, expected)
  if (genTime.getTime() !== finished.timestamp?.genTime.getTime()) throw structure('timestamp')
}

function readToken(token: Uint8Array, expected: TokenExpectation): Date {
  try {
    return checkTimestampToken(token, expected).genTime
  } catch (cause) {
    if (!(cause instanceof SignerError)) throw cause
    throw new SignerError('ERR_SIGNER_RELEASE_TIMESTAMP', { details: { reason: cause.code }, cause })
  }
}

function digestContent({ finished, document, contentDigest }: ReleaseInput, opened: OpenedSignature) {
  if (opened.pdf) {
    if (!document) throw new SignerError('ERR_SIGNER_RELEASE_PREFIX')
    return digestSignedPdf(document, finished, opened.state, opened.pdf)
  }
  if (!isEqual(finished.bytes, finished.cms)) throw structure('bytes')
  if (!contentDigest) throw new SignerError('ERR_SIGNER_RELEASE_DIGEST')
  return contentDigest
}
