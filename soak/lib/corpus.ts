import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Corpus, Language, Original } from './corpus-types.ts'

/** Keeps a corpus for the processes that fuzz with it, and for whoever looks at a failure later. */
export function writeCorpus(folder: string, files: Readonly<Record<string, Uint8Array>>): void {
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes)
}

export function readCorpus(folder: string, language: Language): Corpus {
  const originals = readdirSync(folder)
    .sort()
    .map((name): Original => {
      const bytes = readFileSync(join(folder, name))
      return { bytes, marks: language === 'pdf' ? pdfMarks(bytes) : derMarks(bytes) }
    })
  return { language, originals, words: language === 'pdf' ? pdfWords : derWords }
}

/** Keywords, names, brackets and numbers outside the bulk of streams. */
function pdfMarks(bytes: Buffer): number[] {
  const text = bytes.toString('latin1')
  const marks: number[] = []
  for (const part of text.matchAll(/stream\r?\n[\s\S]*?endstream|\b\d+\b|\/[A-Za-z]+|<<|>>|\[|[a-z]{3,}/g)) {
    marks.push(part.index)
    if (part[0].startsWith('stream')) marks.push(part.index + part[0].length - 'endstream'.length)
  }
  return marks
}

/** Where each element begins, found by trying: whatever looks like one inside another counts. */
function derMarks(bytes: Buffer, from = 0, to = bytes.length): number[] {
  const marks: number[] = []
  for (let at = from; at + 2 <= to; ) {
    const first = bytes[at + 1]!
    const octets = first < 0x80 ? 0 : first & 0x7f
    if (octets > 3 || at + 2 + octets > to) break
    const start = at + 2 + octets
    const end = start + (octets === 0 ? first : bytes.readUIntBE(at + 2, octets))
    if (end > to) break
    marks.push(at)
    const tag = bytes[at]!
    if ((tag & 0x20) !== 0) marks.push(...derMarks(bytes, start, end))
    else if (tag === 0x04 || tag === 0x03) marks.push(...derMarks(bytes, start + (tag === 0x03 ? 1 : 0), end))
    at = end
  }
  return marks
}

const pdfWords = [
  ...['obj', 'endobj', 'stream\n', 'endstream', 'xref\n', 'trailer', 'startxref\n', '%%EOF', 'null', 'true'],
  ...['<<', '>>', '[', ']', '(', ')', '<', '>', '%', '/', '\\', '0 0 R', '1 0 R', '4 0 R', '-1', '0', '1e9'],
  ...['99999999999', '4294967296', '2147483648', '0.0000000001', '/Length 4 0 R', '/Prev 0', '/Prev 15'],
  ...['/Size 8388607', '/XRefStm 15', '/Type/XRef', '/Type/ObjStm', '/Extends 7 0 R', '/Kids[2 0 R]'],
  ...['/Parent 2 0 R', '/W[8 8 8]', '/Index[0 8388607]', '/Filter/FlateDecode', '/Filter/LZWDecode'],
  ...['/Filter[/FlateDecode/FlateDecode/FlateDecode]', '/DecodeParms<</Predictor 15/Columns 999999>>'],
  ...['/N 9999999', '/First 0', '/Encrypt<<>>', '/AcroForm<</Fields[1 0 R]>>', '/SigFlags 3', '/FT/Sig'],
  ...['/Perms<</DocMDP 5 0 R>>', '/Reference[<</TransformMethod/DocMDP>>]', '/ByteRange[0 1 2 3]'],
  ...[
    '/Contents<00>',
    '/Rotate 91',
    '/UserUnit 0',
    '/MediaBox[0 0 1e38 -1e38]',
    '<<'.repeat(600),
    '['.repeat(3000),
  ],
].map((word) => Buffer.from(word, 'latin1'))

const derWords = [
  ...[
    '00',
    '0000',
    '0500',
    '3000',
    '3080',
    '3081ff',
    '3083ffffff',
    '3084ffffffff',
    '3088ffffffffffffffff',
    'a080',
  ],
  ...[
    '0201ff',
    '02820100',
    '0100',
    '0101ff',
    '0102',
    '0300',
    '030108',
    '0303070101',
    '0400',
    '2480',
    '060100',
    '0601ff',
  ],
  ...[
    '06028001',
    '0609ffffffffffffffffff',
    '0c02c328',
    '1e01d8',
    '1303ffffff',
    '170d3939393939393939393939395a',
  ],
  ...[
    '180f30303030303030303030303030305a',
    '180f39393939313233313233353935395a',
    '1f8101',
    '7f',
    'a0820001',
    'bf8a',
  ],
  '30'.repeat(1) + '80'.repeat(1),
  '3080'.repeat(400),
  'a003020102',
  '06092a864886f70d010702',
  '06092a864886f70d01010a',
  '0608608648016503040201',
].map((word) => Buffer.from(word, 'hex'))
