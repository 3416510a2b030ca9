/** What a foreign program is asked to sign. Paths; the key is PKCS#8 in DER, certificates are DER, end entity first. */
export interface ForeignRequest {
  readonly format: 'pades' | 'cades'
  readonly level: 'B' | 'T'
  readonly scheme: 'rsa-pkcs1' | 'rsa-pss' | 'ecdsa'
  readonly file: string
  readonly out: string
  readonly key: string
  readonly chain: readonly string[]
  readonly trust: readonly string[]
  readonly tsa: string
}

export interface ForeignSigner {
  readonly name: string
  /** null, or why it did not sign. */
  sign(request: ForeignRequest): Promise<string | null>
}
