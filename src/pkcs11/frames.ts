import { deserialize, serialize } from 'node:v8'

const HEADER = 4
/** What one message may hold: a token's whole list of objects fits many times over. */
const MAX_FRAME = 64 * 1024 * 1024

/** A structured value as bytes: length (32 bits, big-endian), then V8's serialisation. */
export function encodeFrame(value: unknown): Buffer {
  const body = serialize(value)
  const frame = Buffer.allocUnsafe(HEADER + body.length)
  frame.writeUInt32BE(body.length, 0)
  body.copy(frame, HEADER)
  return frame
}

/** Cuts a stream of bytes back into values. Byte arrays in them are views of what was read. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0)

  /** The values that are complete now. Throws RangeError where a length cannot be right. */
  push(chunk: Uint8Array): unknown[] {
    const bytes = this.#rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#rest, chunk])
    const values: unknown[] = []
    let at = 0
    while (bytes.length - at >= HEADER) {
      const length = bytes.readUInt32BE(at)
      if (length > MAX_FRAME) throw new RangeError('frame too long')
      if (bytes.length - at < HEADER + length) break
      values.push(deserialize(bytes.subarray(at + HEADER, at + HEADER + length)))
      at += HEADER + length
    }
    this.#rest = bytes.subarray(at)
    return values
  }
}
