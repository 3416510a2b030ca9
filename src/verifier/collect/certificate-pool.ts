import {
  type Certificate,
  type CertificateReference,
  type DigestName,
  digestBytes,
  isEqual,
  type SignerIdentifier,
} from '../../formats/index.ts'
import { isSameName } from '../../trust/index.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/**
 * Certificates at hand, found by what CMS names them by without walking through all of them. A pool may stand on another, whose
 * certificates are in it too and stay as they are.
 */
export class CertificatePool {
  readonly #below: CertificatePool | null
  readonly #own: Certificate[] = []
  readonly #bySha256 = new Map<string, Certificate>()
  readonly #bySerial = new Map<string, Certificate[]>()
  readonly #byKeyIdentifier = new Map<string, Certificate[]>()
  readonly #byDigest = new Map<DigestName, { seen: number; found: Map<string, Certificate> }>()

  constructor(below: CertificatePool | null = null) {
    this.#below = below
  }

  /** The one object for these bytes: `certificate`, or what was added before. */
  add(certificate: Certificate): Certificate {
    const found = this.find(certificate.sha256)
    if (found) return found
    this.#bySha256.set(certificate.sha256, certificate)
    this.#own.push(certificate)
    push(this.#bySerial, certificate.serialHex, certificate)
    const { subjectKeyIdentifier } = certificate
    if (subjectKeyIdentifier) push(this.#byKeyIdentifier, hex(subjectKeyIdentifier), certificate)
    return certificate
  }

  find(sha256: string): Certificate | undefined {
    return this.#below?.find(sha256) ?? this.#bySha256.get(sha256)
  }

  /** Those that were added to this pool and not to the one below. */
  get own(): readonly Certificate[] {
    return this.#own
  }

  get all(): readonly Certificate[] {
    return this.#below ? [...this.#below.all, ...this.#own] : this.#own
  }

  /** Whether another certificate is at hand for the same key. */
  hasTwin(certificate: Certificate): boolean {
    return this.all.some((other) => other !== certificate && isEqual(other.publicKey, certificate.publicKey))
  }

  /** Those of an issuer and serial number, or of a subject key identifier, in the order they were added (RFC 5652, 5.3). */
  namedBy(sid: SignerIdentifier): readonly Certificate[] {
    const below = this.#below?.namedBy(sid) ?? []
    if (sid.kind === 'subjectKeyIdentifier') {
      return [...below, ...(this.#byKeyIdentifier.get(hex(sid.keyIdentifier)) ?? [])]
    }
    const serial = hex(sid.serialNumber)
    const key = serial.length > 2 && serial.startsWith('00') ? serial.slice(2) : serial
    const own = this.#bySerial.get(key) ?? []
    return [
      ...below,
      ...own.filter(({ issuer }) => isEqual(issuer.der, sid.issuer.der) || isSameName(issuer, sid.issuer)),
    ]
  }

  /** The one whose digest is a reference's. */
  withDigest({ digest, hash }: CertificateReference): Certificate | undefined {
    return digest === null ? undefined : this.#withDigest(digest, hex(hash))
  }

  #withDigest(digest: DigestName, hash: string): Certificate | undefined {
    if (digest === 'sha256') return this.find(hash)
    const below = this.#below ? this.#below.#withDigest(digest, hash) : undefined
    return below ?? this.#indexOf(digest).get(hash)
  }

  #indexOf(digest: DigestName): ReadonlyMap<string, Certificate> {
    const index = this.#byDigest.get(digest) ?? { seen: 0, found: new Map<string, Certificate>() }
    this.#byDigest.set(digest, index)
    for (; index.seen < this.#own.length; index.seen++) {
      const certificate = this.#own[index.seen]!
      index.found.set(hex(digestBytes(digest, certificate.der)), certificate)
    }
    return index.found
  }
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const found = map.get(key)
  if (found) found.push(value)
  else map.set(key, [value])
}
