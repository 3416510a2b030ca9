import type { Certificate, DigestName, SignatureAlgorithm } from '../formats/index.ts'

/**
 * A private key somewhere: in a token, in a file (evaluation), or with a doctor.
 *
 * Implementations verify every value against the certificate's public key before they return it.
 */
export interface SigningKey {
  /** End entity first, then the issuers we hold; never empty. */
  readonly chain: readonly Certificate[]
  /** What this key can do, in order of preference. */
  readonly algorithms: readonly SignatureAlgorithm[]
  /**
   * The raw signature value over `dtbs` (the data itself, not its digest) as CMS carries it: ECDSA as DER
   * Ecdsa-Sig-Value, EdDSA and RSA as bytes.
   */
  sign(dtbs: Uint8Array, algorithm: SignatureAlgorithm): Promise<Uint8Array>
}

/** An RFC 3161 time-stamping service, or a pool of them, behind one deadline. */
export interface TimestampAuthority {
  /**
   * A token over `imprint` (a digest), checked as RFC 3161, 2.4.2 asks. Throws `ERR_TSP_…`; `ERR_TSP_UNAVAILABLE` where
   * no authority answered in time.
   */
  timestamp(imprint: Uint8Array, digest: DigestName): Promise<TimestampResult>
  /** An upper bound of a token's bytes, known or asked for: what a PDF signature has to reserve. */
  tokenSize(digest: DigestName): Promise<number>
}

export interface TimestampResult {
  /** The TimeStampToken, a CMS ContentInfo. */
  readonly token: Uint8Array
  readonly genTime: Date
}

export type Clock = () => Date
/** `n` unpredictable bytes. */
export type Random = (n: number) => Uint8Array
