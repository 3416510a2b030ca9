import { createHash } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import {
  name,
  openPdf,
  PdfDict,
  type PdfDocument,
  type PdfObject,
  PdfRef,
  PdfStream,
  serializeObject,
} from '../../src/formats/index.ts'

/**
 * Writes a document anew as a hybrid-reference file (ISO 32000-1, 7.5.8.4): its structure tree moves into an object
 * stream that only the cross-reference stream behind /XRefStm knows; the classic table calls those objects free.
 */
export function writeHybrid(source: Uint8Array): Uint8Array {
  const document = openPdf(source)
  const visible = collect(document, [
    document.catalog.with({ StructTreeRoot: undefined }),
    document.trailer.get('Info') ?? null,
  ])
  visible.add(document.catalogRef.num)
  const hidden = [...collect(document, [document.catalog])].filter((num) => !visible.has(num)).sort(ascending)
  const writer = new Layout()
  for (const num of [...visible].sort(ascending)) writer.object(num, document.get(new PdfRef(num, 0)))
  const streamNum = document.size
  const xrefNum = document.size + 1
  writer.object(streamNum, packObjects(document, hidden))
  const xrefStreamAt = writer.length
  writer.raw(xrefStream(xrefNum, streamNum, hidden, writer))
  const tableAt = writer.length
  writer.raw(table(document.size, new Set(hidden), writer))
  writer.raw(trailer(document, source, xrefStreamAt, xrefNum + 1))
  writer.raw(`startxref\n${tableAt}\n%%EOF\n`)
  return writer.bytes
}

const ascending = (a: number, b: number): number => a - b

/** Numbers of all objects that can be reached from `starts`. */
function collect(document: PdfDocument, starts: readonly PdfObject[]): Set<number> {
  const found = new Set<number>()
  const queue: PdfObject[] = [...starts]
  for (let object = queue.pop(); object !== undefined; object = queue.pop()) {
    if (object instanceof PdfRef) {
      if (found.has(object.num)) continue
      found.add(object.num)
      queue.push(document.get(object))
    } else if (object instanceof PdfStream) queue.push(object.dict)
    else if (object instanceof PdfDict) queue.push(...object.entries.values())
    else if (Array.isArray(object)) queue.push(...object)
  }
  return found
}

class Layout {
  readonly offsets = new Map<number, number>()
  readonly #parts: Uint8Array[] = []
  length = 0

  constructor() {
    this.raw('%PDF-1.5\n%\xe2\xe3\xcf\xd3\n')
  }
  raw(data: string | Uint8Array): void {
    const bytes = typeof data === 'string' ? Buffer.from(data, 'latin1') : data
    this.#parts.push(bytes)
    this.length += bytes.length
  }
  object(num: number, value: PdfObject): void {
    this.offsets.set(num, this.length)
    this.raw(`${num} 0 obj\n`)
    this.raw(serializeObject(value))
    this.raw('\nendobj\n')
  }
  get bytes(): Uint8Array {
    return Buffer.concat(this.#parts)
  }
}

function packObjects(document: PdfDocument, nums: readonly number[]): PdfStream {
  const bodies = nums.map((num) => Buffer.from(serializeObject(document.get(new PdfRef(num, 0)))))
  let at = 0
  const pairs = bodies.map((body, index) => {
    const pair = `${nums[index]} ${at}`
    at += body.length + 1
    return pair
  })
  const header = Buffer.from(`${pairs.join(' ')}\n`)
  const data = Buffer.concat([header, ...bodies.flatMap((body) => [body, Buffer.from('\n')])])
  const dict = new PdfDict({
    Type: name('ObjStm'),
    N: nums.length,
    First: header.length,
    Filter: name('FlateDecode'),
  })
  return new PdfStream(dict, deflateSync(data))
}

/** Entries of the hidden objects and of the object stream; /W [1 4 2]. */
function xrefStream(num: number, streamNum: number, hidden: readonly number[], layout: Layout): Uint8Array {
  const rows = hidden.map((_, index) => row(2, streamNum, index))
  rows.push(row(1, layout.offsets.get(streamNum)!, 0), row(1, layout.length, 0))
  const index = [...hidden.map((n) => `${n} 1`), `${streamNum} 2`].join(' ')
  const data = deflateSync(Buffer.concat(rows))
  const dict = `<</Type/XRef/Size ${num + 1}/W[1 4 2]/Index[${index}]/Filter/FlateDecode/Length ${data.length}>>`
  return Buffer.concat([
    Buffer.from(`${num} 0 obj\n${dict}\nstream\n`),
    data,
    Buffer.from('\nendstream\nendobj\n'),
  ])
}

function row(type: number, second: number, third: number): Buffer {
  const bytes = Buffer.alloc(7)
  bytes[0] = type
  bytes.writeUInt32BE(second, 1)
  bytes.writeUInt16BE(third, 5)
  return bytes
}

/** The table up to the document's own size; hidden and unused objects form the list of free ones. */
function table(size: number, hidden: ReadonlySet<number>, layout: Layout): string {
  const lines: string[] = []
  let nextFree = 0
  for (let num = size - 1; num >= 0; num--) {
    const offset = layout.offsets.get(num)
    if (offset !== undefined) {
      lines.push(`${String(offset).padStart(10, '0')} 00000 n \n`)
      continue
    }
    const generation = num === 0 || hidden.has(num) ? '65535' : '00001'
    lines.push(`${String(nextFree).padStart(10, '0')} ${generation} f \n`)
    nextFree = num
  }
  return `xref\n0 ${size}\n${lines.reverse().join('')}`
}

function trailer(document: PdfDocument, source: Uint8Array, xrefStreamAt: number, size: number): string {
  const info = document.trailer.get('Info')
  const id = createHash('sha256').update(source).digest('hex').slice(0, 32)
  const entries = `/Size ${size}/Root ${document.catalogRef}/XRefStm ${xrefStreamAt}/ID[<${id}><${id}>]`
  return `trailer\n<<${entries}${info ? `/Info ${info}` : ''}>>\n`
}
