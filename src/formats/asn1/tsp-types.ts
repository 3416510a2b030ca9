import type { SignedData } from './cms-types.ts'
import type { DigestName } from './digests.ts'

/** TimeStampReq (RFC 3161, 2.4.1). */
export interface TimeStampRequest {
  readonly imprint: Uint8Array
  readonly digest: DigestName
  readonly policy: string | null
  readonly nonce: bigint | null
  readonly certReq: boolean
}

export interface TimeStampRequestInput {
  readonly imprint: Uint8Array
  readonly digest: DigestName
  /** Bytes are unsigned and big-endian. */
  readonly nonce: Uint8Array | bigint | null
  readonly certReq: boolean
  readonly policy?: string
}

/** TimeStampResp (RFC 3161, 2.4.2). */
export interface TimeStampResponse {
  /** PKIStatus: 0 granted, 1 grantedWithMods, 2 rejection… */
  readonly status: number
  readonly statusStrings: readonly string[]
  /** PKIFailureInfo by name (`badAlg`, `systemFailure`…), an unknown bit as `bit 3`; empty where there is none. */
  readonly failureInfo: readonly string[]
  /** TimeStampToken as it stood; null where absent. */
  readonly token: Uint8Array | null
}

export interface TimeStampResponseInput {
  readonly status: number
  readonly statusString?: string
  /** Number of the PKIFailureInfo bit. */
  readonly failureInfo?: number
  readonly token: Uint8Array | null
}

export interface Accuracy {
  readonly seconds?: number
  /** 1–999 */
  readonly millis?: number
  /** 1–999 */
  readonly micros?: number
}

/** What a time-stamp says (RFC 3161, 2.4.2). */
export interface TstInfo {
  readonly policy: string
  readonly digest: DigestName
  readonly imprint: Uint8Array
  /** INTEGER contents octets. */
  readonly serialNumber: Uint8Array
  /** Cut to milliseconds. */
  readonly genTime: Date
  readonly accuracy: Accuracy | null
  readonly ordering: boolean
  readonly nonce: bigint | null
  /** GeneralName in DER. */
  readonly tsa: Uint8Array | null
  /** OIDs of the extensions. */
  readonly extensions: readonly {
    readonly oid: string
    readonly critical: boolean
    readonly value: Uint8Array
  }[]
}

export interface TstInfoInput {
  readonly policy: string
  readonly digest: DigestName
  readonly imprint: Uint8Array
  /** Unsigned, big-endian. */
  readonly serialNumber: Uint8Array
  readonly genTime: Date
  readonly accuracy?: Accuracy
  readonly ordering?: boolean
  readonly nonce: Uint8Array | bigint | null
}

export interface TimeStampToken {
  readonly signedData: SignedData
  readonly tstInfo: TstInfo
}
