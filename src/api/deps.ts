import type { Logger } from 'pino'
import type { Database } from '../db/index.ts'
import type { Certificate } from '../formats/index.ts'
import type { KeyProvider } from '../pkcs11/index.ts'
import type { Sandbox } from '../sandbox/index.ts'
import type { Clock, Random, TimestampAuthority } from '../signer/index.ts'
import type { ValidationSource } from '../trust/index.ts'
import type { FaultPoint } from './fault-points.ts'

/** Everything the service is given; nothing of it is closed by the service. */
export interface AppDeps {
  readonly database: Database
  readonly keys: KeyProvider
  /** null: none is configured; B-T and time-stamps are then refused. */
  readonly timestamps: TimestampAuthority | null
  readonly trust: {
    /** Certificates that a signer's chain must lead to. */
    readonly issuers: readonly Certificate[]
    readonly tsaCertificates: readonly Certificate[]
  }
  /** Certificates, CRLs and OCSP answers that nobody brought along: fetched, and kept while they are fresh. */
  readonly evidence: ValidationSource
  /** The same, asked anew each time: what guards our own signing wants. */
  readonly liveEvidence: ValidationSource
  /** Judges files, away from this process. */
  readonly verifications: Pick<Sandbox, 'verify' | 'requiredDigests'>
  readonly environment: 'evaluation' | 'production'
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  readonly limits: ApiLimits
  /** Documents of signing requests and the key of patient references are kept in it. */
  readonly dataFolder: string
  /** Addresses or networks whose `X-Forwarded-For` and `X-Request-Id` are believed. */
  readonly trustedProxies: readonly string[]
  /** Tests only; the composition root passes none. */
  readonly faultPoint?: (name: FaultPoint) => void | Promise<void>
}

/** What is not named stands at its default (`limits.ts`). */
export interface ApiLimits {
  /** The longest document, in bytes. */
  readonly uploadBytes: number
  /** Bytes of documents that are held in memory at once. */
  readonly heldBytes?: number
  /** Signatures being made at once. */
  readonly signing?: number
  /** Files being judged, or waiting for a process that judges, at once. */
  readonly verifying?: number
  /** Requests that may wait for one of those. */
  readonly waiting?: number
  /** The longest silence of a client that sends a body, in milliseconds. */
  readonly bodyIdleMs?: number
  /** How long a body may take before its mean rate counts, in milliseconds. */
  readonly bodyGraceMs?: number
  /** The slowest mean rate of a body after that, in bytes per second. */
  readonly bodyBytesPerSecond?: number
  /** How old what is known of a signer's revocation may be, in milliseconds. */
  readonly statusAgeMs?: number
  /** How long OCSP responders and publishers of CRLs are waited for in all, in milliseconds. */
  readonly statusDeadlineMs?: number
}

export interface Api {
  /** Answers a request; `env` is what the HTTP server hands over (`{ incoming }` with its socket), or nothing. */
  fetch(request: Request, env?: object): Promise<Response>
  /** Voids intents that a crash left, those of running requests excepted; gives their number. Throws `ERR_DB_…`. */
  recover(): Promise<number>
  /** Takes no more requests and waits until the running ones are answered. */
  drain(): Promise<void>
}
