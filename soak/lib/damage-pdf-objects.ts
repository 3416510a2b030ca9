import type { Draw } from './random.ts'

/** Whole objects of a PDF taken away, doubled, exchanged or given another's number, wherever that leaves the offsets. */
export function damagePdfObjects(bytes: Buffer, draw: Draw): Buffer {
  const text = bytes.toString('latin1')
  const objects = [...text.matchAll(/\d+ 0 obj[\s\S]*?endobj\n?/g)].map((found) => ({
    start: found.index,
    end: found.index + found[0].length,
  }))
  if (objects.length < 2) return bytes
  const one = draw.below(objects.length)
  const other = (one + 1 + draw.below(objects.length - 1)) % objects.length
  const [first, second] = [objects[Math.min(one, other)]!, objects[Math.max(one, other)]!]
  const part = ({ start, end }: { start: number; end: number }): Buffer => bytes.subarray(start, end)
  const between = bytes.subarray(first.end, second.start)
  const [head, tail] = [bytes.subarray(0, first.start), bytes.subarray(second.end)]
  switch (draw.below(5)) {
    case 0:
      return Buffer.concat([head, between, part(second), tail])
    case 1:
      return Buffer.concat([head, part(first), part(first), between, part(second), tail])
    case 2:
      return Buffer.concat([head, part(second), between, part(first), tail])
    case 3:
      // lengths and offsets stay right
      return Buffer.concat([head, blanked(part(first)), between, part(second), tail])
    default:
      // an update of the one by the other, as a reader that rebuilds cross-references sees it
      return Buffer.concat([bytes, Buffer.from(renumbered(text, first, second), 'latin1')])
  }
}

const blanked = (object: Buffer): Buffer => Buffer.alloc(object.length, ' ')

function renumbered(text: string, first: { start: number }, second: { start: number; end: number }): string {
  const number = /^\d+/.exec(text.slice(first.start))![0]
  return `\n${text.slice(second.start, second.end).replace(/^\d+/, number)}`
}
