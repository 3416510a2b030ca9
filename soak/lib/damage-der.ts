import type { Corpus } from './corpus-types.ts'
import type { Draw } from './random.ts'

/** An element: its identifier octet, and what is inside, as elements where it looks like some. */
interface Element {
  readonly tag: number
  readonly content: Buffer | readonly Element[]
  /** What stands before the elements inside a BIT STRING. */
  readonly prefix: Buffer
}

const none = Buffer.alloc(0)

/** One change inside, with every length around it made right again. Bytes that are no DER come back as they are. */
export function damageDer(bytes: Buffer, { originals, words }: Corpus, draw: Draw): Buffer {
  const elements = readElements(bytes)
  if (!elements) return bytes
  const foreign = (): Element => {
    const all = flatten(readElements(draw.pick(originals).bytes) ?? [])
    return all.length > 0 ? draw.pick(all) : { tag: 0x05, content: none, prefix: none }
  }
  const change = (element: Element): readonly Element[] => {
    switch (draw.below(8)) {
      case 0:
        return []
      case 1:
        return [element, element]
      case 2:
        return [foreign()]
      case 3:
        return [element, foreign()]
      case 4:
        return [{ ...element, tag: draw() < 0.5 ? element.tag ^ (1 << draw.below(8)) : draw.below(256) }]
      case 5:
        return [{ ...element, content: draw.pick(words) }]
      case 6:
        return Array.isArray(element.content)
          ? [{ ...element, content: [...element.content].sort(() => draw() - 0.5) }]
          : [{ ...element, content: spoil(encodeContent(element), draw) }]
      default:
        return [{ ...element, prefix: none, content: spoil(encodeContent(element), draw) }]
    }
  }
  const all = flatten(elements)
  return encode(replace(elements, draw.pick(all), change))
}

function spoil(content: Buffer, draw: Draw): Buffer {
  if (content.length === 0) return Buffer.from([draw.below(256)])
  const changed = Buffer.from(content)
  changed[draw.below(changed.length)] = draw.below(256)
  const cut = draw.below(4) === 0 ? draw.below(changed.length) : changed.length
  return changed.subarray(0, cut)
}

/** null where the bytes are not elements to the end. */
function readElements(bytes: Buffer): Element[] | null {
  const elements: Element[] = []
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at + 1]
    if (first === undefined) return null
    const octets = first < 0x80 ? 0 : first & 0x7f
    const start = at + 2 + octets
    if (
      (bytes[at]! & 0x1f) === 0x1f ||
      octets > 3 ||
      (octets === 0 && first === 0x80) ||
      start > bytes.length
    )
      return null
    const end = start + (octets === 0 ? first : bytes.readUIntBE(at + 2, octets))
    if (end > bytes.length) return null
    elements.push(readElement(bytes[at]!, bytes.subarray(start, end)))
    at = end
  }
  return elements
}

function readElement(tag: number, content: Buffer): Element {
  const skipped = tag === 0x03 ? 1 : 0
  const mayHold = (tag & 0x20) !== 0 || tag === 0x04 || tag === 0x03
  const inside = mayHold && content.length > skipped + 1 ? readElements(content.subarray(skipped)) : null
  return { tag, content: inside ?? content, prefix: inside ? content.subarray(0, skipped) : none }
}

const flatten = (elements: readonly Element[]): Element[] =>
  elements.flatMap((element) => [
    element,
    ...(Buffer.isBuffer(element.content) ? [] : flatten(element.content)),
  ])

const replace = (
  elements: readonly Element[],
  chosen: Element | undefined,
  change: (element: Element) => readonly Element[],
): Element[] =>
  elements.flatMap((element) => {
    if (element === chosen) return change(element)
    const { content } = element
    return [Buffer.isBuffer(content) ? element : { ...element, content: replace(content, chosen, change) }]
  })

const encode = (elements: readonly Element[]): Buffer =>
  Buffer.concat(
    elements.map((element) => {
      const content = encodeContent(element)
      return Buffer.concat([Buffer.from([element.tag]), encodeLength(content.length), content])
    }),
  )

const encodeContent = ({ content, prefix }: Element): Buffer =>
  Buffer.isBuffer(content) ? content : Buffer.concat([prefix, encode(content)])

function encodeLength(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length])
  const octets = length < 0x100 ? 1 : length < 0x10000 ? 2 : 3
  const bytes = Buffer.alloc(1 + octets, 0x80 | octets)
  bytes.writeUIntBE(length, 1, octets)
  return bytes
}
