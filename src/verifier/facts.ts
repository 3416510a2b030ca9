import type { AlgorithmFacts, CertificateStatus, PathProblem } from '../trust/index.ts'

/**
 * Everything observed about one file, without judgement: digests that match or not, values that verify or not, what
 * certificates, revocation data and time-stamps say. Plain JSON: replayed with the same policy and time it gives the same
 * report. Ids are unique within; times are ISO 8601 in UTC; binary values are lower-case hex.
 */
export interface Facts {
  readonly version: 1
  readonly file: FileFacts
  readonly signatures: readonly SignatureFacts[]
  readonly timestamps: readonly TimestampFacts[]
  readonly evidenceRecords: readonly EvidenceRecordFacts[]
  readonly certificates: readonly CertificateFacts[]
  readonly revocations: readonly RevocationFacts[]
}

export interface FileFacts {
  readonly name: string | null
  /** What the bytes are; `unknown`: nothing that could carry a signature. */
  readonly kind: 'pdf' | 'cms' | 'timestamp' | 'evidence-record' | 'unknown'
  readonly size: number
  readonly sha256: string
  /** Codes of what lenient reading forgave. */
  readonly forgiven: readonly string[]
}

/** A digest that something signed or time-stamped names, held against the data it is about. */
export interface DigestFacts {
  readonly kind:
    | 'message-digest'
    | 'message-imprint'
    | 'counter-signed-value'
    | 'archive-object'
    | 'ats-hash-index'
    | 'previous-time-stamp'
    /** An object that the signature names beside its message digest, as XML signatures do. */
    | 'reference'
  readonly digest: string
  /** Whether the data was at hand. */
  readonly found: boolean
  readonly intact: boolean
}

/** How a signature or token names its certificate in what it signs (ESS signing-certificate, signing-certificate-v2). */
export interface SigningCertificateReferenceFacts {
  /** 0: no such attribute; more than 1: several attributes or values. */
  readonly attributes: number
  /**
   * Certificates that they name, by the first value of each version: the signer's own, and others of its path (RFC 5035, 4);
   * 0 where unreadable.
   */
  readonly names: number
  /** Digest by which the first reference names it; null where the attribute is absent or unreadable. */
  readonly digest: string | null
  /** Whether the first reference's digest is that of the certificate whose key verified. */
  readonly digestMatches: boolean
  /** Whether its issuerSerial is the certificate's; null where it has none. */
  readonly issuerSerialMatches: boolean | null
}

/** The parts every signed token has. */
export interface SignedTokenFacts {
  readonly id: string
  /** Digest, scheme and key size it was signed with; null where the algorithm is unknown or no certificate was found. */
  readonly algorithm: AlgorithmFacts | null
  /** OIDs or names of algorithms as written, for the report, also where unknown. */
  readonly algorithmText: string
  /** Whether the value verifies with the key of `signingCertificate`; null where there is no certificate or the algorithm is unknown. */
  readonly valueIntact: boolean | null
  /** Id of the one certificate by which it verified, or, where none did, of the one that it names; null where none was found. */
  readonly signingCertificate: string | null
  readonly digests: readonly DigestFacts[]
}

export interface SignatureFacts extends SignedTokenFacts {
  readonly format: 'PAdES' | 'CAdES' | 'CMS'
  /** The PDF signature field; null outside PDF. */
  readonly field: string | null
  readonly counterSignatureOf: string | null
  /** Level by the parts present alone (EN 319 142-1 and 122-1, clause 6; baseline first); trust is not asked. */
  readonly level: SignatureLevel
  readonly reference: SigningCertificateReferenceFacts
  readonly claimedTime: string | null
  readonly attributes: SignedAttributeFacts
  /** What is wrong with its form, by code of `messages.ts`; the policy says what each weighs. */
  readonly findings: readonly FormatFinding[]
  readonly pdf: PdfSignatureFacts | null
  /** Certificates and revocation data found in it (or in the DSS it may use), with where. */
  readonly embedded: readonly EmbeddedFacts[]
  /** Ids of its time-stamps, in the order they were applied; PAdES: the document time-stamps that cover it too. */
  readonly timestamps: readonly string[]
  readonly evidenceRecords: readonly string[]
}

export type SignatureLevel =
  | 'B-B'
  | 'B-T'
  | 'B-LT'
  | 'B-LTA'
  | 'BES'
  | 'EPES'
  | 'T'
  | 'LT'
  | 'C'
  | 'X'
  | 'XL'
  | 'A'
  | 'LTV'
  | 'ERS'
  | 'none'

export interface SignedAttributeFacts {
  readonly contentType: string | null
  readonly mimeType: string | null
  /** signature-policy-identifier: OID, and whether it is `implied`; null where absent. */
  readonly signaturePolicy: string | null
  readonly commitmentTypes: readonly string[]
  readonly location: string | null
  readonly claimedRoles: readonly string[]
}

/** A departure from what the format's standard demands: machine code, clause, and what it is about. */
export interface FormatFinding {
  readonly code: string
  readonly clause: string
  readonly detail: string | null
}

export interface PdfSignatureFacts {
  readonly subFilter: string | null
  readonly byteRange: readonly number[]
  /** /ByteRange leaves out exactly the token of /Contents, starts at 0 and ends with the revision. */
  readonly byteRangeStrict: boolean
  /** Whether nothing follows but further whole revisions; false where bytes belong to no revision. */
  readonly coversRevision: boolean
  /** Whether nothing at all follows what it signed. */
  readonly coversWholeFile: boolean
  /** Worst kind of what later revisions did. */
  readonly modifications: 'none' | 'ltv' | 'signing' | 'form' | 'annotation' | 'other'
  readonly changedObjects: readonly { readonly object: string; readonly kind: string }[]
}

export interface EmbeddedFacts {
  /** Id of a certificate or of revocation data. */
  readonly object: string
  readonly kind: 'certificate' | 'crl' | 'ocsp'
  readonly origin:
    | 'signed-data'
    | 'certificate-values'
    | 'revocation-values'
    | 'dss'
    | 'vri'
    | 'adbe-revocation'
    | 'time-stamp'
    | 'evidence-record'
}

export interface TimestampFacts extends SignedTokenFacts {
  readonly type: 'content' | 'signature' | 'archive' | 'document' | 'evidence-record'
  /** Attribute or structure it was: `signature-time-stamp`, `archive-time-stamp-v3`, `DocTimeStamp`… */
  readonly source: string
  /** genTime. */
  readonly time: string
  /** Accuracy in milliseconds, rounded up; null where the token gives none. */
  readonly accuracyMs: number | null
  readonly policy: string
  readonly reference: SigningCertificateReferenceFacts
  readonly findings: readonly FormatFinding[]
  /** Ids of what it proves the existence of: signatures, certificates, revocation data, time-stamps, evidence records, `data:…`. */
  readonly covers: readonly string[]
  readonly embedded: readonly EmbeddedFacts[]
  readonly pdf: PdfSignatureFacts | null
}

export interface EvidenceRecordFacts {
  readonly id: string
  readonly origin: 'embedded' | 'given'
  readonly findings: readonly FormatFinding[]
  /** Archive objects named by the reduced hash trees, renewals included. */
  readonly digests: readonly DigestFacts[]
  /** Ids of its time-stamps, oldest first. */
  readonly timestamps: readonly string[]
  readonly covers: readonly string[]
  /** Digest algorithm of each archive time-stamp chain, oldest first. */
  readonly chainDigests: readonly string[]
}

export interface CertificateFacts {
  readonly id: string
  readonly sha256: string
  readonly subject: string
  readonly issuer: string
  readonly commonName: string | null
  readonly organization: string | null
  readonly identifiers: readonly { readonly type: string; readonly value: string }[]
  readonly issuerCommonName: string | null
  readonly serialNumber: string
  readonly notBefore: string
  readonly notAfter: string
  readonly key: { readonly algorithm: string; readonly bits: number }
  /** How the certificate itself is signed; null where unknown. */
  readonly algorithm: AlgorithmFacts | null
  readonly selfSigned: boolean
  /** Whether it is (its name and key are) a trust anchor that was given. */
  readonly trusted: boolean
  /** Until when, where a trust list says so (EU DSS' sunset date); null: without end. */
  readonly trustedUntil: string | null
  readonly keyUsage: readonly string[] | null
  readonly extKeyUsage: readonly { readonly oid: string }[] | null
  readonly extKeyUsageCritical: boolean
  readonly isCa: boolean
  readonly policies: readonly string[]
  readonly ocspNoCheck: boolean
  /** validity-assured short-term (EN 319 412-1, 5.2.2). */
  readonly shortTerm: boolean
  /** Whether it names a place where its revocation status can be asked. */
  readonly hasRevocationAccess: boolean
  /** Whether it names where its issuer's certificate can be had. */
  readonly hasIssuerAccess: boolean
  /** Whether it has a subject key identifier, which every CA certificate must have (RFC 5280, 4.2.1.2). */
  readonly hasKeyIdentifier: boolean
  /** Certificates that sign signatures, time-stamps or revocation data: the paths that can be built from it, best first. */
  readonly paths: readonly PathFacts[]
  readonly statuses: readonly StatusFacts[]
}

/** A certification path and what holds of it whatever the time (RFC 5280, 6.1, without dates and revocation). */
export interface PathFacts {
  /** Ids, end entity first, anchor last; a path that leads to no anchor ends where it breaks off. */
  readonly certificates: readonly string[]
  readonly anchored: boolean
  readonly problems: readonly PathProblem[]
}

/** What one piece of revocation data says of a certificate. */
export interface StatusFacts {
  readonly revocation: string
  readonly status: CertificateStatus['status']
  readonly revokedAt: string | null
  readonly reason: string | null
  /** Why this data does not count for this certificate whatever the time (not authorised, scope, value wrong); empty where it does. */
  readonly problems: readonly { readonly code: string; readonly clause: string }[]
}

export interface RevocationFacts extends SignedTokenFacts {
  readonly kind: 'crl' | 'ocsp'
  readonly origin: 'embedded' | 'given' | 'online' | 'cache'
  readonly sha256: string
  /** OCSP: producedAt; CRL: thisUpdate. */
  readonly producedAt: string
  readonly thisUpdate: string
  readonly nextUpdate: string | null
  /** Since when expired certificates stay listed (expiredCertsOnCRL) or status is kept (archiveCutoff); null: not said. */
  readonly coversExpiredSince: string | null
  /** certHash of Common PKI held against the certificate; null where absent. */
  readonly certHashMatches: boolean | null
  /** Whether thisUpdate lies after the moment at which the facts were gathered, more than clocks differ. */
  readonly datedAhead: boolean
}
