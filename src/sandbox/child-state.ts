import { readFileSync, statSync } from 'node:fs'
import { type Certificate, type DigestName, digestBytes, parseCertificate } from '../formats/index.ts'
import { createTrustCache } from '../trust/index.ts'
import {
  type DetachedContent,
  type EvidenceRequest,
  judgeFile,
  type Policy,
  requiredDigests,
  type VerifyInput,
} from '../verifier/index.ts'
import { takeFollowing } from './byte-stream.ts'
import { digestFile } from './digest-file.ts'
import type { EvidenceIds, Following, JobAnswer, ToChild, VerifyJob, WireRequest } from './protocol.ts'

type Evidence = VerifyInput['evidence']
interface Context {
  readonly anchors: readonly Certificate[]
  readonly evidence: Evidence
}

/** Content with the bytes that followed its mention. */
type Held<T> = T extends Following ? Omit<T, 'follow'> & { readonly bytes: Uint8Array } : T

function hold<T extends object>(content: T): Held<T> {
  if (!('follow' in content)) return content as Held<T>
  const { follow, ...rest } = content as T & Following
  return { ...rest, bytes: takeFollowing({ follow }) } as Held<T>
}

/** What a child was told, and the caches that it warms. */
export class ChildState {
  readonly #objects = new Map<string, Uint8Array>()
  readonly #contexts = new Map<number, Context>()
  readonly #policies = new Map<number, Policy>()
  readonly #cache = createTrustCache()

  /** The answer of a job; null for everything else. What it throws ends the process. */
  async take(message: ToChild): Promise<JobAnswer | null> {
    switch (message.type) {
      case 'object':
        this.#objects.set(message.id, takeFollowing(message.bytes))
        return null
      case 'forget':
        for (const id of message.ids) this.#objects.delete(id)
        return null
      case 'policy':
        this.#policies.set(message.id, message.policy)
        return null
      case 'context':
        this.#contexts.set(message.id, {
          anchors: message.anchors.map((id) => parseCertificate(this.#object(id))),
          evidence: this.#evidence(message.evidence),
        })
        return null
      case 'job':
        if (message.job.kind === 'verify') return this.#verify(message.job)
        return { digests: requiredDigests(takeFollowing(message.job.file)) }
    }
  }

  async #verify(job: VerifyJob): Promise<JobAnswer> {
    // All that follows is taken from the stream, whatever becomes of the job
    const own = hold(job.file)
    const contents = job.detached.map(hold)
    const evidenceRecords = job.evidenceRecords.map(takeFollowing)
    try {
      return await this.#judge(job, own, contents, evidenceRecords)
    } catch (error) {
      const { code, syscall } = error as NodeJS.ErrnoException
      if (syscall !== undefined && code !== undefined) return { unread: code }
      throw error
    }
  }

  async #judge(
    job: VerifyJob,
    own: Held<VerifyJob['file']>,
    contents: readonly Held<VerifyJob['detached'][number]>[],
    evidenceRecords: readonly Uint8Array[],
  ): Promise<JobAnswer> {
    const bytes = 'path' in own ? readFileSync(own.path) : own.bytes
    const names = contents.some((content) => 'path' in content) ? requiredDigests(bytes, evidenceRecords) : []
    const context = this.#contexts.get(job.context)!
    const { report, missing } = judgeFile(
      {
        file: { name: job.file.name, bytes },
        detached: await Promise.all(contents.map((content) => toDetached(content, names))),
        evidenceRecords,
        anchors: context.anchors,
        evidence: joinEvidence(context.evidence, this.#evidence(job.extra)),
        ...(job.password !== null && { password: job.password }),
        at: new Date(job.at),
        gatheredAt: new Date(),
        policy: this.#policies.get(job.policy)!,
        cache: this.#cache,
      },
      job.online,
    )
    return { report, missing: missing.map(toWire) }
  }

  #object(id: string): Uint8Array {
    const bytes = this.#objects.get(id)
    if (!bytes) throw new Error(`${id} was not sent`)
    return bytes
  }

  #evidence(ids: EvidenceIds): Evidence {
    const take = (list: readonly string[]) => list.map((id) => this.#object(id))
    return {
      certificates: take(ids.certificates),
      crls: take(ids.crls),
      ocspResponses: take(ids.ocspResponses),
    }
  }
}

const toWire = (wanted: EvidenceRequest): WireRequest => ({
  kind: wanted.kind,
  url: wanted.url,
  request: wanted.kind === 'ocsp' ? Buffer.from(wanted.request).toString('base64') : '',
})

/** The same object where nothing is added: caches go by it. */
const joinEvidence = (given: Evidence, extra: Evidence): Evidence =>
  extra.certificates.length + extra.crls.length + extra.ocspResponses.length === 0
    ? given
    : {
        certificates: [...given.certificates, ...extra.certificates],
        crls: [...given.crls, ...extra.crls],
        ocspResponses: [...given.ocspResponses, ...extra.ocspResponses],
      }

/** Content in a file up to this many bytes is read whole where a signature cannot be judged by digests alone. */
const WHOLE_BYTES = 64 * 2 ** 20

/** `names`: digests that the signatures want of content that is not held. */
async function toDetached(
  content: Held<VerifyJob['detached'][number]>,
  names: readonly DigestName[],
): Promise<DetachedContent> {
  const { name } = content
  if ('bytes' in content) {
    const { bytes } = content
    return { name, digest: (algorithm) => digestBytes(algorithm, bytes), bytes: () => bytes }
  }
  if ('path' in content) return detachedFile(name, content.path, names)
  const digests = new Map(Object.entries(content.digests))
  return {
    name,
    digest: (algorithm) => {
      const hex = digests.get(algorithm)
      return hex === undefined ? null : Buffer.from(hex, 'hex')
    },
  }
}

async function detachedFile(
  name: string | null,
  path: string,
  names: readonly DigestName[],
): Promise<DetachedContent> {
  const digests = names.length === 0 ? null : await digestFile(path, names)
  return {
    name,
    digest: (algorithm) => digests?.get(algorithm) ?? null,
    bytes: () => (statSync(path).size > WHOLE_BYTES ? null : readFileSync(path)),
  }
}
