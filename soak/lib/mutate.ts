import type { Corpus } from './corpus-types.ts'
import { damageDer } from './damage-der.ts'
import { type Draw, seededDraw } from './random.ts'

const MAX_CHANGES = 5
const MAX_PIECE = 400
/** Of the inputs, those whose offsets (PDF) or lengths (DER) stay right, so that the damage is met further in. */
const FITTING = 0.75

/** One of the corpus's files with some changes; the same for the same seed. */
export function mutate(corpus: Corpus, seed: number): Buffer {
  const draw = seededDraw(seed)
  const original = draw.pick(corpus.originals)
  const isFitting = draw() < FITTING
  let { bytes } = original
  for (let change = 1 + draw.below(MAX_CHANGES); change > 0; change--) {
    const at = placeIn(bytes.length, original.marks, draw)
    if (!isFitting) bytes = damage(bytes, at, corpus, draw)
    else if (corpus.language === 'der') bytes = damageDer(bytes, corpus, draw)
    else bytes = overwrite(bytes, at, pieceFor(bytes, at, corpus, draw))
  }
  return bytes
}

/** Mostly at or just behind a mark, else anywhere. */
function placeIn(length: number, marks: readonly number[], draw: Draw): number {
  const near = draw.pick(marks)
  if (near === undefined || draw() < 0.15) return draw.below(length)
  return Math.min(length, near + draw.below(12))
}

const overwrite = (bytes: Buffer, at: number, piece: Buffer): Buffer =>
  Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at + piece.length)]).subarray(0, bytes.length)

/** A word, a byte, blanks, another number of as many digits, or something from elsewhere. */
function pieceFor(bytes: Buffer, at: number, { words, originals }: Corpus, draw: Draw): Buffer {
  switch (draw.below(6)) {
    case 0:
      return draw.pick(words.filter(({ length }) => length <= 40))
    case 1:
      return Buffer.from([draw.below(256)])
    case 2:
      return Buffer.alloc(1 + draw.below(draw() < 0.8 ? 8 : 80), 0x20)
    case 3: {
      const digits = /^\d+/.exec(bytes.toString('latin1', at, at + 20))?.[0].length ?? 1
      const digit = (): string => String(draw.below(10))
      return Buffer.from(draw() < 0.3 ? '9'.repeat(digits) : Array.from({ length: digits }, digit).join(''))
    }
    case 4: {
      const from = draw.below(bytes.length)
      return bytes.subarray(from, from + draw.below(60))
    }
    default: {
      const other = draw.pick(originals)
      const from = placeIn(other.bytes.length, other.marks, draw)
      return other.bytes.subarray(from, from + draw.below(60))
    }
  }
}

/** Anything goes. */
function damage(bytes: Buffer, at: number, { words, originals }: Corpus, draw: Draw): Buffer {
  const [head, tail] = [bytes.subarray(0, at), bytes.subarray(at)]
  const length = draw.below(draw() < 0.5 ? 8 : MAX_PIECE)
  switch (draw.below(7)) {
    case 0:
      return overwrite(bytes, at, Buffer.from([(bytes[at] ?? 0) ^ (1 << draw.below(8))]))
    case 1:
      return Buffer.concat([head, tail.subarray(length)])
    case 2:
      return Buffer.concat([head, draw.pick(words), tail])
    case 3:
      return overwrite(bytes, at, draw.pick(words))
    case 4: {
      const from = draw.below(bytes.length)
      return Buffer.concat([head, bytes.subarray(from, from + length), tail])
    }
    case 5: {
      const other = draw.pick(originals).bytes
      const from = draw.below(other.length)
      return Buffer.concat([head, other.subarray(from, from + length), tail.subarray(length)])
    }
    default:
      // seldom: most of what follows a cut never gets read
      return draw() < 0.2 ? head : Buffer.concat([head, Buffer.alloc(1 + draw.below(4), 0xff), tail])
  }
}
