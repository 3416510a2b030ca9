import type { XrefKind } from './document.ts'
import { type PdfDict, PdfName, type PdfRef, PdfStream } from './objects.ts'
import { serializeObject } from './serialize.ts'

/** An object that an update has, and its offset in the whole file. */
export interface WrittenObject {
  readonly ref: PdfRef
  readonly offset: number
}

/** Entries of a cross-reference stream that say how it is stored; the rest of its dictionary is the trailer. */
export const streamEntries = [
  'Type',
  'W',
  'Index',
  'Filter',
  'DecodeParms',
  'Length',
  'F',
  'FFilter',
  'FDecodeParms',
  'DL',
] as const

/**
 * The cross-reference section of an update, with its trailer (ISO 32000-2, 7.5.4 to 7.5.8). A hybrid file is
 * continued with a table, which is what its readers hold it for. `self` is the reference of the cross-reference
 * stream, which must be among `objects`; it is not used for a table.
 */
export function writeXrefSection(
  kind: XrefKind,
  objects: readonly WrittenObject[],
  trailer: PdfDict,
  self: PdfRef,
): Uint8Array {
  const sorted = [...objects].sort((a, b) => a.ref.num - b.ref.num)
  return kind === 'stream' ? writeStream(sorted, trailer, self) : writeTable(sorted, trailer)
}

/** Runs of consecutive object numbers. */
function splitRuns(objects: readonly WrittenObject[]): WrittenObject[][] {
  const runs: WrittenObject[][] = []
  for (const object of objects) {
    const last = runs.at(-1)
    if (last && last[0]!.ref.num + last.length === object.ref.num) last.push(object)
    else runs.push([object])
  }
  return runs
}

function writeTable(objects: readonly WrittenObject[], trailer: PdfDict): Uint8Array {
  let text = 'xref\n'
  for (const run of splitRuns(objects)) {
    text += `${run[0]!.ref.num} ${run.length}\n`
    for (const { ref, offset } of run) {
      text += `${String(offset).padStart(10, '0')} ${String(ref.gen).padStart(5, '0')} n \n`
    }
  }
  return Buffer.concat([
    Buffer.from(`${text}trailer\n`, 'latin1'),
    serializeObject(trailer),
    Buffer.from('\n', 'latin1'),
  ])
}

function writeStream(objects: readonly WrittenObject[], trailer: PdfDict, self: PdfRef): Uint8Array {
  const width = bytesFor(Math.max(...objects.map(({ offset }) => offset)))
  // Generations end at 65,535 (7.3.10), but readers take greater ones.
  const genWidth = Math.max(2, bytesFor(Math.max(...objects.map(({ ref }) => ref.gen))))
  const step = 1 + width + genWidth
  const rows = Buffer.alloc(objects.length * step)
  objects.forEach(({ ref, offset }, i) => {
    const at = i * step
    rows[at] = 1
    rows.writeUIntBE(offset, at + 1, width)
    rows.writeUIntBE(ref.gen, at + 1 + width, genWidth)
  })
  const dict = trailer.with({
    Type: new PdfName('XRef'),
    W: [1, width, genWidth],
    Index: splitRuns(objects).flatMap((run) => [run[0]!.ref.num, run.length]),
  })
  return Buffer.concat([
    Buffer.from(`${self.num} ${self.gen} obj\n`, 'latin1'),
    serializeObject(new PdfStream(dict, rows)),
    Buffer.from('\nendobj\n', 'latin1'),
  ])
}

function bytesFor(value: number): number {
  let width = 1
  while (value >= 256 ** width) width++
  return width
}
