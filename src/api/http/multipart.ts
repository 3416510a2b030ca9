import { ApiError } from '../errors.ts'
import { type MediaType, parseMediaType, withParameters } from './media-type.ts'

export interface Part {
  readonly name: string
  /** null where the part names none. */
  readonly mediaType: MediaType | null
  /** To be read before the next part is asked for; what is left of it is skipped. */
  readonly body: AsyncIterable<Uint8Array>
}

const headBytes = 8 * 1024
const partLimit = 16
const lineEnd = Buffer.from('\r\n')
const headEnd = Buffer.from('\r\n\r\n')
const boundaryPattern = /^[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]$/

/**
 * The parts of a `multipart/form-data` body (RFC 7578; RFC 2046, 5.1) as they arrive; nothing of them is held.
 *
 * Strict: no preamble, each part names itself, no transfer encodings, at most 16 parts. Throws
 * `ERR_API_MULTIPART_MALFORMED` and what the chunks throw.
 */
export async function* parseMultipart(
  mediaType: MediaType,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Part> {
  const boundary = mediaType.parameters.get('boundary') ?? ''
  if (!boundaryPattern.test(boundary)) throw malformed()
  const delimiter = Buffer.from(`\r\n--${boundary}`)
  const source = chunks[Symbol.asyncIterator]()
  const scanner = new Scanner(source)
  try {
    for await (const _ of scanner.until(delimiter)) throw malformed()
    for (let count = 0; ; count++) {
      const line = await scanner.take(lineEnd, headBytes, '--')
      if (line === null) return
      if (line.trim() !== '' || count === partLimit) throw malformed()
      const head = await scanner.take(headEnd, headBytes)
      const body = scanner.until(delimiter)
      yield { ...parseHead(head ?? ''), body }
      for await (const _ of body);
    }
  } finally {
    await source.return?.()
  }
}

function parseHead(head: string): { name: string; mediaType: MediaType | null } {
  const headers = new Map<string, string>()
  for (const line of head.split('\r\n')) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).toLowerCase()
    if (colon < 1 || headers.has(name)) throw malformed()
    headers.set(name, line.slice(colon + 1).trim())
  }
  const disposition = headers.get('content-disposition') ?? ''
  const kind = /^form-data(?=\s*;)/i.exec(disposition)
  const name = kind && withParameters('form-data', disposition, kind[0].length)?.parameters.get('name')
  if (!name) throw malformed()
  const encoding = headers.get('content-transfer-encoding') ?? 'binary'
  if (!/^(binary|8bit|7bit)$/i.test(encoding)) throw malformed()
  const type = headers.get('content-type')
  const mediaType = type === undefined ? null : parseMediaType(type)
  if (type !== undefined && !mediaType) throw malformed()
  return { name, mediaType }
}

/** Finds delimiters in chunks; holds no more than one chunk and a delimiter's length. */
class Scanner {
  readonly #chunks: AsyncIterator<Uint8Array>
  // The first delimiter may stand at the very beginning, where no line ends before it.
  #held: Buffer = Buffer.from(lineEnd)

  constructor(chunks: AsyncIterator<Uint8Array>) {
    this.#chunks = chunks
  }

  /** What stands before the next delimiter, in pieces; the delimiter is passed. */
  async *until(delimiter: Buffer): AsyncGenerator<Uint8Array> {
    for (;;) {
      const at = this.#held.indexOf(delimiter)
      const ready = at >= 0 ? at : Math.max(0, this.#held.length - delimiter.length + 1)
      const piece = this.#held.subarray(0, ready)
      this.#held = this.#held.subarray(at >= 0 ? at + delimiter.length : ready)
      if (piece.length > 0) yield piece
      if (at >= 0) return
      await this.#more()
    }
  }

  /** The text before `end`, which is passed; null where it begins with `stop`. */
  async take(end: Buffer, limit: number, stop?: string): Promise<string | null> {
    for (;;) {
      if (stop && this.#held.subarray(0, stop.length).toString('latin1') === stop) return null
      const at = this.#held.indexOf(end)
      if (at > limit || (at < 0 && this.#held.length > limit + end.length)) throw malformed()
      if (at >= 0) {
        const text = this.#held.toString('utf8', 0, at)
        this.#held = this.#held.subarray(at + end.length)
        return text
      }
      await this.#more()
    }
  }

  async #more(): Promise<void> {
    const { done, value } = await this.#chunks.next()
    if (done) throw malformed()
    this.#held = this.#held.length === 0 ? asBuffer(value) : Buffer.concat([this.#held, value])
  }
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
const malformed = (): ApiError => new ApiError('ERR_API_MULTIPART_MALFORMED')
