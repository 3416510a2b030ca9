import type { Certificate, Crl } from '../formats/index.ts'
import {
  type RevocationCheck,
  type RevocationData,
  revocationAnswers,
  type SerialIndex,
  type StatusAnswer,
  type StatusVerdict,
  statusAt,
  type TrustCache,
  validatePath,
} from '../trust/index.ts'

/** What is known of revocation, as it was read; nothing of it is trusted. */
export interface RevocationEvidence {
  readonly data: readonly RevocationData[]
  /** The index of a large CRL, where there is one. */
  readonly serialIndex?: (crl: Crl) => SerialIndex | null
}

/** How far the clocks of authorities may be ahead of ours, or behind. */
const SKEW_MS = 60_000

/**
 * The status of certificates at one moment by evidence at hand (RFC 5280, 6.3; RFC 6960), each answer believed only as far
 * as its own signer's path holds.
 */
export class PathStatus {
  /** Signers of answers whose own status decides and is not known, each with its issuers. */
  readonly unknownSigners: (readonly Certificate[])[] = []
  readonly #evidence: RevocationEvidence
  readonly #at: Date
  readonly #cache: TrustCache | undefined
  readonly #known = new Map<string, StatusVerdict>()

  constructor(evidence: RevocationEvidence, at: Date, cache?: TrustCache) {
    this.#evidence = evidence
    this.#at = at
    this.#cache = cache
  }

  /** The status of `path[index]`, which is not the anchor. */
  of(path: readonly Certificate[], index: number): StatusVerdict {
    return this.#find(path, index, true)
  }

  #find(path: readonly Certificate[], index: number, mayDelegate: boolean): StatusVerdict {
    const certificate = path[index]!
    const issuer = path[index + 1]!
    const key = `${certificate.sha256} ${path.slice(index + 1).map(({ sha256 }) => sha256)} ${mayDelegate}`
    const known = this.#known.get(key)
    if (known) return known
    const { data, serialIndex } = this.#evidence
    const context = { certificates: path, ...(serialIndex && { serialIndex }) }
    const verdict = statusAt({
      certificate,
      answers: revocationAnswers(certificate, issuer, data, context),
      at: this.#at,
      isTrusted: (answer) => mayDelegate && this.#isTrusted(answer, path.slice(index + 1)),
      options: { skewMs: SKEW_MS },
    })
    this.#known.set(key, verdict)
    return verdict
  }

  /** Whether a signer that is not the issuer itself has a path of its own to the same anchor, over these issuers. */
  #isTrusted({ signers, signerNoCheck }: StatusAnswer, issuers: readonly Certificate[]): boolean {
    return signers.some((certificate) => {
      const { valid } = validatePath({
        certificate,
        pool: { intermediates: issuers.slice(0, -1), anchors: issuers.slice(-1) },
        at: this.#at,
        ...(this.#cache && { cache: this.#cache }),
        ...(!signerNoCheck && { revocation: this.#ofSigner }),
      })
      return valid
    })
  }

  /** The issuers above a signer are judged as part of the path itself. */
  readonly #ofSigner: RevocationCheck = (path, index) => {
    if (index > 0) return null
    const { status, problems } = this.#find(path, 0, false)
    if (status === 'undetermined') this.unknownSigners.push(path)
    return {
      status: status === 'undetermined' ? 'unknown' : status,
      revokedAt: null,
      reason: null,
      problems,
    }
  }
}
