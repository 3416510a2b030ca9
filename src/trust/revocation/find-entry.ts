import {
  type Certificate,
  type Crl,
  type CrlEntry,
  isEqual,
  type Name,
  readCrlEntry,
  walkCrlEntries,
} from '../../formats/index.ts'
import { isSameName } from '../path/same-name.ts'
import { lookUpSerial } from './serial-index.ts'
import type { SerialIndex } from './types.ts'

const REMOVE_FROM_CRL = 8
const CERTIFICATE_HOLD = 6

/**
 * The entry about a certificate, by issuer and serial number; an entry that names no issuer belongs to the one named last
 * before it, else to the CRL's own (RFC 5280, 5.3.3). Where a CRL, against all rules, has several, the one that weighs
 * most: any before one that takes it off, one for good before a hold, then the earliest.
 *
 * Throws what `readCrlEntry` throws.
 */
export function findEntry(
  crl: Crl,
  { serialNumber, issuer }: Pick<Certificate, 'serialNumber' | 'issuer'>,
  index: SerialIndex | null,
): CrlEntry | null {
  const found: CrlEntry[] = []
  const consider = (offset: number, issuerOffset: number | null): void => {
    const entry = readCrlEntry(crl, offset)
    if (isEqual(entry.serialNumber, serialNumber) && isOf(crl, issuerOffset, issuer)) found.push(entry)
  }
  if (index)
    for (const { offset, issuerOffset } of lookUpSerial(index, serialNumber)) consider(offset, issuerOffset)
  else {
    const { der } = crl
    const length = serialNumber.length
    walkCrlEntries(crl, ({ offset, issuerOffset, serialStart, serialEnd }) => {
      if (serialEnd - serialStart !== length) return undefined
      for (let i = 0; i < length; i++) if (der[serialStart + i] !== serialNumber[i]) return undefined
      consider(offset, issuerOffset)
      return undefined
    })
  }
  return found.sort(heavierFirst)[0] ?? null
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
