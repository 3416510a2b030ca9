import { isEqual, parseDer, readTime } from '../der/index.ts'
import { FormatError } from '../errors.ts'
import { CrlEntryCursor } from './crl-scan.ts'
import type { Crl, CrlEntry } from './crl-types.ts'
import { readGeneralNames } from './general-name.ts'

/** An entry as a position: what can be told without reading its values. */
export interface CrlEntryPosition {
  readonly offset: number
  /** The entry whose certificateIssuer holds for this one (RFC 5280, 5.3.3): itself or one before; null: the CRL's issuer. */
  readonly issuerOffset: number | null
  readonly serialStart: number
  readonly serialEnd: number
}

/**
 * Walks all entries in their order. `visit` gets the same object each time, with other values; it ends the walk by giving
 * `true`.
 */
export function walkCrlEntries(crl: Crl, visit: (position: CrlEntryPosition) => boolean | undefined): void {
  const cursor = new CrlEntryCursor(crl.der, crl.entriesStart, crl.entriesEnd)
  const position = { offset: 0, issuerOffset: null as number | null, serialStart: 0, serialEnd: 0 }
  while (cursor.next()) {
    position.offset = cursor.offset
    if (cursor.issuerStart !== 0) position.issuerOffset = cursor.offset
    position.serialStart = cursor.serialStart
    position.serialEnd = cursor.serialEnd
    if (visit(position) === true) return
  }
}

/** The entries one after the other, each read whole; for CRLs that are known to be small. */
export function* readCrlEntries(crl: Crl): Generator<CrlEntry> {
  const cursor = new CrlEntryCursor(crl.der, crl.entriesStart, crl.entriesEnd)
  while (cursor.next()) yield readAt(crl, cursor)
}

/**
 * The entry that begins at `offset` in the CRL's DER. Throws `ERR_ASN1_STRUCTURE` where none can stand there,
 * `ERR_DER_TIME`, `ERR_CRL_ENTRY` for a reason that does not exist (RFC 5280, 5.3.1).
 */
export const readCrlEntry = (crl: Crl, offset: number): CrlEntry => readAt(crl, enterAt(crl, offset))

/** Whether the entry at `offset` is about that serial number (INTEGER contents octets). Throws as `readCrlEntry` does. */
export function hasSerialAt(crl: Crl, offset: number, serialNumber: Uint8Array): boolean {
  const cursor = enterAt(crl, offset)
  return isEqual(crl.der.subarray(cursor.serialStart, cursor.serialEnd), serialNumber)
}

function enterAt(crl: Crl, offset: number): CrlEntryCursor {
  if (!Number.isInteger(offset) || offset < crl.entriesStart || offset >= crl.entriesEnd) {
    throw new FormatError('ERR_ASN1_STRUCTURE', { details: { what: 'CRL entry' } })
  }
  const cursor = new CrlEntryCursor(crl.der, offset, crl.entriesEnd)
  cursor.next()
  return cursor
}

function readAt({ der }: Crl, cursor: CrlEntryCursor): CrlEntry {
  const read = (start: number, end: number) => parseDer(der.subarray(start, end))
  return {
    offset: cursor.offset,
    serialNumber: der.subarray(cursor.serialStart, cursor.serialEnd),
    revocationDate: readTime(read(cursor.dateStart, cursor.dateEnd)),
    reasonCode:
      cursor.reasonStart === 0 ? null : readReason(der.subarray(cursor.reasonStart, cursor.reasonEnd)),
    invalidityDate:
      cursor.invalidityStart === 0 ? null : readTime(read(cursor.invalidityStart, cursor.invalidityEnd)),
    certificateIssuer:
      cursor.issuerStart === 0 ? null : readGeneralNames(read(cursor.issuerStart, cursor.issuerEnd)),
  }
}

/** CRLReason ENUMERATED in DER: 0 to 10 without 7. */
function readReason(value: Uint8Array): number {
  const code = value[2]
  if (value.length !== 3 || !isEqual(value.subarray(0, 2), reasonHeader) || code! > 10 || code === 7) {
    throw new FormatError('ERR_CRL_ENTRY')
  }
  return code!
}

const reasonHeader = Uint8Array.of(0x0a, 0x01)
