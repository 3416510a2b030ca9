/** Where certificates and revocation data come from that nobody brought along. What comes is evidence, never trust. */
export interface ValidationSource {
  /** Certificates in DER behind a caIssuers address (RFC 5280, 4.2.2.1); empty where none could be had. */
  issuers(url: string): Promise<Uint8Array[]>
  /** A CRL in DER; null where none could be had. */
  crl(url: string): Promise<Uint8Array | null>
  /** An OCSPResponse in DER to an OCSPRequest; null where none could be had. */
  ocsp(url: string, request: Uint8Array): Promise<Uint8Array | null>
}

/** What an answer is kept under. OCSP: `id` is the hex of SHA-256 over the CertIDs that were asked about. */
export interface EvidenceKey {
  readonly kind: 'issuers' | 'crl' | 'ocsp'
  readonly url: string
  /** Empty but for OCSP. */
  readonly id: string
}

/** An answer as it was fetched. */
export interface KeptEvidence {
  /** A CRL or an OCSPResponse in DER; issuers: certificates in DER, one after the other. */
  readonly bytes: Uint8Array
  readonly fetchedAt: Date
  /** null: issuers. */
  readonly thisUpdate: Date | null
  readonly nextUpdate: Date | null
}

/** Answers by where they came from (implemented by the database; `createMemoryEvidenceStore` in a process' memory). */
export interface EvidenceStore {
  find(key: EvidenceKey): Promise<KeptEvidence | null>
  /** Replaces what stands under `key`. */
  put(key: EvidenceKey, evidence: KeptEvidence): Promise<void>
}

/** Indexes of large CRLs (`buildSerialIndex`) by the CRL's SHA-256 in lower-case hex. */
export interface SerialIndexStore {
  find(crlSha256: string): Promise<Uint8Array | null>
  put(crlSha256: string, index: Uint8Array): Promise<void>
}
