import { createHash } from 'node:crypto'
import { FormatError } from '../../errors.ts'
import type { PdfEncryption, Random } from '../document.ts'
import { isName, PdfDict, PdfName, type PdfObject, type PdfRef, PdfStream, PdfString } from '../objects.ts'
import { decryptAes, encryptAes, rc4 } from './ciphers.ts'
import { type Method, readEncryptDictionary } from './encrypt-dictionary.ts'
import { openWithPassword } from './password.ts'

export interface SecurityContext {
  readonly ref: PdfRef | null
  readonly firstId: Uint8Array
  readonly password: string | undefined
  readonly resolve: (object: PdfObject | undefined) => PdfObject
  /** Notes what lenient reading got past; absent in strict reading. */
  readonly forgive?: ((code: string) => void) | undefined
}

/** The standard security handler of an opened file (ISO 32000-2, 7.6.4): what its key and crypt filters do. */
export class SecurityHandler implements PdfEncryption {
  readonly handler: PdfEncryption['handler']
  readonly asOwner: boolean
  readonly permissions: number
  readonly ref: PdfRef | null
  readonly encryptMetadata: boolean
  readonly #key: Uint8Array
  readonly #strings: Method
  readonly #streams: Method
  readonly #files: Method
  readonly #named: ReadonlyMap<string, Method>
  readonly #context: SecurityContext

  /**
   * Opens a file with the password given, or the empty one. Throws `ERR_PDF_ENCRYPT_DICTIONARY`,
   * `ERR_PDF_ENCRYPTION_UNSUPPORTED`, `ERR_PDF_PUBLIC_KEY_SECURITY_UNSUPPORTED`, `ERR_PDF_PASSWORD_REQUIRED`,
   * `ERR_PDF_PASSWORD_INCORRECT`, `ERR_PDF_PERMISSIONS`.
   */
  constructor(dict: PdfDict, context: SecurityContext) {
    const settings = readEncryptDictionary(dict, context.firstId, context.resolve)
    const opened = openWithPassword(context.password, settings.entries)
    if (!opened) {
      throw new FormatError(
        context.password === undefined ? 'ERR_PDF_PASSWORD_REQUIRED' : 'ERR_PDF_PASSWORD_INCORRECT',
      )
    }
    settings.checkPermissions(opened.key)
    this.#key = opened.key
    this.#context = context
    this.#strings = settings.strings
    this.#streams = settings.streams
    this.#files = settings.files
    this.#named = settings.named
    this.handler = settings.handler
    this.asOwner = opened.asOwner
    this.permissions = settings.entries.permissions
    this.encryptMetadata = settings.entries.encryptMetadata
    this.ref = context.ref
  }

  encrypt(ref: PdfRef, plain: Uint8Array, kind: 'string' | 'stream', random: Random): Uint8Array {
    const method = kind === 'string' ? this.#strings : this.#streams
    if (method === 'identity') return plain
    const key = this.#objectKey(ref, method)
    return method === 'rc4' ? rc4(key, plain) : encryptAes(key, random(16), plain)
  }

  /** An object that was read from the file, with its strings and its stream in the clear. Throws `ERR_PDF_DECRYPT`. */
  decrypt(ref: PdfRef, object: PdfObject): PdfObject {
    if (object instanceof PdfStream) {
      if (isName(object.dict.get('Type'), 'XRef')) return object
      const dict = this.#decryptDict(ref, object.dict)
      return new PdfStream(dict, this.#apply(ref, object.raw, this.#streamMethod(dict)))
    }
    return this.#decryptValue(ref, object)
  }

  #decryptValue(ref: PdfRef, object: PdfObject): PdfObject {
    if (object instanceof PdfString)
      return new PdfString(this.#apply(ref, object.bytes, this.#strings), object.hex)
    if (object instanceof PdfDict) return this.#decryptDict(ref, object)
    if (Array.isArray(object)) return object.map((item: PdfObject) => this.#decryptValue(ref, item))
    return object
  }

  #decryptDict(ref: PdfRef, dict: PdfDict): PdfDict {
    const isSignature = dict.has('ByteRange')
    const entries = new Map<string, PdfObject>()
    for (const [key, value] of dict.entries) {
      // /Contents of a signature dictionary is never encrypted (ISO 32000-2, 7.6.2).
      entries.set(key, isSignature && key === 'Contents' ? value : this.#decryptValue(ref, value))
    }
    return new PdfDict(entries)
  }

  #streamMethod(dict: PdfDict): Method {
    const { resolve } = this.#context
    const filter = resolve(dict.get('Filter'))
    const isList = Array.isArray(filter)
    if (isName(isList ? resolve(filter[0]) : filter, 'Crypt')) {
      const all = resolve(dict.get('DecodeParms'))
      const parameters = resolve(Array.isArray(all) ? all[0] : all)
      const name = parameters instanceof PdfDict ? resolve(parameters.get('Name')) : null
      return (name instanceof PdfName ? this.#named.get(name.value) : undefined) ?? 'identity'
    }
    if (!this.encryptMetadata && isName(dict.get('Type'), 'Metadata')) return 'identity'
    return isName(dict.get('Type'), 'EmbeddedFile') ? this.#files : this.#streams
  }

  #apply(ref: PdfRef, data: Uint8Array, method: Method): Uint8Array {
    if (method === 'identity') return data
    const key = this.#objectKey(ref, method)
    if (method === 'rc4') return rc4(key, data)
    const { plain, isWhole } = decryptAes(key, data)
    if (isWhole) return plain
    if (!this.#context.forgive) throw new FormatError('ERR_PDF_DECRYPT', { details: { num: ref.num } })
    this.#context.forgive('ERR_PDF_DECRYPT')
    return plain
  }

  /** Algorithm 1; AES-256 uses the file's key as it is (algorithm 1.A). */
  #objectKey(ref: PdfRef, method: Method): Uint8Array {
    if (method === 'aes-256') return this.#key
    const tail = Buffer.alloc(5)
    tail.writeUIntLE(ref.num, 0, 3)
    tail.writeUIntLE(ref.gen & 0xffff, 3, 2)
    const hash = createHash('md5').update(this.#key).update(tail)
    if (method === 'aes-128') hash.update('sAlT')
    return hash.digest().subarray(0, Math.min(16, this.#key.length + 5))
  }
}
