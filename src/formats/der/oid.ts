import { FormatError } from '../errors.ts'

const MAX_OID_BYTES = 64

const dottedPattern = /^[0-2](?:\.(?:0|[1-9]\d{0,149}))+$/

/** Few OIDs are ever written, again and again; their octets are kept. */
const kept = new Map<string, Uint8Array>()
const MAX_KEPT = 512

/**
 * The contents octets of an OBJECT IDENTIFIER (X.690 8.19); the result must not be changed.
 *
 * Throws `ERR_DER_OID` where `dotted` is none or its octets are more than 64.
 */
export function encodeOid(dotted: string): Uint8Array {
  const found = kept.get(dotted)
  if (found) return found
  const content = encodeArcs(dotted)
  if (kept.size < MAX_KEPT) kept.set(dotted, content)
  return content
}

function encodeArcs(dotted: string): Uint8Array {
  if (!dottedPattern.test(dotted)) throw new FormatError('ERR_DER_OID')
  const [first, second, ...rest] = dotted.split('.').map((arc) => BigInt(arc))
  if (first! < 2n && second! > 39n) throw new FormatError('ERR_DER_OID')
  const out: number[] = []
  for (const arc of [first! * 40n + second!, ...rest]) {
    const octets = [Number(arc & 0x7fn)]
    for (let more = arc >> 7n; more > 0n; more >>= 7n) octets.unshift(Number(more & 0x7fn) | 0x80)
    out.push(...octets)
  }
  if (out.length > MAX_OID_BYTES) throw new FormatError('ERR_DER_OID')
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
  const arcs: (number | bigint)[] = []
  let at = 0
  while (at < content.length) {
    const start = at
    if (content[at] === 0x80) throw new FormatError('ERR_DER_OID')
    while (content[at]! & 0x80) at++
    at++
    const arc = readArc(content, start, at)
    if (arcs.length > 0) arcs.push(arc)
    else if (arc < 80) arcs.push(Math.floor(Number(arc) / 40), Number(arc) % 40)
    else arcs.push(2, typeof arc === 'bigint' ? arc - 80n : arc - 80)
  }
  return arcs.join('.')
}

/** Seven octets hold 49 bits, which a number can take; longer arcs (UUIDs under 2.25) need a bigint. */
function readArc(content: Uint8Array, start: number, end: number): number | bigint {
  if (end - start <= 7) {
    let arc = 0
    for (let at = start; at < end; at++) arc = arc * 128 + (content[at]! & 0x7f)
    return arc
  }
  let arc = 0n
  for (let at = start; at < end; at++) arc = (arc << 7n) | BigInt(content[at]! & 0x7f)
  return arc
}
