import { createHash, timingSafeEqual } from 'node:crypto'
import { decryptBlocks, encryptBlocks, rc4 } from './ciphers.ts'

/** The entries of a standard /Encrypt dictionary that its password algorithms read (ISO 32000-2, table 21). */
export interface PasswordEntries {
  readonly revision: number
  readonly keyLength: number
  readonly o: Uint8Array
  readonly u: Uint8Array
  readonly oe: Uint8Array
  readonly ue: Uint8Array
  readonly permissions: number
  readonly firstId: Uint8Array
  readonly encryptMetadata: boolean
}

export interface OpenedKey {
  readonly key: Uint8Array
  readonly asOwner: boolean
}

const padding = Buffer.from('28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a', 'hex')
const md5 = (...parts: Uint8Array[]): Buffer => {
  const hash = createHash('md5')
  for (const part of parts) hash.update(part)
  return hash.digest()
}
const isEqual = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && timingSafeEqual(a, b)

/**
 * The file's key, if `password` is its owner's or user's; else null. Where none was given the empty one is tried, as
 * the user's first.
 */
export function openWithPassword(password: string | undefined, entries: PasswordEntries): OpenedKey | null {
  const order = password === undefined ? [false, true] : [true, false]
  const open = entries.revision >= 5 ? openAes256 : openLegacy
  for (const asOwner of order) {
    for (const given of encodePassword(password ?? '', entries.revision)) {
      const key = open(given, asOwner, entries)
      if (key) return { key, asOwner }
    }
  }
  return null
}

/**
 * The bytes a password may stand for. Revisions 5 and 6 want UTF-8, at most 127 bytes, normalised (here to NFKC, not by
 * all of SASLprep, RFC 4013). Older ones want PDFDocEncoding, of which Latin 1 is taken; writers put UTF-8 there too.
 */
function encodePassword(password: string, revision: number): readonly Uint8Array[] {
  if (revision >= 5) return [Buffer.from(password.normalize('NFKC'), 'utf8').subarray(0, 127)]
  const utf8 = Buffer.from(password, 'utf8')
  const isLatin1 = [...password].every((char) => char.charCodeAt(0) <= 0xff)
  if (!isLatin1) return [utf8]
  const latin1 = Buffer.from(password, 'latin1')
  return latin1.equals(utf8) ? [latin1] : [latin1, utf8]
}

/** Revisions 2 to 4. */
function openLegacy(password: Uint8Array, asOwner: boolean, entries: PasswordEntries): Uint8Array | null {
  const given = padPassword(password)
  const key = deriveLegacyKey(asOwner ? recoverUserPassword(given, entries) : given, entries)
  return isUserKey(key, entries) ? key : null
}

const padPassword = (password: Uint8Array): Buffer => Buffer.concat([password, padding]).subarray(0, 32)

/** Algorithm 2. */
function deriveLegacyKey(padded: Uint8Array, entries: PasswordEntries): Uint8Array {
  const permissions = Buffer.alloc(4)
  permissions.writeInt32LE(entries.permissions)
  const tail =
    entries.revision >= 4 && !entries.encryptMetadata ? Buffer.from('ffffffff', 'hex') : Buffer.alloc(0)
  let key = md5(padded, entries.o.subarray(0, 32), permissions, entries.firstId, tail).subarray(
    0,
    entries.keyLength,
  )
  if (entries.revision >= 3) for (let i = 0; i < 50; i++) key = md5(key).subarray(0, entries.keyLength)
  return key
}

const xorKey = (key: Uint8Array, round: number): Uint8Array => key.map((byte) => byte ^ round)

/** Algorithm 7: what the /O entry hides, if the owner's password is `padded`. */
function recoverUserPassword(padded: Uint8Array, entries: PasswordEntries): Uint8Array {
  let key = md5(padded)
  if (entries.revision >= 3) for (let i = 0; i < 50; i++) key = md5(key.subarray(0, entries.keyLength))
  const short = key.subarray(0, entries.keyLength)
  let value: Uint8Array = entries.o.subarray(0, 32)
  if (entries.revision === 2) return rc4(short, value)
  for (let round = 19; round >= 0; round--) value = rc4(xorKey(short, round), value)
  return value
}

/** Algorithm 6. */
function isUserKey(key: Uint8Array, entries: PasswordEntries): boolean {
  if (entries.revision === 2) return isEqual(rc4(key, padding), entries.u.subarray(0, 32))
  let value: Uint8Array = md5(padding, entries.firstId)
  for (let round = 0; round < 20; round++) value = rc4(xorKey(key, round), value)
  return isEqual(value, entries.u.subarray(0, 16))
}

/** Revisions 5 and 6, algorithm 2.A. */
function openAes256(given: Uint8Array, asOwner: boolean, entries: PasswordEntries): Uint8Array | null {
  const userEntry = asOwner ? entries.u.subarray(0, 48) : new Uint8Array(0)
  const [check, wrapped] = asOwner ? [entries.o, entries.oe] : [entries.u, entries.ue]
  const expected = hashPassword(given, check.subarray(32, 40), userEntry, entries.revision)
  if (!isEqual(expected, check.subarray(0, 32))) return null
  const wrapping = hashPassword(given, check.subarray(40, 48), userEntry, entries.revision)
  return decryptBlocks(wrapping, new Uint8Array(16), wrapped.subarray(0, 32))
}

/** Algorithm 2.B; revision 5 stops after its first hash. */
function hashPassword(
  password: Uint8Array,
  salt: Uint8Array,
  userEntry: Uint8Array,
  revision: number,
): Uint8Array {
  let key = createHash('sha256').update(password).update(salt).update(userEntry).digest()
  if (revision === 5) return key
  for (let round = 0, last = 0; round < 64 || last > round - 32; round++) {
    const once = Buffer.concat([password, key, userEntry])
    const repeated = Buffer.concat(Array.from({ length: 64 }, () => once))
    const encrypted = encryptBlocks(key.subarray(0, 16), key.subarray(16, 32), repeated)
    let remainder = 0
    for (let i = 0; i < 16; i++) remainder += encrypted[i]!
    key = createHash(['sha256', 'sha384', 'sha512'][remainder % 3]!)
      .update(encrypted)
      .digest()
    last = encrypted.at(-1)!
  }
  return key.subarray(0, 32)
}
