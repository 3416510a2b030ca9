import type { Hash } from 'node:crypto'
import { createDigest, type DigestName } from '../../formats/index.ts'
import type { CadesContent } from '../../signer/index.ts'
import { ApiError } from '../errors.ts'
import type { HeldBytes } from '../gates.ts'

/** A document that has arrived: its digests, and its bytes where it had to be held. */
export interface ReceivedDocument extends CadesContent {
  readonly mediaType: string
  /** null where it streamed by. */
  readonly bytes: Uint8Array | null
  /** SHA-256 of the document followed by `appended`, without reading the document again. */
  digestWith(appended: Uint8Array): Buffer
  /** To be called once nobody needs the bytes any more. */
  release(): void
}

export interface ReceiverOptions {
  readonly mediaType: string
  /** Keep the bytes (PAdES). */
  readonly hold: boolean
  /** Digests that may be asked for, beside SHA-256. */
  readonly digests: readonly DigestName[]
  /** Content-Length; an upper bound in multipart bodies. */
  readonly declaredLength: number | null
  readonly maxBytes: number
  readonly heldBytes: HeldBytes
  /** The hospital on whose account it is held. */
  readonly owner: string
}

const firstBytes = 256 * 1024

/** Takes a document piece by piece: digests it on the way and holds it, once, only where asked to. */
export class DocumentReceiver {
  readonly #options: ReceiverOptions
  readonly #hashes = new Map<DigestName, Hash>()
  #buffer: Buffer | null = null
  #reserved = 0
  #length = 0

  constructor(options: ReceiverOptions) {
    this.#options = options
    for (const name of new Set<DigestName>(['sha256', ...options.digests]))
      this.#hashes.set(name, createDigest(name))
    const { declaredLength, maxBytes, hold } = options
    if (hold) this.#grow(Math.min(declaredLength ?? firstBytes, maxBytes))
  }

  /** Throws `ERR_API_BODY_TOO_LARGE`, `ERR_API_MEMORY_BUSY` and `ERR_API_SHARE_EXCEEDED`. */
  write(chunk: Uint8Array): void {
    const { maxBytes } = this.#options
    const end = this.#length + chunk.length
    if (end > maxBytes) throw tooLarge(maxBytes)
    for (const hash of this.#hashes.values()) hash.update(chunk)
    if (this.#buffer) {
      if (end > this.#buffer.length) this.#grow(Math.min(maxBytes, Math.max(end, 2 * this.#buffer.length)))
      this.#buffer.set(chunk, this.#length)
    }
    this.#length = end
  }

  /** Throws `ERR_API_DOCUMENT_EMPTY`. */
  finish(): ReceivedDocument {
    if (this.#length === 0) throw new ApiError('ERR_API_DOCUMENT_EMPTY')
    const bytes = this.#buffer?.subarray(0, this.#length) ?? null
    const sha256 = this.#hashes.get('sha256')!
    return {
      mediaType: this.#options.mediaType,
      bytes,
      length: this.#length,
      sha256: sha256.copy().digest('hex'),
      digestOf: async (name) => this.#digestOf(name, bytes),
      digestWith: (appended) => sha256.copy().update(appended).digest(),
      release: () => this.release(),
    }
  }

  release(): void {
    this.#options.heldBytes.release(this.#options.owner, this.#reserved)
    this.#reserved = 0
    this.#buffer = null
  }

  #digestOf(name: DigestName, bytes: Uint8Array | null): Uint8Array {
    const known = this.#hashes.get(name)
    if (known) return known.copy().digest()
    if (!bytes) throw new RangeError(`the document streamed by without ${name}`)
    const hash = createDigest(name).update(bytes)
    this.#hashes.set(name, hash)
    return hash.copy().digest()
  }

  #grow(capacity: number): void {
    this.#options.heldBytes.reserve(this.#options.owner, capacity - this.#reserved)
    this.#reserved = capacity
    // Not zero-filled: pages count only once they are written. Without the pool: it lives as long as the request.
    const grown = Buffer.allocUnsafeSlow(capacity)
    if (this.#buffer) grown.set(this.#buffer.subarray(0, this.#length))
    this.#buffer = grown
  }
}

const tooLarge = (limit: number): ApiError => new ApiError('ERR_API_BODY_TOO_LARGE', { details: { limit } })
