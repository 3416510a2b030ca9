import { statSync } from 'node:fs'
import type { AnkyError } from '../formats/index.ts'
import { contextDigest, policyDigest, unreadableReport, type VerificationReport } from '../verifier/index.ts'
import { following, type Parcel } from './child-memory.ts'
import { SandboxError } from './errors.ts'
import { createEvidenceFetcher, type FetchedEvidence, nothingFetched } from './fetch-evidence.ts'
import { Pool, type Work } from './pool.ts'
import type { JobAnswer, VerifyJob } from './protocol.ts'
import {
  type Content,
  type DetachedSource,
  defaultLimits,
  type Sandbox,
  type SandboxLimits,
  type SandboxOptions,
  type VerifyTask,
} from './types.ts'

/** Answers bring new questions (the CRL of an issuer that was fetched); a chain is not longer than this. */
const MAX_ROUNDS = 6

/** Judges files in `size` processes at the most. They have no network: what is fetched, this process fetches. */
export function createSandbox(options: SandboxOptions): Sandbox {
  const limits: SandboxLimits = { ...defaultLimits, ...options.limits }
  const pool = new Pool(options.size, limits, { niceness: options.niceness ?? 0 })
  const source = options.source ?? null
  return {
    verify: async (task) => {
      try {
        const sizes = measure(task, limits)
        if (!source) return (await judge(pool, task, sizes, nothingFetched, false)).report
        return await judgeOnline(pool, task, sizes, createEvidenceFetcher(source))
      } catch (error) {
        if (!(error instanceof SandboxError) || endsEverything.has(error.code)) throw error
        return unjudged(task, error)
      }
    },
    requiredDigests: async (bytes) => {
      try {
        const answer = await pool.run({
          heldBytes: bytes.length,
          streamedBytes: 0,
          pack: (_memory, id) => [
            {
              message: { type: 'job', id, job: { kind: 'digests', file: following(bytes) } },
              bytes: [bytes],
            },
          ],
        })
        return 'digests' in answer ? answer.digests : []
      } catch (error) {
        if (!(error instanceof SandboxError) || endsEverything.has(error.code)) throw error
        return []
      }
    },
    pids: () => pool.pids(),
    close: () => pool.close(),
  }
}

const endsEverything: ReadonlySet<string> = new Set(['ERR_SANDBOX_START', 'ERR_SANDBOX_CLOSED'])

type VerifyAnswer = Extract<JobAnswer, { report: VerificationReport }>

async function judgeOnline(
  pool: Pool,
  task: VerifyTask,
  sizes: Sizes,
  fetcher: ReturnType<typeof createEvidenceFetcher>,
): Promise<VerificationReport> {
  for (let round = 1; ; round++) {
    const { report, missing } = await judge(pool, task, sizes, fetcher.fetched(), round < MAX_ROUNDS)
    if (missing.length === 0 || !(await fetcher.fetch(missing))) return report
  }
}

async function judge(
  pool: Pool,
  task: VerifyTask,
  sizes: Sizes,
  fetched: FetchedEvidence,
  online: boolean,
): Promise<VerifyAnswer> {
  const answer = await pool.run(toWork(task, sizes, fetched, online))
  if ('unread' in answer) throw new SandboxError('ERR_SANDBOX_FILE', { details: { reason: answer.unread } })
  if (!('report' in answer)) throw new SandboxError('ERR_SANDBOX_CRASHED', { details: { ending: 'answer' } })
  return answer
}

function toWork(task: VerifyTask, sizes: Sizes, fetched: FetchedEvidence, online: boolean): Work {
  return {
    ...sizes,
    pack(memory, id) {
      const parcels: Parcel[] = []
      const policy = memory.policy(task.policy, parcels)
      const context = memory.context(task.context, parcels)
      const extra = memory.extra(fetched, parcels)
      const bytes: Uint8Array[] = []
      const follow = (piece: Uint8Array) => {
        bytes.push(piece)
        return following(piece)
      }
      const describe = (content: Content) =>
        'path' in content ? { path: content.path } : follow(content.bytes)
      const job: VerifyJob = {
        kind: 'verify',
        file: { name: task.file.name, ...describe(task.file) },
        detached: (task.detached ?? []).map((content) => ({
          name: content.name,
          ...('digests' in content ? { digests: toHex(content.digests) } : describe(content)),
        })),
        evidenceRecords: (task.evidenceRecords ?? []).map(follow),
        context,
        extra,
        policy,
        at: task.at.toISOString(),
        password: task.password ?? null,
        online,
      }
      parcels.push({ message: { type: 'job', id, job }, bytes })
      return parcels
    },
  }
}

const toHex = (digests: Extract<DetachedSource, { digests: unknown }>['digests']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(digests).map(([name, digest]) => [name, Buffer.from(digest).toString('hex')]),
  )

type Sizes = Pick<Work, 'heldBytes' | 'streamedBytes'>

/** Throws `ERR_SANDBOX_FILE` and `ERR_SANDBOX_FILE_TOO_LARGE`. */
function measure(task: VerifyTask, limits: SandboxLimits): Sizes {
  const own = sizeOf(task.file)
  if (own > limits.fileBytes)
    throw new SandboxError('ERR_SANDBOX_FILE_TOO_LARGE', { details: { limit: limits.fileBytes } })
  let heldBytes = own
  let streamedBytes = 0
  for (const content of task.detached ?? []) {
    if ('digests' in content) continue
    if ('path' in content) streamedBytes += sizeOf(content)
    else heldBytes += content.bytes.length
  }
  return { heldBytes, streamedBytes }
}

/** At once: a turn through the pool of threads takes longer than the whole rest that this process does for a file. */
function sizeOf(content: Content): number {
  if ('bytes' in content) return content.bytes.length
  try {
    const found = statSync(content.path)
    if (found.isFile()) return found.size
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'unknown'
    throw new SandboxError('ERR_SANDBOX_FILE', { details: { reason }, cause })
  }
  throw new SandboxError('ERR_SANDBOX_FILE', { details: { reason: 'not a file' } })
}

function unjudged(task: VerifyTask, error: AnkyError): VerificationReport {
  const { context, evidenceRecords = [], policy, at, file } = task
  return unreadableReport(
    {
      file: file.name,
      policy: { name: policy.name, digest: policyDigest(policy) },
      context: contextDigest({ ...context, evidenceRecords }),
      at: at.toISOString(),
    },
    error,
  )
}
