import { forEachField, type PdfDocument } from '../../formats/index.ts'
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
  const taken = new Set<string>()
  forEachField(doc, ({ name }) => taken.add(rootOf(name)), { passCircles: true })
  const locked = new LockedNames(locks)
  if (wish !== undefined) return checkWish(wish.normalize('NFC'), taken, locked)
  if (locked.all) throw new SignerError('ERR_PADES_FIELDS_LOCKED')
  // Each name in the way rules out one number at most, so that one of these is free or none will be.
  const tries = taken.size + locked.count + 1
  for (let n = 1; n <= tries; n++) {
    const name = `${prefix}${n}`
    if (!taken.has(name) && !locked.has(name)) return name
  }
  throw new SignerError('ERR_PADES_FIELDS_LOCKED')
}

const rootOf = (name: string): string => {
  const end = name.indexOf('.')
  return end < 0 ? name : name.slice(0, end)
}

function checkWish(wish: string, taken: ReadonlySet<string>, locked: LockedNames): string {
  if (wish.length === 0 || wish.length > maxLength || /[.\p{C}]/u.test(wish))
    throw new SignerError('ERR_PADES_FIELD_NAME', { details: { limit: maxLength } })
  if (taken.has(wish)) throw new SignerError('ERR_PADES_FIELD_EXISTING_UNSUPPORTED')
  if (locked.all) throw new SignerError('ERR_PADES_FIELDS_LOCKED')
  if (locked.has(wish)) throw new SignerError('ERR_PADES_FIELD_LOCKED')
  return wish
}

/** Which names at the form's root earlier signatures lock, all locks together; a lock reaches fields created after it. */
class LockedNames {
  readonly all: boolean
  /** How many names the locks have. */
  readonly count: number
  readonly #included = new Set<string>()
  /** Names that every lock on all but some leaves free; null where there is no such lock. */
  #free: ReadonlySet<string> | null = null

  constructor(locks: readonly FieldLock[]) {
    this.all = locks.some(({ action }) => action === 'All')
    this.count = locks.reduce((sum, { fields }) => sum + fields.length, 0)
    for (const { action, fields } of locks) {
      if (action === 'Include') for (const field of fields) this.#included.add(field)
      else if (action === 'Exclude') {
        const before = this.#free
        this.#free = new Set(before ? fields.filter((field) => before.has(field)) : fields)
      }
    }
  }

  has(name: string): boolean {
    return this.all || this.#included.has(name) || (this.#free !== null && !this.#free.has(name))
  }
}
