import { createHash } from 'node:crypto'
import { type Crl, isEqual, walkCrlEntries } from '../../formats/index.ts'
import { TrustError } from '../errors.ts'
import type { SerialIndex } from './types.ts'

/**
 * A serial index: header, then a row an entry in the order of its hash, then SHA-256 over all before it.
 *
 * Header: `AKSX`, version (1), octets a row (8 or 12), two zero octets, the number of rows, SHA-256 of the CRL. A row:
 * hash of the serial number, offset of the entry in the CRL's DER and, in a CRL whose entries name their issuers, the
 * offset of the entry that names it (0: the CRL's own). All numbers of 32 bits, big-endian.
 */
const MAGIC = Uint8Array.of(0x41, 0x4b, 0x53, 0x58, 1)
const HEADER = 44
const DIGEST = 32

/** The index of a CRL, some 8 octets an entry (12 in an indirect one): look-ups then need no walk over its entries. */
export function buildSerialIndex(crl: Crl): Uint8Array {
  const count = crl.entryCount
  const size = crl.namesCertificateIssuers ? 12 : 8
  const sorted = sortRows(crl)
  const out = Buffer.alloc(HEADER + count * size + DIGEST)
  out.set(MAGIC)
  out[5] = size
  out.writeUInt32BE(count, 8)
  out.write(crl.sha256, 12, 'hex')
  for (let row = 0, at = HEADER; row < count; row++, at += size) {
    out.writeUInt32BE(sorted.hashes[row]!, at)
    out.writeUInt32BE(sorted.offsets[row]!, at + 4)
    if (size === 12) out.writeUInt32BE(sorted.issuers[sorted.order[row]!]!, at + 8)
  }
  const end = out.length - DIGEST
  out.set(createHash('sha256').update(out.subarray(0, end)).digest(), end)
  return out
}

/** Hash, offset and number of each entry, by hash and then offset: numbers that a float holds exactly sort natively. */
function sortRows(crl: Crl) {
  const count = crl.entryCount
  const hashes = new Uint32Array(count)
  const offsets = new Uint32Array(count)
  const issuers = new Uint32Array(crl.namesCertificateIssuers ? count : 0)
  // the hash's 32 bits and the entry's number (at most 21 bits) make 53
  const keys = new Float64Array(count)
  let row = 0
  walkCrlEntries(crl, ({ offset, issuerOffset, serialStart, serialEnd }) => {
    offsets[row] = offset
    if (issuers.length > 0) issuers[row] = issuerOffset ?? 0
    keys[row] = hashOf(crl.der, serialStart, serialEnd) * MAX_ROWS + row
    row++
    return undefined
  })
  keys.sort()
  const order = new Uint32Array(count)
  const sortedOffsets = new Uint32Array(count)
  for (let i = 0; i < count; i++) {
    const number = keys[i]! % MAX_ROWS
    order[i] = number
    hashes[i] = (keys[i]! - number) / MAX_ROWS
    sortedOffsets[i] = offsets[number]!
  }
  return { hashes, offsets: sortedOffsets, issuers, order }
}

const MAX_ROWS = 2 ** 21

/** FNV-1a with a last mixing (Murmur3's): it spreads serial numbers; equal hashes are told apart at the entry. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

/**
 * An index that was kept, held against the CRL it is used with. Throws `ERR_TRUST_SERIAL_INDEX` where it is damaged, of
 * another CRL or of another version: then it is built again.
 */
export function openSerialIndex(bytes: Uint8Array, crl: Crl): SerialIndex {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const size = view[5]
  const whole =
    view.length >= HEADER + DIGEST &&
    isEqual(view.subarray(0, MAGIC.length), MAGIC) &&
    size === (crl.namesCertificateIssuers ? 12 : 8) &&
    view.readUInt32BE(8) === crl.entryCount &&
    view.length === HEADER + crl.entryCount * size + DIGEST &&
    view.subarray(12, HEADER).toString('hex') === crl.sha256
  if (!whole) throw new TrustError('ERR_TRUST_SERIAL_INDEX')
  const end = view.length - DIGEST
  if (!isEqual(createHash('sha256').update(view.subarray(0, end)).digest(), view.subarray(end))) {
    throw new TrustError('ERR_TRUST_SERIAL_INDEX')
  }
  return { bytes: view, crlSha256: crl.sha256 }
}

/** Where entries with that serial number may stand; whether they do is seen there. */
export function lookUpSerial(
  { bytes }: SerialIndex,
  serialNumber: Uint8Array,
): { offset: number; issuerOffset: number | null }[] {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const size = view[5]!
  const count = view.readUInt32BE(8)
  const hashAt = (row: number): number => view.readUInt32BE(HEADER + row * size)
  const wanted = hashOf(serialNumber, 0, serialNumber.length)
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >>> 1
    if (hashAt(middle) < wanted) low = middle + 1
    else high = middle
  }
  const found: { offset: number; issuerOffset: number | null }[] = []
  for (let row = low; row < count && hashAt(row) === wanted; row++) {
    const at = HEADER + row * size
    const issuer = size === 12 ? view.readUInt32BE(at + 8) : 0
    found.push({ offset: view.readUInt32BE(at + 4), issuerOffset: issuer === 0 ? null : issuer })
  }
  return found
}
