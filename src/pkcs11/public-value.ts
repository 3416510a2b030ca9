/** An unsigned big-endian number without its leading zeros. */
export function trimZeros(bytes: Uint8Array): Buffer {
  let start = 0
  while (start < bytes.length - 1 && bytes[start] === 0) start++
  return Buffer.from(bytes.subarray(start))
}

/** Bytes of the public points we know: Ed25519, Ed448, and uncompressed P-256, P-384, P-521. */
const pointLengths = new Set([32, 57, 65, 97, 133])

/**
 * CKA_EC_POINT is an OCTET STRING around the point (PKCS#11 v3.1, 6.3.3); some modules leave the wrapping off. A point
 * starts with the same octet as an OCTET STRING, so its length tells which it is.
 */
export function unwrapPoint(value: Uint8Array): Buffer {
  const bytes = Buffer.from(value)
  const header = bytes[1] === 0x81 ? 3 : 2
  const wrapped =
    bytes[0] === 0x04 &&
    bytes[header - 1] === bytes.length - header &&
    pointLengths.has(bytes.length - header)
  return wrapped && !pointLengths.has(bytes.length) ? bytes.subarray(header) : bytes
}
