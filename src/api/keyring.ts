import type { Credential } from '../db/index.ts'
import { type Certificate, isEqual, parseCertificate } from '../formats/index.ts'
import type { KeyProvider } from '../pkcs11/index.ts'
import type { SigningKey } from '../signer/index.ts'

const limit = 1024

/** Opened keys by credential, so that a token is not searched for each signature. */
export class Keyring {
  readonly #keys: KeyProvider
  readonly #opened = new Map<string, { chain: readonly Uint8Array[]; key: Promise<SigningKey> }>()

  constructor(keys: KeyProvider) {
    this.#keys = keys
  }

  /** The key of a credential with its chain. Throws `ERR_P11_…` and what parsing its certificates throws. */
  open(credential: Credential): Promise<SigningKey> {
    const known = this.#opened.get(credential.id)
    if (known && isSameChain(known.chain, credential.chain)) return known.key
    const key = this.#open(credential)
    if (this.#opened.size >= limit) this.#opened.clear()
    this.#opened.set(credential.id, { chain: credential.chain, key })
    key.catch(() => this.forget(credential.id))
    return key
  }

  /** After a failure: the next use looks the key up again. */
  forget(credentialId: string): void {
    this.#opened.delete(credentialId)
  }

  async #open(credential: Credential): Promise<SigningKey> {
    const chain: Certificate[] = credential.chain.map((der) => parseCertificate(der))
    return this.#keys.signingKey(credential.keyId, chain)
  }
}

const isSameChain = (a: readonly Uint8Array[], b: readonly Uint8Array[]): boolean =>
  a.length === b.length && a.every((der, at) => isEqual(der, b[at]!))
