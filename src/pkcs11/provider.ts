import type { Certificate } from '../formats/index.ts'
import type { SigningKey } from '../signer/index.ts'
import type { KeySpec } from './protocol.ts'

export type { KeySpec } from './protocol.ts'

/** A place where keys live: a token or HSM, or, for evaluation, a folder. */
export interface KeyProvider {
  readonly kind: 'pkcs11' | 'file'
  /** True where keys are only encrypted files: "software, not HSM". */
  readonly software: boolean
  describe(): ProviderDescription
  /** Keys that can be paired with a public key; one that shows none is left out, since its values could not be checked. */
  listKeys(): Promise<KeyEntry[]>
  /** Makes a key pair. Throws `ERR_P11_KEY_PROPERTIES` where a token's key is not protected as asked. */
  generateKey(spec: KeySpec, label: string): Promise<KeyEntry>
  /** A PKCS#10 request (RFC 2986), DER, signed by the key. `subject` is the DER of a Name. */
  createCsr(keyId: string, subject: Uint8Array): Promise<Uint8Array>
  /** Stores a certificate (DER) beside its key. Throws `ERR_P11_CERTIFICATE_MISMATCH` where it is another key's. */
  importCertificate(keyId: string, certificate: Uint8Array): Promise<void>
  /** Throws `ERR_P11_CERTIFICATE_MISMATCH` where the end entity's public key is not this key's. */
  signingKey(keyId: string, chain: readonly Certificate[]): Promise<SigningKey>
  /** Never throws: what is wrong is in the answer. */
  health(): Promise<ProviderHealth>
  /** Processes that serve this provider. */
  pids(): number[]
  /** Lets running signatures finish, within ten seconds. */
  close(): Promise<void>
}

export interface ProviderDescription {
  readonly kind: 'pkcs11' | 'file'
  readonly software: boolean
  /** For people: library and token, or "software, not HSM". */
  readonly label: string
  /** Path of the PKCS#11 module; null for files. */
  readonly module: string | null
  readonly token: string | null
  readonly serialNumber: string | null
  readonly manufacturer: string | null
  readonly model: string | null
}

export interface KeyEntry {
  /** CKA_ID in hex. */
  readonly id: string
  readonly label: string
  readonly type: 'rsa' | 'ec' | 'ed25519'
  readonly bits: number | null
  readonly curve: 'P-256' | 'P-384' | 'P-521' | null
  /** `rsa-3072`, `ecdsa-p256`, `ed25519`. */
  readonly algorithm: string
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array
  /** The certificate for this very public key that begins last, DER. */
  readonly certificate: Uint8Array | null
  readonly software: boolean
}

export interface ProviderHealth {
  readonly ok: boolean
  readonly software: boolean
  readonly state: 'ready' | 'starting' | 'restarting' | 'failed' | 'closed'
  readonly slots: number
  readonly sessions: number
  readonly waiting: number
  readonly running: number
  readonly restarts: number
  /** Why it is not well, or the last thing that failed. */
  readonly lastError: { readonly code: string; readonly ckr: string | null } | null
}

/** What the pages, the log and the API say of keys in files. */
export const SOFTWARE_LABEL = 'software, not HSM'
