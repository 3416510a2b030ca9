import type { DigestName } from '../formats/index.ts'
import type { ValidationSource } from '../trust/index.ts'
import type { CollectInput, Policy, VerificationReport } from '../verifier/index.ts'

/** A file by its path, or its bytes; either is read by the child alone. */
export type Content = { readonly path: string } | { readonly bytes: Uint8Array }

/** Content that a detached signature is about; a path is digested as a stream, and never held. */
export type DetachedSource = { readonly name: string | null } & (
  | Content
  | { readonly digests: Readonly<Partial<Record<DigestName, Uint8Array>>> }
)

/** Anchors and evidence. The same object, unchanged, is sent to each child once. */
export type VerificationContext = Pick<CollectInput, 'anchors' | 'evidence'>

export interface VerifyTask {
  readonly file: { readonly name: string | null } & Content
  readonly detached?: readonly DetachedSource[]
  readonly evidenceRecords?: readonly Uint8Array[]
  readonly context: VerificationContext
  readonly policy: Policy
  readonly at: Date
  readonly password?: string
}

export interface SandboxLimits {
  /** Processor time of a small file, in milliseconds. */
  readonly cpuMs: number
  /** More of it for each MiB of the file and of its detached content. */
  readonly cpuMsPerMib: number
  /** Time, in milliseconds; as much more as `cpuMsPerMib` says, ten times. */
  readonly wallMs: number
  /** Resident memory that a file may take beyond its own size, in bytes. */
  readonly memoryBytes: number
  /** The longest file, in bytes; detached content that comes as a path has no limit. */
  readonly fileBytes: number
}

export interface SandboxOptions {
  /** Processes at the most; they are started as they are needed. */
  readonly size: number
  readonly limits?: Partial<SandboxLimits>
  /** What is asked, by this process, for what a file's facts lack; null: nothing is fetched. */
  readonly source?: ValidationSource | null
  /** How far the processes stand back for others, 0 to 19, where the system knows that. */
  readonly niceness?: number
}

/** Judges untrusted files in child processes. */
export interface Sandbox {
  /**
   * The verdict. A file that cannot be opened, exceeds a limit or ends its process is `unreadable`; throws
   * `ERR_SANDBOX_START` and `ERR_SANDBOX_CLOSED` only.
   */
  verify(task: VerifyTask): Promise<VerificationReport>
  /** Digests that a detached signature's content is wanted by; none where the bytes cannot be read. Throws as `verify`. */
  requiredDigests(bytes: Uint8Array): Promise<readonly DigestName[]>
  /** Of the processes that run now. */
  pids(): number[]
  /** Ends the processes; what is still running is rejected. */
  close(): Promise<void>
}

const mebi = 2 ** 20

export const defaultLimits: SandboxLimits = {
  cpuMs: 2_000,
  cpuMsPerMib: 10,
  wallMs: 20_000,
  memoryBytes: 256 * mebi,
  fileBytes: 512 * mebi,
}
