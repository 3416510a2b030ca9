import { FormatError } from '../errors.ts'

const MAX_OID_BYTES = 64

/** The contents octets of an OBJECT IDENTIFIER (X.690 8.19). */
export function encodeOid(dotted: string): Uint8Array {
  const [first, second, ...rest] = dotted.split('.').map((arc) => BigInt(arc))
  const out: number[] = []
  for (const arc of [first! * 40n + second!, ...rest]) {
    const octets = [Number(arc & 0x7fn)]
    for (let more = arc >> 7n; more > 0n; more >>= 7n) octets.unshift(Number(more & 0x7fn) | 0x80)
    out.push(...octets)
  }
  return Uint8Array.from(out)
}

/**
 * Dotted form of an OBJECT IDENTIFIER's contents octets (X.690 8.19).
 *
 * Throws `ERR_DER_OID` where it is empty, longer than 64 octets, cut off or not minimal.
 */
export function decodeOid(content: Uint8Array): string {
  if (content.length === 0 || content.length > MAX_OID_BYTES || content[content.length - 1]! & 0x80) {
    throw new FormatError('ERR_DER_OID')
  }
  const arcs: bigint[] = []
  let arc = 0n
  let fresh = true
  for (const octet of content) {
    if (fresh && octet === 0x80) throw new FormatError('ERR_DER_OID')
    arc = (arc << 7n) | BigInt(octet & 0x7f)
    fresh = (octet & 0x80) === 0
    if (!fresh) continue
    if (arcs.length > 0) arcs.push(arc)
    else if (arc < 80n) arcs.push(arc / 40n, arc % 40n)
    else arcs.push(2n, arc - 80n)
    arc = 0n
  }
  return arcs.join('.')
}
