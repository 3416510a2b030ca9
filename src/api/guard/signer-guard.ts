import type { Certificate } from '../../formats/index.ts'
import type { TrustCache } from '../../trust/index.ts'
import { type DeskParts, EvidenceDesk } from './evidence-desk.ts'
import { type GuardedSigner, inquire } from './signer-inquiry.ts'

export interface GuardParts extends DeskParts {
  readonly anchors: readonly Certificate[]
  readonly cache: TrustCache
  /** How old what is known of a signer may be, in milliseconds. */
  readonly statusAgeMs: number
  /** How long the authorities are waited for in all, in milliseconds. */
  readonly statusDeadlineMs: number
}

const KEPT = 2048

interface Known {
  readonly signer: GuardedSigner
  /** On the clock that only goes forward, in milliseconds. */
  readonly since: number
  readonly at: Date
  readonly occasion: string | null
}

/**
 * Whether a signer may sign now (TT 15/2025/TT-BKHCN, 5.1, and annex II, 1.1 and 1.2): with many signatures in a second the
 * authorities are asked once in a while, not for each.
 */
export class SignerGuard {
  readonly #parts: GuardParts
  readonly #desk: EvidenceDesk
  readonly #known = new Map<string, Known>()
  readonly #running = new Map<string, Promise<GuardedSigner>>()

  constructor(parts: GuardParts) {
    this.#parts = parts
    this.#desk = new EvidenceDesk(parts)
  }

  /**
   * `occasion` names what the signer has just done (an activation): what was found before is then not good enough. Not to
   * be called within a transaction. Throws what `checkSigner` throws, and `ERR_DB_…`.
   */
  async check(chain: readonly Certificate[], occasion: string | null): Promise<GuardedSigner> {
    const key = chain.map(({ sha256 }) => sha256).join()
    const known = this.#known.get(key)
    if (known && this.#holds(known, occasion)) return known.signer
    const name = `${key} ${occasion}`
    const running = this.#running.get(name) ?? this.#examine(chain, key, occasion, name)
    this.#running.set(name, running)
    return running
  }

  #holds({ signer, since, at, occasion }: Known, wanted: string | null): boolean {
    const now = this.#parts.clock()
    const young = performance.now() - since <= this.#parts.statusAgeMs
    return young && (wanted === null || wanted === occasion) && now >= at && now <= signer.validUntil
  }

  async #examine(
    chain: readonly Certificate[],
    key: string,
    occasion: string | null,
    name: string,
  ): Promise<GuardedSigner> {
    const { anchors, cache, clock, statusDeadlineMs: deadlineMs } = this.#parts
    const [since, at] = [performance.now(), clock()]
    try {
      const signer = await inquire({ desk: this.#desk, chain, anchors, cache, clock, deadlineMs })
      this.#remember(key, { signer, since, at, occasion })
      return signer
    } finally {
      this.#running.delete(name)
    }
  }

  #remember(key: string, known: Known): void {
    this.#known.delete(key)
    this.#known.set(key, known)
    const oldest = this.#known.size > KEPT ? this.#known.keys().next().value : undefined
    if (oldest !== undefined) this.#known.delete(oldest)
  }
}
