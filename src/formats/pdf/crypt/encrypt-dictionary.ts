import { FormatError } from '../../errors.ts'
import type { PdfEncryption } from '../document.ts'
import { PdfDict, PdfName, type PdfObject, PdfString } from '../objects.ts'
import { decryptBlock } from './ciphers.ts'
import type { PasswordEntries } from './password.ts'

/** What a crypt filter does to bytes. */
export type Method = 'identity' | 'rc4' | 'aes-128' | 'aes-256'

export interface EncryptSettings {
  readonly handler: PdfEncryption['handler']
  readonly entries: PasswordEntries
  readonly strings: Method
  readonly streams: Method
  /** Streams of embedded files. */
  readonly files: Method
  /** The crypt filters by name. */
  readonly named: ReadonlyMap<string, Method>
  /** Revision 6 repeats the permissions under the file's key (algorithm 13). Throws `ERR_PDF_PERMISSIONS`. */
  checkPermissions(key: Uint8Array): void
}

const damaged = (entry: string): FormatError =>
  new FormatError('ERR_PDF_ENCRYPT_DICTIONARY', { details: { entry } })
const unsupported = (method: string): FormatError =>
  new FormatError('ERR_PDF_ENCRYPTION_UNSUPPORTED', { details: { method: method.slice(0, 40) } })

type Resolve = (object: PdfObject | undefined) => PdfObject

/**
 * Reads a standard /Encrypt dictionary (ISO 32000-2, 7.6.2 to 7.6.4). Throws `ERR_PDF_ENCRYPT_DICTIONARY`,
 * `ERR_PDF_ENCRYPTION_UNSUPPORTED`, `ERR_PDF_PUBLIC_KEY_SECURITY_UNSUPPORTED`.
 */
export function readEncryptDictionary(dict: PdfDict, firstId: Uint8Array, resolve: Resolve): EncryptSettings {
  checkFilter(dict, resolve)
  const version = integer(dict, 'V', resolve, 0)
  const revision = integer(dict, 'R', resolve)
  const allowed: Readonly<Record<number, readonly number[]>> = { 1: [2, 3], 2: [2, 3], 4: [4], 5: [5, 6] }
  if (!allowed[version]) throw unsupported(`V ${version}`)
  if (!allowed[version].includes(revision)) throw unsupported(`V ${version} R ${revision}`)
  const long = revision >= 5
  const entries: PasswordEntries = {
    revision,
    keyLength: keyLength(dict, version, revision, resolve),
    o: bytes(dict, 'O', long ? 48 : 32, resolve),
    u: bytes(dict, 'U', long ? 48 : 32, resolve),
    oe: long ? bytes(dict, 'OE', 32, resolve) : new Uint8Array(0),
    ue: long ? bytes(dict, 'UE', 32, resolve) : new Uint8Array(0),
    permissions: integer(dict, 'P', resolve) | 0,
    firstId,
    encryptMetadata: version < 4 || resolve(dict.get('EncryptMetadata')) !== false,
  }
  const named = version >= 4 ? cryptFilters(dict, resolve) : new Map<string, Method>()
  const method = (key: string): Method => (version >= 4 ? namedMethod(dict, key, named, resolve) : 'rc4')
  const [strings, streams] = [method('StrF'), method('StmF')]
  const files = version >= 4 && resolve(dict.get('EFF')) !== null ? method('EFF') : streams
  for (const used of [strings, streams, files]) {
    if (used !== 'identity' && (used === 'aes-256') !== (version === 5))
      throw unsupported(`V ${version} ${used}`)
  }
  const perms = revision === 6 ? bytes(dict, 'Perms', 16, resolve) : null
  return {
    handler: handlerName(version, [streams, strings, files], entries.keyLength),
    entries,
    strings,
    streams,
    files,
    named,
    checkPermissions: (key) => {
      if (perms) checkPermissions(decryptBlock(key, perms.subarray(0, 16)), entries)
    },
  }
}

function checkFilter(dict: PdfDict, resolve: Resolve): void {
  const filter = resolve(dict.get('Filter'))
  const subFilter = resolve(dict.get('SubFilter'))
  if (!(filter instanceof PdfName)) throw damaged('Filter')
  if (filter.value === 'Standard') return
  if (
    filter.value === 'Adobe.PubSec' ||
    (subFilter instanceof PdfName && subFilter.value.startsWith('adbe.pkcs7'))
  ) {
    throw new FormatError('ERR_PDF_PUBLIC_KEY_SECURITY_UNSUPPORTED')
  }
  throw unsupported(filter.value)
}

function keyLength(dict: PdfDict, version: number, revision: number, resolve: Resolve): number {
  if (version === 5) return 32
  if (version === 4) return 16
  if (version === 1 || revision === 2) return 5
  const bits = integer(dict, 'Length', resolve, 40)
  if (bits < 40 || bits > 128 || bits % 8 !== 0) throw damaged('Length')
  return bits / 8
}

function cryptFilters(dict: PdfDict, resolve: Resolve): Map<string, Method> {
  const methods: Readonly<Record<string, Method>> = {
    None: 'identity',
    V2: 'rc4',
    AESV2: 'aes-128',
    AESV3: 'aes-256',
  }
  const all = resolve(dict.get('CF'))
  const named = new Map<string, Method>()
  if (all === null) return named
  if (!(all instanceof PdfDict)) throw damaged('CF')
  for (const [name, value] of all.entries) {
    const filter = resolve(value)
    if (!(filter instanceof PdfDict)) throw damaged('CF')
    const method = resolve(filter.get('CFM')) ?? new PdfName('None')
    if (!(method instanceof PdfName)) throw damaged('CFM')
    const known = Object.hasOwn(methods, method.value) ? methods[method.value] : undefined
    if (!known) throw unsupported(method.value)
    named.set(name, known)
  }
  return named
}

function namedMethod(
  dict: PdfDict,
  key: string,
  named: ReadonlyMap<string, Method>,
  resolve: Resolve,
): Method {
  const name = resolve(dict.get(key))
  if (name === null) return 'identity'
  if (!(name instanceof PdfName)) throw damaged(key)
  if (name.value === 'Identity') return 'identity'
  const method = named.get(name.value)
  if (!method) throw damaged(key)
  return method
}

function handlerName(version: number, used: readonly Method[], keyBytes: number): PdfEncryption['handler'] {
  if (version === 5) return 'AES-256'
  if (used.find((method) => method !== 'identity') === 'aes-128') return 'AES-128'
  return keyBytes === 5 ? 'RC4-40' : 'RC4-128'
}

function checkPermissions(perms: Uint8Array, { permissions, encryptMetadata }: PasswordEntries): void {
  const view = new DataView(perms.buffer, perms.byteOffset, perms.byteLength)
  const isMarked = perms[9] === 97 && perms[10] === 100 && perms[11] === 98
  const metadata = perms[8] === 84 ? true : perms[8] === 70 ? false : null
  if (!isMarked || view.getInt32(0, true) !== permissions || metadata !== encryptMetadata) {
    throw new FormatError('ERR_PDF_PERMISSIONS')
  }
}

function integer(dict: PdfDict, key: string, resolve: Resolve, absent?: number): number {
  const value = resolve(dict.get(key)) ?? absent
  if (typeof value !== 'number' || !Number.isInteger(value)) throw damaged(key)
  return value
}

function bytes(dict: PdfDict, key: string, length: number, resolve: Resolve): Uint8Array {
  const value = resolve(dict.get(key))
  if (!(value instanceof PdfString) || value.bytes.length < length) throw damaged(key)
  return value.bytes
}
