import { PdfDict, type PdfDocument, type PdfObject, PdfStream } from '../../formats/index.ts'
import { SignerError } from '../errors.ts'

/** XFA configuration: whether the pages are made from the template when the file is opened (XFA 3.3, dynamicRender). */
const element = 'dynamicRender'
/** The element's name and what makes it say `forbidden`, its default, or end; all else is taken as `required`. */
const harmless = new RegExp(`^${element}\\s*(?:/>|>\\s*(?:forbidden\\s*)?<(?![!?]))`)
/** What stands before the name in the tag that ends the element. */
const ending = /<\/(?:[\w.-]{1,40}:)?$/
const prefixLength = 50
/** Characters that are looked at from there on, more than an honest element takes. */
const windowLength = 120
/** A form has one, and its end. */
const maxMentions = 100

/**
 * Refuses a dynamic XFA form, whose pages and fields exist only in programs that draw it (ISO 32000-1, 12.7.8; removed
 * from ISO 32000-2). A static one has pages and fields like any other. All packets are searched, in UTF-8 and UTF-16.
 * Throws `ERR_PADES_XFA_UNSUPPORTED`.
 */
export function checkXfa(doc: PdfDocument): void {
  const form = doc.resolve(doc.catalog.get('AcroForm'))
  const xfa = form instanceof PdfDict ? doc.resolve(form.get('XFA')) : null
  if (xfa === null) return
  if (doc.resolve(doc.catalog.get('NeedsRendering')) === true || isDynamic(doc, xfa))
    throw new SignerError('ERR_PADES_XFA_UNSUPPORTED')
}

/** The whole form is one stream, or an array of packets with their names between, which make up one text. */
function isDynamic(doc: PdfDocument, xfa: PdfObject): boolean {
  const items: readonly PdfObject[] = Array.isArray(xfa) ? xfa : [xfa]
  const seen = new Set<PdfObject>()
  let tail: Uint8Array = new Uint8Array(0)
  for (const item of items) {
    const packet = doc.resolve(item)
    if (!(packet instanceof PdfStream) || seen.has(packet)) continue
    seen.add(packet)
    const data = doc.decode(packet)
    const seam = Buffer.concat([tail, data.subarray(0, 2 * windowLength)])
    if (mentionsDynamic(seam) || mentionsDynamic(data)) return true
    tail = Buffer.from(data.subarray(-2 * windowLength))
  }
  return false
}

function mentionsDynamic(data: Uint8Array): boolean {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.length)
  let mentions = 0
  for (const { encode, decode, width } of encodings) {
    const word = encode(element)
    for (let at = bytes.indexOf(word); at >= 0; at = bytes.indexOf(word, at + word.length)) {
      if (++mentions > maxMentions) return true
      const text = decode(bytes.subarray(at, at + windowLength * width))
      if (ending.test(decode(bytes.subarray(Math.max(at % width, at - prefixLength * width), at)))) continue
      // The end of all text ends the element too; where a packet ends, the seam is searched besides.
      const ended = text.length < windowLength ? `${text}<` : text
      if (!harmless.test(ended)) return true
    }
  }
  return false
}

const swap = (bytes: Buffer): Buffer => Buffer.from(bytes.subarray(0, bytes.length & ~1)).swap16()

const encodings: readonly {
  readonly width: number
  readonly encode: (text: string) => Buffer
  readonly decode: (bytes: Buffer) => string
}[] = [
  { width: 1, encode: (text) => Buffer.from(text), decode: (bytes) => bytes.toString('latin1') },
  { width: 2, encode: (text) => Buffer.from(text, 'utf16le'), decode: (bytes) => bytes.toString('utf16le') },
  {
    width: 2,
    encode: (text) => swap(Buffer.from(text, 'utf16le')),
    decode: (bytes) => swap(bytes).toString('utf16le'),
  },
]
