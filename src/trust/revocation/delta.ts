import { type Crl, type CrlEntry, isEqual } from '../../formats/index.ts'
import { isSameName } from '../path/same-name.ts'
import type { JudgedCrl } from './judged-crl.ts'

const REMOVE_FROM_CRL = 8
const CERTIFICATE_HOLD = 6

/**
 * Whether a delta CRL continues a complete one (RFC 5280, 5.2.4): same issuer, same key, same scope, and numbers that
 * reach the base and do not lie before it.
 */
export function fitsBase(delta: JudgedCrl, base: JudgedCrl): boolean {
  const [deltaKey, baseKey] = [delta.signers[0], base.signers[0]]
  const { crlNumber, baseCrlNumber } = delta.crl
  const baseNumber = base.crl.crlNumber
  return (
    deltaKey !== undefined &&
    baseKey !== undefined &&
    isEqual(deltaKey.publicKey, baseKey.publicKey) &&
    isSameName(delta.crl.issuer, base.crl.issuer) &&
    isSameScope(delta.crl, base.crl) &&
    baseNumber !== null &&
    crlNumber !== null &&
    baseCrlNumber !== null &&
    baseNumber >= baseCrlNumber &&
    baseNumber <= crlNumber
  )
}

/** RFC 5280, 6.3.3 (c)(2): both without an issuing distribution point, or with the same. */
function isSameScope(a: Crl, b: Crl): boolean {
  const [one, other] = [a.issuingDistributionPointDer, b.issuingDistributionPointDer]
  return one === null || other === null ? one === other : isEqual(one, other)
}

/**
 * The entry that holds after a delta. removeFromCRL ends a hold; that it may also stand for a certificate which expired
 * (5.2.4) does not undo a revocation for good.
 */
export function applyDelta(delta: CrlEntry | null, base: CrlEntry | null): CrlEntry | null {
  if (delta?.reasonCode !== REMOVE_FROM_CRL) return delta ?? base
  return base && base.reasonCode !== CERTIFICATE_HOLD ? base : null
}
