/** A file to be damaged, and the places in it that mean something. */
export interface Original {
  readonly bytes: Buffer
  readonly marks: readonly number[]
}

/** What a mutation draws from. */
export interface Corpus {
  readonly originals: readonly Original[]
  /** Pieces that mean something, to be put where they do not belong. */
  readonly words: readonly Buffer[]
}

const MAX_CHANGES = 6
const MAX_PIECE = 400

/** Numbers from 0 up to 1 that depend on the seed alone (mulberry32 over the seed's two halves). */
export function seededRandom(seed: number): () => number {
  let state = (seed ^ Math.imul(Math.floor(seed / 2 ** 32), 0x9e3779b1)) >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** One of the corpus's files with one to six changes; the same for the same seed. */
export function mutate(corpus: Corpus, seed: number): Buffer {
  const draw = seededRandom(seed)
  const below = (limit: number): number => Math.floor(draw() * limit)
  const pick = <T>(list: readonly T[]): T => list[below(list.length)]!
  const original = pick(corpus.originals)
  let { bytes } = original
  for (let change = 1 + below(MAX_CHANGES); change > 0; change--) {
    const at = placeIn(bytes.length, original.marks, draw)
    bytes = Buffer.concat(damage(bytes, at))
  }
  return bytes

  function damage(before: Buffer, at: number): Buffer[] {
    const [head, tail] = [before.subarray(0, at), before.subarray(at)]
    const length = below(draw() < 0.5 ? 8 : MAX_PIECE)
    switch (below(8)) {
      case 0:
        return [head, Buffer.from([below(256)]), tail.subarray(1)]
      case 1:
        return [head, Buffer.from([(before[at] ?? 0) ^ (1 << below(8))]), tail.subarray(1)]
      case 2:
        return [head, tail.subarray(length)]
      case 3:
        return [head, pick(corpus.words), tail]
      case 4: {
        const word = pick(corpus.words)
        return [head, word, tail.subarray(word.length)]
      }
      case 5: {
        const from = below(before.length)
        return [head, before.subarray(from, from + length), tail]
      }
      case 6: {
        const other = pick(corpus.originals).bytes
        const from = below(other.length)
        return [head, other.subarray(from, from + length), tail.subarray(draw() < 0.5 ? length : 0)]
      }
      default:
        // seldom: most of what follows a cut never gets read
        return draw() < 0.2 ? [head] : [head, Buffer.alloc(1 + below(4), pick([0, 0xff, 0x20, 0x30])), tail]
    }
  }
}

/** Mostly at or just behind a mark, else anywhere. */
function placeIn(length: number, marks: readonly number[], draw: () => number): number {
  const near = marks[Math.floor(draw() * marks.length)]
  if (near === undefined || draw() < 0.15) return Math.floor(draw() * length)
  return Math.min(length, near + Math.floor(draw() * 12))
}
