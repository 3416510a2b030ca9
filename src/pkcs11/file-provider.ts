import {
  constants,
  createHash,
  generateKeyPair,
  type KeyObject,
  type SignKeyObjectInput,
  sign as signCallback,
} from 'node:crypto'
import { promisify } from 'node:util'
import type { Certificate, SignatureAlgorithm } from '../formats/index.ts'
import { chooseCsrAlgorithm, encodeCsr } from './csr.ts'
import { Pkcs11Error, toPkcs11Error } from './errors.ts'
import { encryptPrivateKey, KeyFolder, type KeyRecord } from './key-files.ts'
import { algorithmsFor } from './mechanisms.ts'
import { readSecretFile } from './pin-file.ts'
import {
  type KeyEntry,
  type KeyProvider,
  type KeySpec,
  type ProviderDescription,
  type ProviderHealth,
  SOFTWARE_LABEL,
} from './provider.ts'
import { kindOfKey, nameKind, publicPart } from './public-key.ts'
import {
  createSigningKey,
  readCertificate,
  requireOwnCertificate,
  type SignRaw,
  signVerified,
} from './signing-key.ts'
import { describeEntry } from './token-keys.ts'

export interface FileProviderOptions {
  /** Folder of the key files; made with mode 0700 where it is not there. */
  readonly folder: string
  /** File (mode 0600) with the passphrase of all keys. */
  readonly passphraseFile: string
}

type Input = string | null
const sign = promisify<Input, Uint8Array, KeyObject | SignKeyObjectInput, Buffer>(signCallback as never)
const generate = promisify(generateKeyPair) as (
  type: string,
  options: object,
) => Promise<{ publicKey: KeyObject; privateKey: KeyObject }>

const curveNames = { 'P-256': 'prime256v1', 'P-384': 'secp384r1', 'P-521': 'secp521r1' } as const

/**
 * Keys as encrypted PKCS#8 files, for evaluation: "software, not HSM". Signing runs in libuv's threads.
 *
 * Throws `ERR_P11_FILE_FOLDER` and `ERR_P11_PIN_FILE_…` or `ERR_P11_PIN_FORMAT` for the passphrase's file.
 */
export async function openFileProvider(options: FileProviderOptions): Promise<KeyProvider> {
  const folder = new KeyFolder(options.folder)
  await folder.prepare()
  readPassphrase(options.passphraseFile)
  return new FileProvider(folder, options.passphraseFile)
}

function readPassphrase(file: string): string {
  try {
    return readSecretFile(file).secret
  } catch (error) {
    throw toPkcs11Error(error)
  }
}

class FileProvider implements KeyProvider {
  readonly kind = 'file'
  readonly software = true
  readonly #folder: KeyFolder
  readonly #passphraseFile: string
  readonly #opened = new Map<string, Promise<KeyObject>>()
  readonly #running = new Set<Promise<unknown>>()
  #closed = false
  #lastError: ProviderHealth['lastError'] = null

  constructor(folder: KeyFolder, passphraseFile: string) {
    this.#folder = folder
    this.#passphraseFile = passphraseFile
  }

  describe(): ProviderDescription {
    return {
      kind: this.kind,
      software: this.software,
      label: SOFTWARE_LABEL,
      module: null,
      token: null,
      serialNumber: null,
      manufacturer: null,
      model: null,
    }
  }

  async listKeys(): Promise<KeyEntry[]> {
    this.#requireOpen()
    return (await this.#folder.list()).map(toEntry)
  }

  async generateKey(spec: KeySpec, label: string): Promise<KeyEntry> {
    this.#requireOpen()
    const { publicKey, privateKey } = await generatePair(spec)
    const { modulus, point } = publicPart(publicKey)
    const id = createHash('sha1')
      .update((modulus ?? point)!)
      .digest('hex')
    const record: KeyRecord = { id, label, publicKey, certificates: [] }
    const encrypted = await encryptPrivateKey(privateKey, readPassphrase(this.#passphraseFile))
    await this.#folder.write(record, encrypted)
    return toEntry(record)
  }

  async createCsr(keyId: string, subject: Uint8Array): Promise<Uint8Array> {
    const record = await this.#read(keyId)
    const entry = toEntry(record)
    const algorithm = chooseCsrAlgorithm(algorithmsFor(kindOfKey(record.publicKey)))
    if (!algorithm) throw new Pkcs11Error('ERR_P11_KEY_TOO_WEAK', { details: { kind: entry.algorithm } })
    const signRaw = await this.#open(record)
    return encodeCsr(subject, entry.publicKey, algorithm, (info) =>
      signVerified(record.publicKey, signRaw, info, algorithm),
    )
  }

  async importCertificate(keyId: string, certificate: Uint8Array): Promise<void> {
    const record = await this.#read(keyId)
    requireOwnCertificate([readCertificate(certificate)], record.publicKey, keyId)
    const held = record.certificates.some((other) => Buffer.from(other).equals(certificate))
    if (!held)
      await this.#folder.write({
        ...record,
        certificates: [...record.certificates, new Uint8Array(certificate)],
      })
  }

  async signingKey(keyId: string, chain: readonly Certificate[]) {
    const record = await this.#read(keyId)
    const { keyObject: publicKey } = requireOwnCertificate(chain, record.publicKey, keyId)
    const kind = kindOfKey(record.publicKey)
    const signRaw = await this.#open(record)
    return createSigningKey({
      chain,
      publicKey,
      kind: nameKind(kind),
      algorithms: algorithmsFor(kind),
      signRaw,
    })
  }

  async health(): Promise<ProviderHealth> {
    const ready = !this.#closed && (await this.#isReadable())
    return {
      ok: ready,
      software: this.software,
      state: this.#closed ? 'closed' : ready ? 'ready' : 'failed',
      slots: 0,
      sessions: 0,
      waiting: 0,
      running: this.#running.size,
      restarts: 0,
      lastError: this.#lastError,
    }
  }

  pids(): number[] {
    return []
  }

  async close(): Promise<void> {
    this.#closed = true
    await Promise.allSettled(this.#running)
    this.#opened.clear()
  }

  #requireOpen(): void {
    if (this.#closed) throw new Pkcs11Error('ERR_P11_CLOSED')
  }

  async #isReadable(): Promise<boolean> {
    try {
      readPassphrase(this.#passphraseFile)
      await this.#folder.list()
      return true
    } catch (error) {
      this.#lastError = { code: error instanceof Pkcs11Error ? error.code : 'ERR_P11_FILE_FOLDER', ckr: null }
      return false
    }
  }

  #read(keyId: string): Promise<KeyRecord> {
    this.#requireOpen()
    return this.#folder.read(keyId)
  }

  /** Decrypts a key once; later uses share it. */
  async #open(record: KeyRecord): Promise<SignRaw> {
    const known = this.#opened.get(record.id)
    const opening = known ?? this.#folder.readPrivateKey(record, readPassphrase(this.#passphraseFile))
    if (!known) {
      this.#opened.set(record.id, opening)
      opening.catch(() => this.#opened.delete(record.id))
    }
    const privateKey = await opening
    return async (dtbs, algorithm) => {
      this.#requireOpen()
      const running = sign(digestName(algorithm), dtbs, signInput(privateKey, algorithm))
      this.#running.add(running)
      try {
        return { value: new Uint8Array(await running), discard: () => {} }
      } finally {
        this.#running.delete(running)
      }
    }
  }
}

const digestName = (algorithm: SignatureAlgorithm): Input => ('digest' in algorithm ? algorithm.digest : null)

function signInput(key: KeyObject, algorithm: SignatureAlgorithm): KeyObject | SignKeyObjectInput {
  if (algorithm.scheme !== 'rsa-pss') return key
  return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: algorithm.saltLength }
}

function generatePair(spec: KeySpec): Promise<{ publicKey: KeyObject; privateKey: KeyObject }> {
  if (spec.type === 'rsa') return generate('rsa', { modulusLength: spec.bits, publicExponent: 65537 })
  return spec.type === 'ec' ? generate('ec', { namedCurve: curveNames[spec.curve] }) : generate('ed25519', {})
}

function toEntry(record: KeyRecord): KeyEntry {
  const parsed = record.certificates.map(readCertificate)
  const [newest] = parsed.sort((a, b) => b.notBefore.getTime() - a.notBefore.getTime())
  return describeEntry(record, record.publicKey, newest?.der ?? null, true)
}
