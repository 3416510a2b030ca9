import type { ValidationSource } from '../trust/index.ts'
import type { WireRequest } from './protocol.ts'
import type { VerificationContext } from './types.ts'

export type FetchedEvidence = VerificationContext['evidence']

export const nothingFetched: FetchedEvidence = { certificates: [], crls: [], ocspResponses: [] }

/** Requests that one file may cause, and bytes that they may bring, over all its rounds. */
const MAX_REQUESTS = 64
const MAX_BYTES = 128 * 2 ** 20

/** Asks a source for what one file lacks, each thing once. */
export function createEvidenceFetcher(source: ValidationSource) {
  const asked = new Set<string>()
  const fetched = {
    certificates: [] as Uint8Array[],
    crls: [] as Uint8Array[],
    ocspResponses: [] as Uint8Array[],
  }
  let bytes = 0

  const isNew = ({ kind, url, request }: WireRequest): boolean => {
    const key = `${kind} ${url} ${request}`
    if (asked.has(key) || asked.size >= MAX_REQUESTS) return false
    asked.add(key)
    return true
  }

  return {
    fetched: (): FetchedEvidence => ({
      certificates: [...fetched.certificates],
      crls: [...fetched.crls],
      ocspResponses: [...fetched.ocspResponses],
    }),
    /** Whether anything came that was not there before. A source that fails has nothing. */
    async fetch(missing: readonly WireRequest[]): Promise<boolean> {
      if (bytes > MAX_BYTES) return false
      const before = bytes
      const answers = await Promise.all(missing.filter(isNew).map((wanted) => ask(source, wanted)))
      // In the order of the questions, whichever answer came first
      for (const { kind, objects } of answers) {
        for (const object of objects) {
          fetched[kind].push(object)
          bytes += object.length
        }
      }
      return bytes > before
    },
  }
}

interface Answer {
  readonly kind: keyof FetchedEvidence
  readonly objects: readonly Uint8Array[]
}

async function ask(source: ValidationSource, { kind, url, request }: WireRequest): Promise<Answer> {
  switch (kind) {
    case 'issuers':
      return { kind: 'certificates', objects: await source.issuers(url).catch(() => []) }
    case 'crl':
      return { kind: 'crls', objects: present(await source.crl(url).catch(() => null)) }
    case 'ocsp': {
      const asked = Buffer.from(request, 'base64')
      return { kind: 'ocspResponses', objects: present(await source.ocsp(url, asked).catch(() => null)) }
    }
  }
}

const present = (bytes: Uint8Array | null): Uint8Array[] => (bytes ? [bytes] : [])
