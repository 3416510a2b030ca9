import { FormatError, PdfDict, readTrailer } from '../src/formats/index.ts'

/** What can be said of a file without knowing what anybody expects of it. */
export interface FileFacts {
  /** How the newest trailer gives /Encrypt; null where it has none, or where there is no trailer to read. */
  readonly encryptEntry: 'direct' | 'other' | null
}

/** A rule of `docs/disagreements.md`: where it applies, we differ from others on purpose. */
export interface Rule {
  readonly id: string
  readonly clause: string
  readonly applies: (facts: FileFacts) => boolean
}

export const rules: readonly Rule[] = [
  {
    id: 'direct-encrypt-dictionary',
    clause: 'ISO 32000-2:2020, 7.5.5, table 15',
    applies: (facts) => facts.encryptEntry === 'direct',
  },
]

/** What rules may know of a file; one that cannot be read that far has no facts. */
export function collectFacts(bytes: Uint8Array): FileFacts {
  try {
    const value = readTrailer(bytes, 'lenient').get('Encrypt')
    if (value === undefined || value === null) return { encryptEntry: null }
    return { encryptEntry: value instanceof PdfDict ? 'direct' : 'other' }
  } catch (error) {
    if (error instanceof FormatError) return { encryptEntry: null }
    throw error
  }
}

export const findRule = (bytes: Uint8Array): Rule | null => {
  const facts = collectFacts(bytes)
  return rules.find((rule) => rule.applies(facts)) ?? null
}
