import type { EvidenceKey, EvidenceStore, KeptEvidence } from './ports.ts'

const MAX_KEPT = 1000

/** Answers in memory, the newest thousand; for a command that runs once, and tests. */
export function createMemoryEvidenceStore(): EvidenceStore {
  const kept = new Map<string, KeptEvidence>()
  return {
    find: async (key) => kept.get(nameOf(key)) ?? null,
    put: async (key, evidence) => {
      kept.delete(nameOf(key))
      kept.set(nameOf(key), evidence)
      const oldest = kept.keys().next()
      if (kept.size > MAX_KEPT && !oldest.done) kept.delete(oldest.value)
    },
  }
}

const nameOf = ({ kind, url, id }: EvidenceKey): string => `${kind} ${id} ${url}`
