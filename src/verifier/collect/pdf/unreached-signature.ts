/**
 * How many signature dictionaries the bytes show traces of, wherever these stand: a /ByteRange with numbers, a /SubFilter
 * that names a format (ISO 32000-2, table 255). For a file whose form leads to no signature: its field was damaged, or
 * taken out by a later revision.
 */
export function countSignatureTraces(bytes: Uint8Array): number {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Math.max(
    count(file, '/ByteRange', /^\s*\[\s*\d/),
    count(file, '/SubFilter', /^\s*\/(ETSI\.|adbe\.)/),
  )
}

/** Enough for what may stand between a key and its value. */
const LOOK_AHEAD = 64

function count(file: Buffer, key: string, value: RegExp): number {
  let found = 0
  for (let at = file.indexOf(key); at !== -1; at = file.indexOf(key, at + key.length)) {
    const start = at + key.length
    if (value.test(file.toString('latin1', start, start + LOOK_AHEAD))) found++
  }
  return found
}
