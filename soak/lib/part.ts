/** What `npm run soak -- NAME… --minutes N --count N --seed N` asks for. */
export interface SoakOptions {
  /** How long each fuzzing part lasts. */
  readonly minutes: number
  /** Signatures to make; null: each part's own number. */
  readonly count: number | null
  /** Where the fuzzers' inputs start from; the same seed and corpus give the same inputs. */
  readonly seed: number
}

/** A long run: gives the figures to print; throws where a promise was not kept. */
export interface SoakPart {
  readonly name: string
  /** Why it cannot run here and what to install; null where it can. */
  readonly missing: () => { readonly reason: string; readonly install: string } | null
  readonly run: (options: SoakOptions) => Promise<string>
}

/** A promise that was not kept, with the figures that show it. */
export class SoakFailure extends Error {}

/** The first of several requirements that is missing. */
export const firstMissing =
  (...requirements: readonly { readonly missing: SoakPart['missing'] }[]): SoakPart['missing'] =>
  () =>
    requirements.map(({ missing }) => missing()).find((lack) => lack !== null) ?? null
