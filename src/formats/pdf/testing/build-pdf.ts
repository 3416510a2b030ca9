import { deflateSync } from 'node:zlib'

type Entry =
  | { readonly type: 0 }
  | { readonly type: 1; readonly offset: number; readonly gen: number }
  | { readonly type: 2; readonly stream: number; readonly index: number }

export interface SectionOptions {
  /** Further trailer entries, `/Root 1 0 R` among them where it should not be that. */
  readonly trailer?: string
  readonly size?: number
  /** False leaves the /Prev out; a number replaces it. */
  readonly prev?: number | false
  readonly startxref?: number
}

/**
 * Writes small PDF files for tests, whole or broken: objects one after another, then a cross-reference section over
 * those written since the last one, any number of times.
 */
export class PdfBuilder {
  readonly #parts: Buffer[] = []
  #length = 0
  #entries = new Map<number, Entry>([[0, { type: 0 }]])
  #size = 0
  #lastSection: number | null = null

  constructor(header = '%PDF-1.7\n%\xe2\xe3\xcf\xd3\n') {
    this.raw(header)
  }

  get length(): number {
    return this.#length
  }
  get bytes(): Buffer {
    return Buffer.concat(this.#parts)
  }
  /** Where the last section stands. */
  get lastSection(): number {
    return this.#lastSection ?? 0
  }

  /** Bytes as they are; text one byte a character. */
  raw(data: string | Uint8Array): this {
    const bytes = typeof data === 'string' ? Buffer.from(data, 'latin1') : Buffer.from(data)
    this.#parts.push(bytes)
    this.#length += bytes.length
    return this
  }

  /** States an entry without writing anything. */
  entry(num: number, entry: Entry): this {
    this.#entries.set(num, entry)
    this.#size = Math.max(this.#size, num + 1)
    return this
  }

  object(num: number, body: string, gen = 0): this {
    this.entry(num, { type: 1, offset: this.#length, gen })
    return this.raw(`${num} ${gen} obj\n${body}\nendobj\n`)
  }

  /** A stream; `dict` without its brackets and /Length, which may be stated otherwise. */
  stream(num: number, dict: string, data: string | Uint8Array, length?: string): this {
    const bytes = typeof data === 'string' ? Buffer.from(data, 'latin1') : data
    this.entry(num, { type: 1, offset: this.#length, gen: 0 })
    this.raw(`${num} 0 obj\n<<${dict}/Length ${length ?? bytes.length}>>\nstream\n`)
    return this.raw(bytes).raw('\nendstream\nendobj\n')
  }

  /** An object stream with these members, packed unless `plain`. */
  objectStream(num: number, members: Readonly<Record<number, string>>, plain = false): this {
    const pairs: string[] = []
    let body = ''
    Object.entries(members).forEach(([member, text], index) => {
      pairs.push(`${member} ${body.length}`)
      body += `${text}\n`
      this.entry(Number(member), { type: 2, stream: num, index })
    })
    const header = `${pairs.join(' ')}\n`
    const data = Buffer.from(header + body, 'latin1')
    const dict = `/Type/ObjStm/N ${pairs.length}/First ${header.length}${plain ? '' : '/Filter/FlateDecode'}`
    return this.stream(num, dict, plain ? data : deflateSync(data))
  }

  /** A cross-reference table with trailer, `startxref` and `%%EOF`. */
  table(options: SectionOptions = {}): this {
    const at = this.#length
    this.raw(`xref\n${this.#tableLines()}trailer\n<<${this.#trailer(options)}>>\n`)
    return this.#finish(at, options)
  }

  /** A cross-reference stream as object `num`. */
  xrefStream(num: number, options: SectionOptions & { readonly predictor?: boolean } = {}): this {
    const at = this.#length
    this.#writeXrefStream(num, options)
    return this.#finish(at, options)
  }

  /** A table that calls `hidden` free, with a cross-reference stream `num` that has them. */
  hybrid(num: number, hidden: readonly number[], options: SectionOptions = {}): this {
    const all = this.#entries
    const prev = this.#lastSection
    this.#entries = new Map(hidden.map((member) => [member, all.get(member) ?? { type: 0 }]))
    const streamAt = this.#length
    this.#writeXrefStream(num, { prev: false })
    this.#entries = new Map([...all].map(([key, value]) => [key, hidden.includes(key) ? { type: 0 } : value]))
    this.#lastSection = prev
    const at = this.#length
    const trailer = `${this.#trailer(options)}/XRefStm ${streamAt}`
    this.raw(`xref\n${this.#tableLines()}trailer\n<<${trailer}>>\n`)
    return this.#finish(at, options)
  }

  #finish(at: number, options: SectionOptions): this {
    this.raw(`startxref\n${options.startxref ?? at}\n%%EOF\n`)
    this.#lastSection = at
    this.#entries = new Map()
    return this
  }

  #trailer({ trailer = '', size, prev }: SectionOptions): string {
    const root = trailer.includes('/Root') ? '' : '/Root 1 0 R'
    const before = prev ?? this.#lastSection ?? false
    return `/Size ${size ?? this.#size}${root}${before === false ? '' : `/Prev ${before}`}${trailer}`
  }

  #runs(): { first: number; entries: Entry[] }[] {
    const runs: { first: number; entries: Entry[] }[] = []
    for (const [num, entry] of [...this.#entries].sort(([a], [b]) => a - b)) {
      const last = runs.at(-1)
      if (last && last.first + last.entries.length === num) last.entries.push(entry)
      else runs.push({ first: num, entries: [entry] })
    }
    return runs
  }

  #tableLines(): string {
    const line = (entry: Entry, num: number): string => {
      if (entry.type !== 1) return `0000000000 ${num === 0 ? '65535' : '00000'} f \n`
      return `${String(entry.offset).padStart(10, '0')} ${String(entry.gen).padStart(5, '0')} n \n`
    }
    const runs = this.#runs()
    if (runs.length === 0) return '0 0\n'
    return runs
      .map(
        ({ first, entries }) =>
          `${first} ${entries.length}\n${entries.map((e, i) => line(e, first + i)).join('')}`,
      )
      .join('')
  }

  #writeXrefStream(num: number, options: SectionOptions & { readonly predictor?: boolean }): void {
    this.entry(num, { type: 1, offset: this.#length, gen: 0 })
    const runs = this.#runs()
    const rows = runs.flatMap(({ entries }) => entries.map(xrefRow))
    const index = runs.map(({ first, entries }) => `${first} ${entries.length}`).join(' ')
    let data = Buffer.concat(rows)
    let filter = '/Filter/FlateDecode'
    if (options.predictor) {
      filter += '/DecodeParms<</Predictor 12/Columns 7>>'
      data = Buffer.concat(
        rows.map((row, i) =>
          Buffer.from([2, ...row.map((byte, n) => (byte - (rows[i - 1]?.[n] ?? 0)) & 255)]),
        ),
      )
    }
    const packed = deflateSync(data)
    this.raw(`${num} 0 obj\n<</Type/XRef/W[1 4 2]/Index[${index}]${filter}`)
    this.raw(`${this.#trailer(options)}/Length ${packed.length}>>\nstream\n`)
      .raw(packed)
      .raw('\nendstream\nendobj\n')
  }
}

function xrefRow(entry: Entry): Buffer {
  const row = Buffer.alloc(7)
  row[0] = entry.type
  if (entry.type === 1) {
    row.writeUInt32BE(entry.offset, 1)
    row.writeUInt16BE(entry.gen, 5)
  } else if (entry.type === 2) {
    row.writeUInt32BE(entry.stream, 1)
    row.writeUInt16BE(entry.index, 5)
  }
  return row
}

/** Catalogue (1), page tree (2) and one page (3) with a content stream (4): what most tests build on. */
export function basicObjects(builder = new PdfBuilder()): PdfBuilder {
  return builder
    .object(1, '<</Type/Catalog/Pages 2 0 R>>')
    .object(2, '<</Type/Pages/Count 1/Kids[3 0 R]>>')
    .object(3, '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>/Contents 4 0 R>>')
    .stream(4, '', 'BT ET')
}

export type Kind = 'table' | 'xref stream' | 'object stream' | 'hybrid' | 'linearized'
export const kinds: readonly Kind[] = ['table', 'xref stream', 'object stream', 'hybrid', 'linearized']

/** A one-page file of each way to write cross-references. Object 5 is `(five)`. */
export function buildPdf(kind: Kind): Buffer {
  switch (kind) {
    case 'table':
      return basicObjects().object(5, '(five)').table().bytes
    case 'xref stream':
      return basicObjects().object(5, '(five)').xrefStream(6, { predictor: true }).bytes
    case 'object stream':
      return new PdfBuilder()
        .stream(4, '', 'BT ET')
        .objectStream(7, {
          1: '<</Type/Catalog/Pages 2 0 R>>',
          2: '<</Type/Pages/Count 1/Kids[3 0 R]>>',
          3: '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>/Contents 4 0 R>>',
          5: '(five)',
        })
        .xrefStream(6).bytes
    case 'hybrid':
      return basicObjects().objectStream(7, { 5: '(five)' }).hybrid(6, [5, 7]).bytes
    case 'linearized':
      return buildLinearized()
  }
}

/** The two sections of a linearized file: that of the first page in front names the other at the end as its /Prev. */
function buildLinearized(): Buffer {
  const build = (
    mainAt: number,
    offsets: readonly number[],
  ): { bytes: Buffer; mainAt: number; offsets: number[] } => {
    const pad = (value: number) => String(value).padStart(10, '0')
    const line = (num: number) => `${pad(offsets[num] ?? 0)} 00000 n \n`
    const pdf = new PdfBuilder()
    const found: number[] = []
    const object = (num: number, body: string) => {
      found[num] = pdf.length
      pdf.raw(`${num} 0 obj\n${body}\nendobj\n`)
    }
    object(3, '<</Linearized 1/L 0/H[0 0]/O 5/E 0/N 1/T 0>>')
    const frontAt = pdf.length
    pdf.raw(`xref\n3 4\n${line(3)}${line(4)}${line(5)}${line(6)}`)
    pdf.raw(`trailer\n<</Size 7/Root 4 0 R/Prev ${pad(mainAt)}>>\nstartxref\n0\n%%EOF\n`)
    object(4, '<</Type/Catalog/Pages 1 0 R>>')
    object(5, '(five)')
    object(6, '<</Type/Page/Parent 1 0 R/MediaBox[0 0 595 842]/Contents 2 0 R>>')
    object(1, '<</Type/Pages/Count 1/Kids[6 0 R]>>')
    found[2] = pdf.length
    pdf.raw('2 0 obj\n<</Length 5>>\nstream\nBT ET\nendstream\nendobj\n')
    const main = pdf.length
    pdf.raw(`xref\n0 3\n0000000000 65535 f \n${line(1)}${line(2)}`)
    pdf.raw(`trailer\n<</Size 3>>\nstartxref\n${frontAt}\n%%EOF\n`)
    return { bytes: pdf.bytes, mainAt: main, offsets: found }
  }
  const draft = build(0, [])
  return build(draft.mainAt, draft.offsets).bytes
}
