import { openPdf } from '../../../../formats/index.ts'

export interface RevisionOptions {
  /** Entries of the trailer beside /Size, /Root and /Prev; may name another /Root. */
  readonly trailer?: string
  /** Where /Prev points; default the newest section. */
  readonly prev?: number
  readonly free?: readonly number[]
  /** Written among the objects, named by nothing. */
  readonly unlisted?: string
  /** Offsets that entries name in place of objects written here. */
  readonly entries?: Readonly<Record<number, number>>
  readonly startxref?: number
}

/** The file with a revision of these objects, numbers to bodies, under a cross-reference table. */
export function appendRevision(
  file: Uint8Array,
  objects: Readonly<Record<number, string>>,
  options: RevisionOptions = {},
): Buffer {
  const doc = openPdf(file, { mode: 'lenient' })
  let text = file.at(-1) === 10 ? '' : '\n'
  const offsets = new Map<number, number | null>()
  for (const [num, body] of Object.entries(objects)) {
    offsets.set(Number(num), file.length + text.length)
    text += `${num} 0 obj\n${body}\nendobj\n`
  }
  text += options.unlisted ?? ''
  for (const [num, offset] of Object.entries(options.entries ?? {})) offsets.set(Number(num), offset)
  for (const num of options.free ?? []) offsets.set(num, null)
  const at = file.length + text.length
  text += 'xref\n'
  for (const [num, offset] of [...offsets].sort(([a], [b]) => a - b)) {
    const line = `${String(offset ?? 0).padStart(10, '0')} 00000 ${offset === null ? 'f' : 'n'} \n`
    text += `${num} 1\n${line}`
  }
  if (offsets.size === 0) text += '0 0\n'
  const size = Math.max(doc.size, ...[...offsets.keys()].map((num) => num + 1))
  const root = options.trailer?.includes('/Root') ? '' : `/Root ${doc.catalogRef.toString()}`
  text += `trailer\n<</Size ${size}${root}/Prev ${options.prev ?? doc.startxref}${options.trailer ?? ''}>>\n`
  text += `startxref\n${options.startxref ?? at}\n%%EOF\n`
  return Buffer.concat([file, Buffer.from(text, 'latin1')])
}

/** What an object of the file says, as text that can be written again with something replaced. */
export function bodyOf(file: Uint8Array, num: number): string {
  const doc = openPdf(file, { mode: 'lenient' })
  const place = doc.locate(num)
  if (place?.kind !== 'offset') throw new TypeError(`object ${num} does not stand by itself`)
  const text = Buffer.from(file).toString('latin1', place.offset)
  const body = /^\d+ \d+ obj\s*([\s\S]*?)\s*endobj/.exec(text)?.[1]
  if (body === undefined) throw new TypeError(`object ${num} cannot be read`)
  return body
}
