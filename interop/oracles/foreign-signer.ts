import type { DigestName } from '../../src/formats/index.ts'

export type ForeignLevel = 'B' | 'T' | 'LT' | 'LTA'
export type ForeignScheme = 'rsa-pkcs1' | 'rsa-pss' | 'ecdsa' | 'ed25519'

/** What a foreign program is asked to sign. Paths; the key is PKCS#8 in DER, certificates are DER, end entity first. */
export interface ForeignRequest {
  readonly format: 'pades' | 'cades'
  readonly level: ForeignLevel
  readonly scheme: ForeignScheme
  /** Default SHA-256. */
  readonly digest?: DigestName
  /** CAdES; default detached. */
  readonly packaging?: 'detached' | 'enveloping'
  /** PAdES; default as PAdES has it. */
  readonly subFilter?: 'adbe.pkcs7.detached'
  readonly file: string
  readonly out: string
  readonly key: string
  readonly chain: readonly string[]
  readonly trust: readonly string[]
  /** What is embedded at LT and LTA. */
  readonly crl?: readonly string[]
  readonly ocsp?: readonly string[]
  readonly tsa: string
}

export interface ForeignSigner {
  readonly name: string
  /** null, or why it did not sign. */
  sign(request: ForeignRequest): Promise<string | null>
}
