import type { Certificate, DigestName, SignedData, SignerInfo, TstInfo } from '../../formats/index.ts'

/** A departure of a time-stamp token from what RFC 3161, RFC 5816 or RFC 5652 demand. */
export interface TimestampFinding<Code extends TimestampFindingCode = TimestampFindingCode> {
  readonly code: Code
  readonly clause: string
  readonly detail: string | null
}

/** What RFC 3161 alone asks. */
export type TokenFindingCode =
  | 'TIMESTAMP_SIGNER_COUNT'
  | 'TIMESTAMP_IMPRINT_LENGTH'
  | 'TIMESTAMP_EXTENSION_CRITICAL'
  | 'TIMESTAMP_TSA_NAME'

export type TimestampFindingCode =
  | TokenFindingCode
  | 'TIMESTAMP_SIGNED_ATTRIBUTES_MISSING'
  | 'TIMESTAMP_CONTENT_TYPE'
  | 'TIMESTAMP_MESSAGE_DIGEST'
  | 'TIMESTAMP_ATTRIBUTE_MALFORMED'
  | 'TIMESTAMP_DIGEST_MISMATCH'
  | 'TIMESTAMP_ALGORITHM_PROTECTION'
  | 'TIMESTAMP_ALGORITHM_UNSUPPORTED'
  | 'TIMESTAMP_RSA_EXPONENT'
  | 'TIMESTAMP_ESS_MISSING'
  | 'TIMESTAMP_ESS_MALFORMED'
  | 'TIMESTAMP_ESS_REPEATED'
  | 'TIMESTAMP_CERTIFICATE_MISSING'
  | 'TIMESTAMP_CERTIFICATE_MISMATCH'
  | 'TIMESTAMP_SIGNATURE_INVALID'

/** A time-stamp token read and looked at, whatever the time; trust in its signer is another question. */
export interface TimestampReading {
  readonly signedData: SignedData
  readonly tstInfo: TstInfo
  /** The one SignerInfo; null where there is none or are more. */
  readonly signerInfo: SignerInfo | null
  /** Certificates inside that can be read. */
  readonly certificates: readonly Certificate[]
  /** The certificate whose key verified the value, else the one that is named; null where neither was found. */
  readonly signer: Certificate | null
  /** null: no certificate, or an algorithm that is not known. */
  readonly valueIntact: boolean | null
  /** In the order in which they were looked for; empty where the token is as it should be. */
  readonly findings: readonly TimestampFinding[]
}

/** What a token must match where it was asked for (RFC 3161, 2.2 and 2.4.2). */
export interface TimestampRequested {
  readonly imprint: Uint8Array
  readonly digest: DigestName
  /** null: none was sent, or it is not known any more. */
  readonly nonce: bigint | null
  /** null: any policy will do. */
  readonly policy: string | null
}

/** How a token differs from what was asked for. */
export type TimestampDifference =
  | { readonly code: 'DIGEST'; readonly expected: DigestName; readonly actual: DigestName }
  | { readonly code: 'IMPRINT' | 'NONCE_MISSING' | 'NONCE' }
  | { readonly code: 'POLICY'; readonly expected: string; readonly actual: string }
