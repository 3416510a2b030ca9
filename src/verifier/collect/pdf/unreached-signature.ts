const key = Buffer.from('/ByteRange')
const bracket = '['.charCodeAt(0)
const isSpace = (byte: number | undefined): boolean =>
  byte === 0 || byte === 9 || byte === 10 || byte === 12 || byte === 13 || byte === 32
const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 48 && byte <= 57

/**
 * Whether the bytes hold a /ByteRange with numbers, as only signature dictionaries do (ISO 32000-2, table 255), wherever it
 * stands: for a file whose form leads to no signature, since its field was damaged, or taken out by a later revision.
 */
export function holdsByteRange(bytes: Uint8Array): boolean {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = file.indexOf(key); at !== -1; at = file.indexOf(key, at + key.length)) {
    let next = skipSpace(file, at + key.length)
    if (file[next] !== bracket) continue
    next = skipSpace(file, next + 1)
    if (isDigit(file[next])) return true
  }
  return false
}

function skipSpace(file: Uint8Array, from: number): number {
  let at = from
  while (isSpace(file[at])) at++
  return at
}
