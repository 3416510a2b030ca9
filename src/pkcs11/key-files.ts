import {
  createCipheriv,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  randomBytes,
  scrypt,
} from 'node:crypto'
import { promises as fs } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { der } from '../formats/index.ts'
import { Pkcs11Error } from './errors.ts'

const derive = promisify<Buffer, Buffer, number, { N: number; r: number; p: number; maxmem: number }, Buffer>(
  scrypt,
)

/** RFC 7914, 2: 16 MiB, the most that OpenSSL's reader of PKCS#8 takes without being told. */
const COST = { N: 16384, r: 8, p: 1 } as const
const PBES2 = '1.2.840.113549.1.5.13'
const SCRYPT = '1.3.6.1.4.1.11591.4.11'
const AES_256_CBC = '2.16.840.1.101.3.4.1.42'

/** What lies beside a key file, readable without the passphrase. */
export interface KeyRecord {
  readonly id: string
  readonly label: string
  readonly publicKey: KeyObject
  /** DER, in order of arrival. */
  readonly certificates: readonly Uint8Array[]
}

/**
 * EncryptedPrivateKeyInfo (RFC 5958, 3) with PBES2 (RFC 8018, A.4), scrypt (RFC 7914, 7) and AES-256-CBC, which OpenSSL
 * reads. Node itself writes PBKDF2 with 2,048 rounds only.
 */
export async function encryptPrivateKey(key: KeyObject, passphrase: string): Promise<Uint8Array> {
  const salt = randomBytes(16)
  const iv = randomBytes(16)
  const secret = await derive(Buffer.from(passphrase), salt, 32, { ...COST, maxmem: 64 * 1024 * 1024 })
  const cipher = createCipheriv('aes-256-cbc', secret, iv)
  const encrypted = Buffer.concat([
    cipher.update(key.export({ format: 'der', type: 'pkcs8' })),
    cipher.final(),
  ])
  const parameters = der.sequence(
    der.octetString(salt),
    der.integer(COST.N),
    der.integer(COST.r),
    der.integer(COST.p),
  )
  const derivation = der.sequence(der.oid(SCRYPT), parameters)
  const encryption = der.sequence(der.oid(AES_256_CBC), der.octetString(iv))
  const algorithm = der.sequence(der.oid(PBES2), der.sequence(derivation, encryption))
  return der.sequence(algorithm, der.octetString(encrypted))
}

/** A folder with, for each key, `ID.p8` (EncryptedPrivateKeyInfo, DER) and `ID.json` (label, public key, certificates). */
export class KeyFolder {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Throws `ERR_P11_FILE_FOLDER`. */
  async prepare(): Promise<void> {
    try {
      await fs.mkdir(this.#folder, { recursive: true, mode: 0o700 })
      await fs.access(this.#folder, fs.constants.R_OK | fs.constants.W_OK)
    } catch (cause) {
      throw new Pkcs11Error('ERR_P11_FILE_FOLDER', { cause })
    }
  }

  async list(): Promise<KeyRecord[]> {
    let names: string[]
    try {
      names = await fs.readdir(this.#folder)
    } catch (cause) {
      throw new Pkcs11Error('ERR_P11_FILE_FOLDER', { cause })
    }
    const ids = names.flatMap((name) => /^([0-9a-f]{40})\.json$/.exec(name)?.[1] ?? [])
    return Promise.all(ids.sort().map((id) => this.read(id)))
  }

  /** Throws `ERR_P11_KEY_NOT_FOUND`, `ERR_P11_FILE_DAMAGED`. */
  async read(id: string): Promise<KeyRecord> {
    if (!/^[0-9a-f]{40}$/.test(id)) throw new Pkcs11Error('ERR_P11_KEY_NOT_FOUND', { details: { key: id } })
    let text: string
    try {
      text = await fs.readFile(this.#path(id, 'json'), 'utf8')
    } catch (cause) {
      throw new Pkcs11Error('ERR_P11_KEY_NOT_FOUND', { details: { key: id }, cause })
    }
    try {
      const { label, publicKey, certificates } = JSON.parse(text) as {
        label: string
        publicKey: string
        certificates: string[]
      }
      return {
        id,
        label: String(label),
        publicKey: createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' }),
        certificates: certificates.map((value) => new Uint8Array(Buffer.from(value, 'base64'))),
      }
    } catch (cause) {
      throw new Pkcs11Error('ERR_P11_FILE_DAMAGED', { details: { key: id }, cause })
    }
  }

  /** The private key, compared with the record's public key; throws `ERR_P11_FILE_PASSPHRASE`, `ERR_P11_FILE_DAMAGED`. */
  async readPrivateKey(record: KeyRecord, passphrase: string): Promise<KeyObject> {
    const { id } = record
    let bytes: Buffer
    try {
      bytes = await fs.readFile(this.#path(id, 'p8'))
    } catch (cause) {
      throw new Pkcs11Error('ERR_P11_FILE_DAMAGED', { details: { key: id }, cause })
    }
    let privateKey: KeyObject
    try {
      privateKey = createPrivateKey({ key: bytes, format: 'der', type: 'pkcs8', passphrase })
    } catch {
      // OpenSSL's own error says no more, and might one day say too much.
      throw new Pkcs11Error('ERR_P11_FILE_PASSPHRASE', { details: { key: id } })
    }
    if (createPublicKey(privateKey).equals(record.publicKey)) return privateKey
    throw new Pkcs11Error('ERR_P11_FILE_DAMAGED', { details: { key: id } })
  }

  async write(record: KeyRecord, encryptedKey?: Uint8Array): Promise<void> {
    const json = {
      label: record.label,
      publicKey: record.publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
      certificates: record.certificates.map((value) => Buffer.from(value).toString('base64')),
    }
    // The key first: a record without its key would be listed, a key without its record is only unused.
    if (encryptedKey) await this.#replace(this.#path(record.id, 'p8'), encryptedKey)
    await this.#replace(this.#path(record.id, 'json'), `${JSON.stringify(json, null, 1)}\n`)
  }

  #path(id: string, extension: string): string {
    return join(this.#folder, `${id}.${extension}`)
  }

  async #replace(path: string, content: string | Uint8Array): Promise<void> {
    const part = `${path}.${randomBytes(6).toString('hex')}.part`
    try {
      const file = await fs.open(part, 'wx', 0o600)
      try {
        await file.writeFile(content)
        await file.sync()
      } finally {
        await file.close()
      }
      await fs.rename(part, path)
    } catch (cause) {
      await fs.rm(part, { force: true })
      throw new Pkcs11Error('ERR_P11_FILE_FOLDER', { cause })
    }
  }
}
