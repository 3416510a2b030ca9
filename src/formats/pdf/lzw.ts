import { FormatError } from '../errors.ts'

const clear = 256
const endOfData = 257
const maxCodes = 4096

/**
 * Unpacks LZWDecode data (ISO 32000-2, 7.4.4). `earlyChange` is 1 by default. Returns null where more than `limit`
 * bytes come out. Throws `ERR_PDF_FILTER_DATA` for a code that cannot stand where it stands.
 */
export function decodeLzw(data: Uint8Array, earlyChange: number, limit: number): Uint8Array | null {
  const prefix = new Uint16Array(maxCodes)
  const suffix = new Uint8Array(maxCodes)
  const lengths = new Uint16Array(maxCodes)
  for (let code = 0; code < 256; code++) {
    suffix[code] = code
    lengths[code] = 1
  }
  let out = new Uint8Array(Math.min(limit, Math.max(1024, data.length * 4)))
  let length = 0
  let next = endOfData + 1
  let width = 9
  let previous = -1
  let bits = 0
  let held = 0
  for (let i = 0; ; ) {
    while (held < width) {
      if (i >= data.length) return out.subarray(0, length)
      bits = ((bits << 8) | data[i++]!) & 0xffffff
      held += 8
    }
    const code = (bits >> (held - width)) & ((1 << width) - 1)
    held -= width
    if (code === endOfData) return out.subarray(0, length)
    if (code === clear) {
      next = endOfData + 1
      width = 9
      previous = -1
      continue
    }
    const repeated = code === next && previous >= 0
    if (code > next || (code === next && !repeated) || (previous < 0 && code > 255)) {
      throw new FormatError('ERR_PDF_FILTER_DATA', { details: { filter: 'LZWDecode' } })
    }
    const source = repeated ? previous : code
    const size = lengths[source]! + (repeated ? 1 : 0)
    if (length + size > limit) return null
    if (length + size > out.length) out = grow(out, Math.min(limit, Math.max(out.length * 2, length + size)))
    let at = length + lengths[source]! - 1
    let walk = source
    for (; at > length; at--) {
      out[at] = suffix[walk]!
      walk = prefix[walk]!
    }
    out[length] = suffix[walk]!
    if (repeated) out[length + size - 1] = out[length]!
    if (previous >= 0 && next < maxCodes) {
      prefix[next] = previous
      suffix[next] = out[length]!
      lengths[next] = lengths[previous]! + 1
      next++
    }
    length += size
    previous = code
    if (next + earlyChange >= 1 << width && width < 12) width++
  }
}

function grow(bytes: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const bigger = new Uint8Array(size)
  bigger.set(bytes)
  return bigger
}
