export type Language = 'pdf' | 'der'

/** A file to be damaged, and the places in it that mean something. */
export interface Original {
  readonly bytes: Buffer
  readonly marks: readonly number[]
}

/** What a mutation draws from. */
export interface Corpus {
  readonly language: Language
  readonly originals: readonly Original[]
  /** Pieces that mean something, to be put where they do not belong. */
  readonly words: readonly Buffer[]
}
