import {
  type Certificate,
  type Crl,
  type CrlEntry,
  FormatError,
  hasSerialAt,
  type Name,
  readCrlEntry,
  walkCrlEntries,
} from '../../formats/index.ts'
import { isSameName } from '../path/same-name.ts'
import { buildSerialIndex, lookUpSerial } from './serial-index.ts'
import type { SerialIndex } from './types.ts'

const REMOVE_FROM_CRL = 8
const CERTIFICATE_HOLD = 6

/** Entries of one serial number that are read: the same number under many issuers, in an indirect CRL. */
const MAX_SAME = 1_000

/**
 * The entry about a certificate, by issuer and serial number; an entry that names no issuer belongs to the one named last
 * before it, else to the CRL's own (RFC 5280, 5.3.3). Where a CRL, against all rules, has several, the one that weighs
 * most: any before one that takes it off, one for good before a hold, then the earliest.
 *
 * Throws what `readCrlEntry` throws; `ERR_CRL_TOO_MANY_ENTRIES` where the number stands there too often.
 */
export function findEntry(
  crl: Crl,
  { serialNumber, issuer }: Pick<Certificate, 'serialNumber' | 'issuer'>,
  index: SerialIndex | null,
): CrlEntry | null {
  const found: CrlEntry[] = []
  let same = 0
  const consider = (offset: number, issuerOffset: number | null): void => {
    if (++same > MAX_SAME) {
      throw new FormatError('ERR_CRL_TOO_MANY_ENTRIES', { details: { limit: MAX_SAME } })
    }
    if (isOf(crl, issuerOffset, issuer)) found.push(readCrlEntry(crl, offset))
  }
  // an index of another CRL would leave entries out
  const used = index !== null && index.crlSha256 === crl.sha256 ? index : indexOf(crl)
  if (used) {
    for (const { offset, issuerOffset } of lookUpSerial(used, serialNumber)) {
      if (hasSerialAt(crl, offset, serialNumber)) consider(offset, issuerOffset)
    }
  } else walkTo(crl, serialNumber, consider)
  return found.sort(heavierFirst)[0] ?? null
}

function walkTo(
  crl: Crl,
  serialNumber: Uint8Array,
  consider: (offset: number, issuerOffset: number | null) => void,
): void {
  const { der } = crl
  const length = serialNumber.length
  walkCrlEntries(crl, ({ offset, issuerOffset, serialStart, serialEnd }) => {
    if (serialEnd - serialStart !== length) return undefined
    for (let i = 0; i < length; i++) if (der[serialStart + i] !== serialNumber[i]) return undefined
    consider(offset, issuerOffset)
    return undefined
  })
}

/** From this many entries on, and this many questions, an index is made for as long as the CRL lives. */
const LARGE = 5_000
const OFTEN = 4
const asked = new WeakMap<Crl, { times: number; index: SerialIndex | null }>()

/** A large CRL that is asked about often is not walked through each time. */
function indexOf(crl: Crl): SerialIndex | null {
  if (crl.entryCount < LARGE) return null
  const known = asked.get(crl) ?? { times: 0, index: null }
  asked.set(crl, known)
  if (++known.times > OFTEN) known.index ??= { bytes: buildSerialIndex(crl), crlSha256: crl.sha256 }
  return known.index
}

function isOf(crl: Crl, issuerOffset: number | null, issuer: Name): boolean {
  if (issuerOffset === null) return isSameName(crl.issuer, issuer)
  const names = readCrlEntry(crl, issuerOffset).certificateIssuer ?? []
  return names.some((name) => name.kind === 'directoryName' && isSameName(name.name, issuer))
}

const weight = ({ reasonCode }: CrlEntry): number =>
  reasonCode === REMOVE_FROM_CRL ? 0 : reasonCode === CERTIFICATE_HOLD ? 1 : 2

const heavierFirst = (a: CrlEntry, b: CrlEntry): number =>
  weight(b) - weight(a) || a.revocationDate.getTime() - b.revocationDate.getTime()
