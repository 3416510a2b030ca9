import { listFields, type PdfDocument } from '../../formats/index.ts'
import { SignerError } from '../errors.ts'
import type { FieldLock } from './check-may-sign.ts'

const maxLength = 127
const prefix = 'Signature'

/**
 * The partial name of the field to be created at the form's root: `wish`, or the first free of `Signature1`,
 * `Signature2`… (ISO 32000-2, 12.7.4.2: unique, without periods).
 *
 * Throws `ERR_PADES_FIELD_NAME`, `ERR_PADES_FIELD_EXISTING_UNSUPPORTED`, `ERR_PADES_FIELD_LOCKED`,
 * `ERR_PADES_FIELDS_LOCKED`.
 */
export function chooseFieldName(
  doc: PdfDocument,
  locks: readonly FieldLock[],
  wish: string | undefined,
): string {
  const taken = new Set(listFields(doc, { passCircles: true }).map(({ name }) => name.split('.', 1)[0]))
  if (wish !== undefined) return checkWish(wish.normalize('NFC'), taken, locks)
  if (locks.some(({ action }) => action === 'All')) throw new SignerError('ERR_PADES_FIELDS_LOCKED')
  // Each name in the way rules out one number at most, so that one of these is free or none will be.
  const tries = taken.size + locks.reduce((sum, { fields }) => sum + fields.length, 0) + 1
  for (let n = 1; n <= tries; n++) {
    const name = `${prefix}${n}`
    if (!taken.has(name) && !locks.some((lock) => isLocked(lock, name))) return name
  }
  throw new SignerError('ERR_PADES_FIELDS_LOCKED')
}

function checkWish(
  wish: string,
  taken: ReadonlySet<string | undefined>,
  locks: readonly FieldLock[],
): string {
  if (wish.length === 0 || wish.length > maxLength || /[.\p{Cc}]/u.test(wish))
    throw new SignerError('ERR_PADES_FIELD_NAME', { details: { limit: maxLength } })
  if (taken.has(wish)) throw new SignerError('ERR_PADES_FIELD_EXISTING_UNSUPPORTED')
  if (locks.some(({ action }) => action === 'All')) throw new SignerError('ERR_PADES_FIELDS_LOCKED')
  if (locks.some((lock) => isLocked(lock, wish))) throw new SignerError('ERR_PADES_FIELD_LOCKED')
  return wish
}

/** A lock reaches fields that are created after it. */
function isLocked({ action, fields }: FieldLock, name: string): boolean {
  if (action === 'All') return true
  return fields.includes(name) === (action === 'Include')
}
