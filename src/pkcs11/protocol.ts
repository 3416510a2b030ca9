import type { Details } from '../formats/index.ts'
import type { Pkcs11ErrorCode } from './messages.ts'

/** What the token's process is told once, as it starts. It holds the path of the PIN's file, never the PIN. */
export interface ChildOptions {
  readonly module: string
  readonly libraryParameters: string | null
  readonly tokenLabel: string | null
  /** The serial number of the token first used; another token is refused. */
  readonly serialNumber: string | null
  readonly pinFile: string
  readonly sessions: number
  /** State of the PIN file at which the token refused it. */
  readonly rejectedPin: string | null
}

/** A key as the token's process finds it again in each session: by CKA_ID, compared with its public part. */
export interface KeyIdentity {
  readonly ref: number
  /** CKA_ID in hex. */
  readonly id: string
  /** RSA: the modulus without leading zeros. */
  readonly modulus: Uint8Array | null
  /** EC and Edwards curves: the public point, unwrapped. */
  readonly point: Uint8Array | null
}

/** Making an RSA-4096 key may take a card minutes. */
export const GENERATE_DEADLINE_MS = 180_000

/** CK_RSA_PKCS_PSS_PARAMS as the addon takes it. */
export interface PssParameters {
  readonly type: number
  readonly hashAlg: number
  readonly mgf: number
  readonly saltLen: number
}

export interface MechanismCall {
  readonly mechanism: number
  readonly pss: PssParameters | null
}

export type KeySpec =
  | { readonly type: 'rsa'; readonly bits: 2048 | 3072 | 4096 }
  | { readonly type: 'ec'; readonly curve: 'P-256' | 'P-384' | 'P-521' }
  | { readonly type: 'ed25519' }

export type Operation =
  | { readonly op: 'sign'; readonly key: number; readonly call: MechanismCall; readonly input: Uint8Array }
  | { readonly op: 'describe' }
  | { readonly op: 'check'; readonly keys: boolean }
  | { readonly op: 'list' }
  | { readonly op: 'probe'; readonly key: number; readonly calls: readonly MechanismCall[] }
  | { readonly op: 'generate'; readonly spec: KeySpec; readonly label: string }
  | { readonly op: 'import'; readonly certificate: CertificateObject }

export interface CertificateObject {
  readonly id: string
  readonly label: string
  readonly value: Uint8Array
  readonly subject: Uint8Array
  readonly issuer: Uint8Array
  /** The INTEGER's whole encoding. */
  readonly serialNumber: Uint8Array
}

/** Answer to `describe`. */
export interface TokenDescription {
  readonly library: string
  readonly manufacturer: string
  readonly model: string
  readonly label: string
  readonly serialNumber: string
  readonly slots: number
  readonly mechanisms: readonly number[]
}

/** Answer to `list`: what lies in the token, unpaired. */
export interface TokenObjects {
  readonly privateKeys: readonly KeyObjectAttributes[]
  readonly publicKeys: readonly KeyObjectAttributes[]
  readonly certificates: readonly {
    readonly id: string
    readonly label: string
    readonly value: Uint8Array
  }[]
}

export interface KeyObjectAttributes {
  readonly id: string
  readonly label: string
  readonly keyType: number
  readonly modulus: Uint8Array | null
  readonly publicExponent: Uint8Array | null
  readonly ecParams: Uint8Array | null
  readonly ecPoint: Uint8Array | null
}

export type Job = Operation & { readonly id: number }

/** Which session of which thread made a value, so that it can be dropped where the value is wrong. */
export interface SessionTag {
  readonly thread: number
  readonly session: number
}

export interface FaultData {
  readonly code: Pkcs11ErrorCode
  readonly details: Details
}

export interface JobResult {
  readonly id: number
  readonly value?: unknown
  readonly session?: SessionTag
  readonly fault?: FaultData
  /** The process cannot help itself: its successor has to initialise the module afresh. */
  readonly fresh?: boolean
}

/** Parent to child, over the IPC channel. */
export type ToChild = { readonly type: 'open'; readonly options: ChildOptions } | { readonly type: 'close' }

/** Child to parent, over the IPC channel. */
export type FromChild =
  | { readonly type: 'ready' }
  | { readonly type: 'connected'; readonly serialNumber: string }
  | { readonly type: 'pin-rejected'; readonly stamp: string }
  /** The module did not start; the child ends. */
  | { readonly type: 'failed'; readonly fault: FaultData }

/** The first of the streams between parent and threads; 0 to 2 are the usual ones, 3 is the IPC channel. */
export const FIRST_STREAM = 4

/** Parent to a thread of the child, over that thread's own stream. Jobs travel in batches. */
export type ToThread =
  | { readonly type: 'key'; readonly key: KeyIdentity }
  | { readonly type: 'jobs'; readonly jobs: readonly Job[] }
  | { readonly type: 'drop-session'; readonly session: number }

/** A thread to the parent, over its stream. */
export type FromThread = readonly JobResult[]

/** A thread to the child's main thread. `lost` is the connection that no longer holds, 0 where there was none. */
export type ThreadRequest =
  | { readonly type: 'connect'; readonly lost: number }
  | { readonly type: 'pin-rejected'; readonly stamp: string }
