import type { Certificate, DigestName, SignatureAlgorithm } from '../formats/index.ts'
import type { Clock, Random } from './ports.ts'

/** Baseline levels that are made here (EN 319 122-1 and EN 319 142-1, clause 6). */
export type SignatureLevel = 'B-B' | 'B-T'

/** Baseline levels that may be asked for; the last two are refused with `ERR_SIGNER_LEVEL_UNSUPPORTED`. */
export type RequestedLevel = SignatureLevel | 'B-LT' | 'B-LTA'

/** What every signature needs to be told. */
export interface SignatureOptions {
  /** End entity first, then its issuers; all of them go into the signature. Not empty. */
  readonly chain: readonly Certificate[]
  /** As chosen by `selectAlgorithm`; its digest is the content's digest too (Ed25519: SHA-512). */
  readonly algorithm: SignatureAlgorithm
  readonly level: RequestedLevel
}

/** What is drawn where a PDF signature shows. */
export interface VisibleSignature {
  /** Counted from 1; -1 is the last. */
  readonly page: number
  /** Left edge, in points (1/72 inch) from the left of the page as displayed. */
  readonly x: number
  /** Lower edge, in points from the bottom of the page as displayed. */
  readonly y: number
  /** Points. */
  readonly width: number
  /** Points. */
  readonly height: number
  /** The signer's title or office, on a line of its own below the name. */
  readonly title?: string
  /** Further lines below the others; line feeds separate them. */
  readonly text?: string
  /** A PNG or JPEG file. */
  readonly image?: Uint8Array
}

export interface PadesOptions extends SignatureOptions {
  /** Upper bound of the time-stamp token's bytes, as `TimestampAuthority.tokenSize` has it; needed at B-T. */
  readonly timestampSize?: number
  /** The signer's name in the signature dictionary and the appearance; default: the certificate's common name. */
  readonly name?: string
  readonly reason?: string
  readonly location?: string
  readonly contact?: string
  /** User or owner password of an encrypted document. */
  readonly password?: string
  /** Name of the field to be created; default `Signature1`, `Signature2`… One that exists is refused. */
  readonly field?: string
  /** Absent: the signature is invisible. */
  readonly visible?: VisibleSignature
}

export interface CadesOptions extends SignatureOptions {
  /** Default `detached`; `enveloping` is refused with `ERR_CADES_ENVELOPING_UNSUPPORTED`. */
  readonly packaging?: 'detached' | 'enveloping'
}

/** A document that need not be held: its digests, taken while it streamed by. */
export interface CadesContent {
  /** The digest of all its bytes. */
  digestOf(name: DigestName): Promise<Uint8Array>
  /** Bytes. */
  readonly length: number
  /** Lower-case hex. */
  readonly sha256: string
}

export interface SignerEnvironment {
  readonly clock: Clock
  readonly random: Random
}

/**
 * A signature between its preparation and its value: plain JSON, so that another process can finish it. Binary is
 * base64. It holds no key and no document bytes but what is to be appended to a PDF.
 */
export interface PreparedSignature {
  readonly format: 'pades' | 'cades'
  readonly level: SignatureLevel
  /** The content's digest, named in the SignerInfo. */
  readonly digest: DigestName
  readonly algorithm: SignatureAlgorithm
  /** Certificates in DER, end entity first. */
  readonly chain: readonly string[]
  /** The data to be signed: SignedAttributes as a DER SET OF (RFC 5652, 5.4). */
  readonly signedAttributes: string
  /** Bytes. */
  readonly documentLength: number
  /** Lower-case hex. */
  readonly documentSha256: string
  /** PAdES: what follows the document, with zeros where the CMS will stand. */
  readonly appended?: string
  /**
   * PAdES: where in `appended` the hex digits of /Contents stand, without the angle brackets, in bytes: `length` hex
   * digits hold half as many bytes of CMS.
   */
  readonly contents?: { readonly start: number; readonly length: number }
}

export interface FinishedSignature {
  /** PAdES: what is appended to the document; CAdES: the .p7s. */
  readonly bytes: Uint8Array
  /** The SignedData, without padding. */
  readonly cms: Uint8Array
  /** What was reached, always what was asked for. */
  readonly level: SignatureLevel
  /** null at B-B. */
  readonly timestamp: { readonly genTime: Date } | null
}

/** `tt15`: the algorithm is one that TT 15/2025/TT-BKHCN, annex I, allows; `outside`: it is not. */
export type Conformity = 'tt15' | 'outside'

export interface SelectedAlgorithm {
  readonly algorithm: SignatureAlgorithm
  /** The content's digest. */
  readonly digest: DigestName
  readonly conformity: Conformity
}
