const escapes = new Map([
  [110, 10],
  [114, 13],
  [116, 9],
  [98, 8],
  [102, 12],
])

/** The body of a literal string without its escapes (ISO 32000-2, 7.3.4.2). */
export function dropEscapes(body: Uint8Array): Uint8Array {
  const out = new Uint8Array(body.length)
  let length = 0
  for (let i = 0; i < body.length; ) {
    const byte = body[i++]!
    if (byte === 13) {
      if (body[i] === 10) i++
      out[length++] = 10
    } else if (byte !== 92) out[length++] = byte
    else {
      const next = body[i++]
      if (next === undefined || next === 10) continue
      if (next === 13) {
        if (body[i] === 10) i++
      } else if (next >= 48 && next <= 55) {
        let value = next - 48
        for (let n = 0; n < 2 && body[i]! >= 48 && body[i]! <= 55; n++) value = value * 8 + (body[i++]! - 48)
        out[length++] = value
      } else out[length++] = escapes.get(next) ?? next
    }
  }
  return out.subarray(0, length)
}
