import { DbError } from './errors.ts'

const depthLimit = 32

/**
 * Canonical JSON of a plain value (RFC 8785): no white space, properties sorted by UTF-16 code units, numbers as
 * ECMAScript writes them. Properties that are `undefined` are left out. Throws `ERR_DB_VALUE_INVALID` for what JSON does
 * not have (NaN, infinities, bigint, dates, bytes, class instances), for lone surrogates and for nesting beyond 32.
 */
export function canonicalJson(value: unknown): string {
  return write(value, '$', 0)
}

function write(value: unknown, path: string, depth: number): string {
  if (depth > depthLimit) throw refuse(path)
  switch (typeof value) {
    case 'string':
      // RFC 8785, 3.2.2.2: a lone surrogate ends the processing with an error.
      if (/\p{Surrogate}/u.test(value)) throw refuse(path)
      return JSON.stringify(value)
    case 'number':
      // RFC 8785, 3.2.2.3: NaN and infinities likewise; JSON.stringify writes −0 as 0, as asked there.
      if (!Number.isFinite(value)) throw refuse(path)
      return JSON.stringify(value)
    case 'boolean':
      return String(value)
    case 'object':
      return value === null ? 'null' : writeComposite(value, path, depth)
    default:
      throw refuse(path)
  }
}

function writeComposite(value: object, path: string, depth: number): string {
  if (Array.isArray(value))
    return `[${value.map((item, index) => write(item, `${path}[${index}]`, depth + 1)).join(',')}]`
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) throw refuse(path)
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    // RFC 8785, 3.2.3: by UTF-16 code units, which is how ECMAScript compares strings.
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${write(name, path, depth)}:${write(member, `${path}.${name}`, depth + 1)}`)
  return `{${members.join(',')}}`
}

const refuse = (path: string): DbError => new DbError('ERR_DB_VALUE_INVALID', { details: { field: path } })
