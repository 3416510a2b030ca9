import type { FormatFinding } from '../facts.ts'

/**
 * Everything that the form of a signature, a time-stamp or an evidence record can be reproached with, and the clause
 * that it departs from. What each weighs is the policy's.
 */
export const findingClauses = {
  /** Bytes behind the structure: nothing of ours says what they are. */
  TRAILING_DATA: 'RFC 5652, 5.1',
  /** A CMS in a PDF that holds content of its own; the signature counts for the /ByteRange alone. */
  CONTENT_ENCAPSULATED: 'EN 319 142-1, 6.3',
  /** The same SignerInfo stands twice. */
  SIGNER_DUPLICATE: 'RFC 5652, 5.1',
  CERTIFICATE_UNREADABLE: 'RFC 5652, 10.2.2',
  REVOCATION_DATA_UNREADABLE: 'RFC 5652, 10.2.1',
  DIGEST_ALGORITHM_NOT_LISTED: 'RFC 5652, 5.1',
  /** digestAlgorithm is not the digest that the signature algorithm uses. */
  DIGEST_ALGORITHM_MISMATCH: 'RFC 5652, 5.3',
  SIGNED_ATTRIBUTES_ABSENT: 'EN 319 122-1, 5.1',
  /** Not in DER: a value that was made over them as they stand does not verify (RFC 5652, 5.4). */
  SIGNED_ATTRIBUTES_NOT_DER: 'RFC 5652, 5.3',
  SIGNED_ATTRIBUTE_DUPLICATE: 'RFC 5652, 5.3',
  /** The content is itself a SET of signed attributes: what another signature was made over. */
  CONTENT_IS_ATTRIBUTES: 'RFC 5652, 5.4',
  ATTRIBUTE_MALFORMED: 'RFC 5652, 5.3',
  CONTENT_TYPE_ABSENT: 'RFC 5652, 11.1',
  CONTENT_TYPE_DUPLICATE: 'RFC 5652, 11.1',
  /** content-type is not eContentType. */
  CONTENT_TYPE_MISMATCH: 'RFC 5652, 11.1',
  CONTENT_TYPE_IN_COUNTER_SIGNATURE: 'RFC 5652, 11.4',
  MESSAGE_DIGEST_ABSENT: 'RFC 5652, 11.2',
  MESSAGE_DIGEST_DUPLICATE: 'RFC 5652, 11.2',
  SIGNING_TIME_DUPLICATE: 'RFC 5652, 11.3',
  ALGORITHM_PROTECTION_DUPLICATE: 'RFC 6211, 2',
  ALGORITHM_PROTECTION_MISMATCH: 'RFC 6211, 2',
  /** SignerInfo's sid does not name the certificate that its signed attributes name and whose key verified. */
  SIGNER_IDENTIFIER_MISMATCH: 'RFC 5652, 5.3',
  /** The value would verify with a DigestInfo whose NULL is left out, which nobody may sign with; it counts as broken. */
  RSA_DIGEST_INFO_WITHOUT_NULL: 'RFC 8017, 9.2',
  RSA_EXPONENT_SMALL: 'NIST SP 800-56B Rev. 2, 6.2',
  COUNTER_SIGNATURE_UNREADABLE: 'RFC 5652, 11.4',
  TIME_STAMP_UNREADABLE: 'RFC 3161, 2.4.2',
  /** A response whose status is not granted carries a token. */
  TIME_STAMP_NOT_GRANTED: 'RFC 3161, 2.4.2',
  TIME_STAMP_CONTENT_TYPE: 'RFC 3161, 2.4.2',
  /** More archive time-stamps or evidence records than are looked at: what this one covers is unknown. */
  TOO_MANY_ARCHIVINGS: 'EN 319 122-1, 5.5',
  /** No ats-hash-index, or one that cannot be read: what an archive-time-stamp-v3 covers is unknown. */
  ATS_HASH_INDEX_UNREADABLE: 'EN 319 122-1, 5.5.2',
  /** It names something that the signature does not (or no longer) hold. */
  ATS_HASH_INDEX_DANGLING: 'EN 319 122-1, 5.5.2',
  /** Its digest is not the one of the time-stamp's imprint. */
  ATS_HASH_INDEX_DIGEST: 'EN 319 122-1, 5.5.2',
  EVIDENCE_RECORD_UNREADABLE: 'RFC 4998, 3.1',
} as const

export type FindingCode = keyof typeof findingClauses

export const finding = (code: FindingCode, detail: string | null = null): FormatFinding => ({
  code,
  clause: findingClauses[code],
  detail,
})
