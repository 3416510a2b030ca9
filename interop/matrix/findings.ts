/** One answer to one question of the matrix. */
export interface Cell {
  readonly suite: string
  /** What was judged: file, level, which signature. */
  readonly subject: string
  /** The row of the summary: an algorithm, or the kind of check. */
  readonly row: string
  readonly judge: string
  readonly outcome: 'agrees' | 'disagrees' | 'cannot' | 'unjudged'
  /** Why, where it is not `agrees`. */
  readonly why?: string
}

/** Everything that was observed in a run. */
export class Findings {
  readonly cells: Cell[] = []
  readonly #witnesses = new Map<string, number>()

  add(cell: Cell): void {
    this.cells.push(cell)
  }
  /** Counts what an oracle says beyond its verdict. */
  witness(text: string): void {
    this.#witnesses.set(text, (this.#witnesses.get(text) ?? 0) + 1)
  }
  get witnesses(): [string, number][] {
    return [...this.#witnesses].sort(([a], [b]) => a.localeCompare(b))
  }
  get disagreements(): Cell[] {
    return this.cells.filter(({ outcome }) => outcome === 'disagrees')
  }
}
