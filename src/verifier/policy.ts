import type { AlgorithmSuite, PathProblemCode, TimeProblemCode } from '../trust/index.ts'
import type { PdfSignatureFacts } from './facts.ts'

/** What a check that does not hold means (EN 319 102-1 V1.4.1, 5.1.4.2; TS 119 172-4's terms). */
export type Level = 'FAIL' | 'WARN' | 'INFORM' | 'IGNORE'

/** What a token is while it is judged. */
export type PolicyContext = 'signature' | 'counterSignature' | 'timestamp' | 'revocation'

export type CertificateRole = 'signingCertificate' | 'caCertificate'

/** Checks of a signed token itself; a context reads those that it has use for. */
export const tokenChecks = [
  /** 5.2.2: /ByteRange leaves out exactly /Contents. */
  'byteRange',
  /** 5.2.2: nothing stands behind a signed revision but whole revisions. */
  'revisionCovered',
  /** 5.2.3. */
  'signingCertificateFound',
  'referenceDigestPresent',
  'referenceDigestMatches',
  'referenceIssuerMatches',
  /** 5.2.4: a signature policy that is not among `signaturePolicies`. */
  'signaturePolicyAccepted',
  /** 5.2.6: a path to a trust anchor. */
  'pathFound',
  /** 5.2.7. */
  'dataFound',
  'dataIntact',
  'valueIntact',
  /** 5.2.8. */
  'referencePresent',
  'referenceUnique',
  'referenceDigestReliable',
  'signingTimePresent',
  'signingTimeInValidity',
  'messageDigestPresent',
  /** 5.5.4: a time-stamp of the signature that is not valid. */
  'timestampsValid',
  'timestampsInOrder',
  /** The signing time claimed is not after the best signature time. */
  'claimedBeforeProven',
  /** 5.5.4, 4 a): revoked after the best signature time. */
  'revokedAfterUse',
  /** 5.5.4, 4 d): used before it expired. */
  'usedBeforeExpiry',
] as const

/** Checks of a certificate in its role. */
export const certificateChecks = [
  'validityPeriod',
  'trustSunset',
  'keyUsage',
  'extendedKeyUsage',
  'notSelfSigned',
  /** An anchor that signs by itself is asked for its key usage and purposes like any other signer. */
  'anchorUse',
  'noOcspNoCheck',
  'issuerAccess',
  /** RFC 5280, 4.2.1.2: a subject key identifier. */
  'keyIdentifier',
  'revocationAccess',
  'revocationDataPresent',
  'revocationDataAcceptable',
  /** 5.6.2.2: revocation data that existed at the control time. */
  'pastRevocationData',
  'nextUpdatePresent',
  'revocationFresh',
  'notRevoked',
  'notOnHold',
  /** The signer of the revocation data is itself within its validity. */
  'revocationSignerValid',
] as const

/** What makes revocation data acceptable for a certificate (RFC 5280, 6.3; RFC 6960, 3.2 and 4.2.2.2). */
export const revocationChecks = [
  'authorised',
  'statusKnown',
  'signerFound',
  'pathFound',
  /** RFC 5280, 6.3.3 (f): its signer leads to an anchor of the certificate's own. */
  'sameAnchor',
  'valueIntact',
  'signerValidAtProduction',
  'signerNotRevoked',
  'certHashMatches',
  'notSelfIssued',
  'issuedAfterCertificate',
  /** RFC 6960, 4.2.2.1: not dated ahead of the present, unless it tells of a revocation that had happened. */
  'alreadyIssued',
  'coversCertificate',
] as const

/** Checks of an evidence record (5.6.3.4, step 1; RFC 4998, 5.3). */
export const evidenceRecordChecks = [
  'objectFound',
  'objectIntact',
  'anyObjectFound',
  'objectsComplete',
] as const

export type TokenCheck = (typeof tokenChecks)[number]
export type CertificateCheck = (typeof certificateChecks)[number]
export type RevocationCheck = (typeof revocationChecks)[number]
export type EvidenceRecordCheck = (typeof evidenceRecordChecks)[number]

/** Cryptographic constraints: until when which algorithm may be relied on, and what it means where it may not. */
export interface AlgorithmPolicy {
  readonly suite: AlgorithmSuite
  readonly level: Level
  /** An end after this date (of the suite's last revision) weighs this much instead; null: all ends weigh the same. */
  readonly after: { readonly date: string; readonly level: Level } | null
}

/** How old revocation data may be (5.2.5). */
export interface FreshnessPolicy {
  /**
   * The time it must be fresh at. `use`: when the token that the certificate signed was made (genTime, producedAt), so
   * that evidence is judged at the time it proves; a signature, whose time is only claimed, is judged at `validation`.
   */
  readonly at: 'validation' | 'use'
  /** null: as long as its issuer says (thisUpdate to nextUpdate). */
  readonly maxAgeSeconds: number | null
}

/** What a path can break whatever the time: all that facts hold of it. */
export type PathConstraint = Exclude<PathProblemCode, TimeProblemCode>

export interface CertificatePolicy {
  readonly checks: Readonly<Record<CertificateCheck, Level>>
  readonly pathProblems: Readonly<Record<PathConstraint, Level>>
  /** Any of these; a certificate without the extension may be used for anything (RFC 5280, 4.2.1.3). null: any. */
  readonly keyUsage: readonly string[] | null
  readonly extendedKeyUsage: ExtendedKeyUsagePolicy | null
  /** Certificates whose revocation is not asked for. */
  readonly revocationNotNeeded: readonly ('ocspNoCheck' | 'shortTerm')[]
  readonly freshness: FreshnessPolicy
  /** null: the context's. */
  readonly algorithms: AlgorithmPolicy | null
}

export interface ExtendedKeyUsagePolicy {
  /** OIDs of which one must be there. */
  readonly anyOf: readonly string[]
  /** Whether a certificate without the extension may be used. */
  readonly mayBeAbsent: boolean
  /** Whether nothing else may be there, and the extension must be critical (RFC 3161, 2.3). */
  readonly alone: boolean
}

export type Modification = PdfSignatureFacts['modifications']

export interface ContextPolicy {
  readonly checks: Readonly<Record<TokenCheck, Level>>
  /** What later revisions of a PDF may have done. */
  readonly modifications: Readonly<Record<Modification, Level>>
  /** OIDs of signature policies that are known; `*`: any. No policy at all is always accepted. */
  readonly signaturePolicies: readonly string[]
  /** Most time between the claimed signing time and the best signature time (5.5.4, step 5); null: any. */
  readonly timestampDelaySeconds: number | null
  /** null: the policy's. */
  readonly algorithms: AlgorithmPolicy | null
  readonly signingCertificate: CertificatePolicy
  readonly caCertificate: CertificatePolicy
}

/**
 * A validation policy as data: what each check weighs, by context and by the certificate's role. Complete in itself, so
 * that its digest says everything that was asked.
 */
export interface Policy {
  readonly name: string
  readonly description: string
  readonly algorithms: AlgorithmPolicy
  /** What departures from a format weigh, by code; `otherwise`: of codes that are not listed. */
  readonly findings: { readonly otherwise: Level; readonly codes: Readonly<Record<string, Level>> }
  readonly contexts: Readonly<Record<PolicyContext, ContextPolicy>>
  readonly revocationData: Readonly<Record<RevocationCheck, Level>>
  readonly evidenceRecord: {
    readonly checks: Readonly<Record<EvidenceRecordCheck, Level>>
    readonly algorithms: AlgorithmPolicy | null
  }
}
