/**
 * The eight object types of ISO 32000-2, 7.3, as values.
 *
 * Numbers, booleans, null and arrays are JavaScript's own. Everything else is a small class, told apart by
 * `instanceof`.
 */
export type PdfObject =
  | null
  | boolean
  | number
  | PdfName
  | PdfString
  | PdfRef
  | PdfDict
  | PdfStream
  | PdfArray
export type PdfArray = readonly PdfObject[]

/** A name, decoded (`#20` is a space), one character per byte. */
export class PdfName {
  readonly value: string
  constructor(value: string) {
    this.value = value
  }
}

/** A string's bytes, decrypted where the file is encrypted. `hex` keeps the notation it had. */
export class PdfString {
  readonly bytes: Uint8Array
  readonly hex: boolean
  constructor(bytes: Uint8Array, hex = false) {
    this.bytes = bytes
    this.hex = hex
  }
}

/** An indirect reference, `12 0 R`. */
export class PdfRef {
  readonly num: number
  readonly gen: number
  constructor(num: number, gen: number) {
    this.num = num
    this.gen = gen
  }
  equals(other: PdfObject | undefined): boolean {
    return other instanceof PdfRef && other.num === this.num && other.gen === this.gen
  }
  toString(): string {
    return `${this.num} ${this.gen} R`
  }
}

/** A dictionary; keys are decoded names without the slash. Values may be references. */
export class PdfDict {
  readonly entries: ReadonlyMap<string, PdfObject>
  constructor(entries: ReadonlyMap<string, PdfObject> | Readonly<Record<string, PdfObject>> = {}) {
    this.entries = entries instanceof Map ? entries : new Map(Object.entries(entries))
  }
  get(key: string): PdfObject | undefined {
    return this.entries.get(key)
  }
  has(key: string): boolean {
    return this.entries.has(key)
  }
  /** A copy with these entries replaced; `undefined` removes one. */
  with(changes: Readonly<Record<string, PdfObject | undefined>>): PdfDict {
    const entries = new Map(this.entries)
    for (const [key, value] of Object.entries(changes)) {
      if (value === undefined) entries.delete(key)
      else entries.set(key, value)
    }
    return new PdfDict(entries)
  }
}

/** A stream: its dictionary and its bytes as they stand in the file, decrypted but not decoded. */
export class PdfStream {
  readonly dict: PdfDict
  readonly raw: Uint8Array
  constructor(dict: PdfDict, raw: Uint8Array) {
    this.dict = dict
    this.raw = raw
  }
}

export const name = (value: string): PdfName => new PdfName(value)
export const isName = (object: PdfObject | undefined, value: string): boolean =>
  object instanceof PdfName && object.value === value

/** Whether two direct objects say the same; streams are never direct. */
export function isSameObject(a: PdfObject | undefined, b: PdfObject | undefined): boolean {
  if (a instanceof PdfName) return isName(b, a.value)
  if (a instanceof PdfString) return b instanceof PdfString && Buffer.compare(a.bytes, b.bytes) === 0
  if (a instanceof PdfRef) return a.equals(b)
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, i) => isSameObject(item, b[i]))
  }
  if (a instanceof PdfDict) {
    if (!(b instanceof PdfDict) || a.entries.size !== b.entries.size) return false
    return [...a.entries].every(([key, value]) => isSameObject(value, b.get(key)))
  }
  return a === b
}
