import type { RevocationReason } from '../types.ts'

/** CRLReason by number (RFC 5280, 5.3.1); 7 is not used. */
const names: Readonly<Record<number, RevocationReason>> = {
  0: 'unspecified',
  1: 'keyCompromise',
  2: 'cACompromise',
  3: 'affiliationChanged',
  4: 'superseded',
  5: 'cessationOfOperation',
  6: 'certificateHold',
  8: 'removeFromCRL',
  9: 'privilegeWithdrawn',
  10: 'aACompromise',
}

/** The reason of that number; null where none was given. */
export const reasonOf = (code: number | null): RevocationReason | null =>
  code === null ? null : (names[code] ?? 'unspecified')
