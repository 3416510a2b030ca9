import { deflateSync } from 'node:zlib'
import { openPdf } from '../../src/formats/index.ts'
import { basicObjects, PdfBuilder } from '../../src/formats/pdf/testing/build-pdf.ts'
import { appendRevision, bodyOf } from '../../src/verifier/collect/pdf/testing/append-revision.ts'

/** A file made to be misread; `isAttack`: built on a signed one, so that there is something to be told PASSED. */
export interface HostilePdf {
  readonly name: string
  readonly bytes: Uint8Array
  readonly isAttack: boolean
}

const PAGE = 3
const mebi = 2 ** 20

/** Attacks on a signed record whose page is object 3, and bombs that are nobody's signature. */
export const hostilePdfs = (signed: Buffer): HostilePdf[] => [
  ...forgeries(signed).map(([name, bytes]) => ({ name, bytes, isAttack: true })),
  ...bombs(signed).map(([name, bytes]) => ({ name, bytes, isAttack: false })),
]

type Named = readonly [name: string, bytes: Uint8Array]

const forgeries = (signed: Buffer): Named[] => [
  ...universalForgeries(signed),
  ...incrementalSaves(signed),
  ...wrapped(signed),
]

/** The text of `pattern` overwritten by another, no longer than it. */
function overwrite(file: Buffer, pattern: RegExp, text: string): Buffer {
  const found = pattern.exec(file.toString('latin1'))
  if (!found || text.length > found[0].length) throw new TypeError(`nothing like ${pattern} to overwrite`)
  const out = Buffer.from(file)
  out.write(text.padEnd(found[0].length), found.index, 'latin1')
  return out
}

const RANGE = /\/ByteRange \[[\d ]+\]/
const CONTENTS = /\/Contents <[0-9a-fA-F]+>/

/** What a signature is checked by is missing, empty or senseless (USF). */
function universalForgeries(signed: Buffer): Named[] {
  const [start, gap, behind, rest] = rangeOf(signed)
  const ranges = [
    '/ByteRangeX 0',
    '/ByteRange null',
    '/ByteRange []',
    '/ByteRange [0 0 0 0]',
    `/ByteRange [0 ${gap} ${behind}]`,
    `/ByteRange [0 9 9 9 ${behind} 9]`,
    `/ByteRange [0 -1 ${behind} ${rest}]`,
    `/ByteRange [0 ${gap} ${behind} 99999999]`,
    `/ByteRange [${start} ${gap - 1} ${behind} ${rest}]`,
    `/ByteRange [0 ${gap} ${behind - 1} ${rest + 1}]`,
    `/ByteRange [0 ${gap} ${behind} ${rest - 1}]`,
  ]
  const values = ['/ContentsX 0', '/Contents null', '/Contents <>', '/Contents <00>', '/Contents ()']
  return [
    ...ranges.map((text): Named => [`USF ${text.slice(0, 24)}`, overwrite(signed, RANGE, text)]),
    ...values.map((text): Named => [`USF ${text}`, overwrite(signed, CONTENTS, text)]),
  ]
}

/** Another content of the page behind the signature, written as an update is, or as no update ever is (ISA). */
function incrementalSaves(signed: Buffer): Named[] {
  const doc = openPdf(signed)
  const next = doc.size
  const shown = 'BT 50 700 Td (500 mg) Tj ET'
  const content = `<</Length ${shown.length}>>\nstream\n${shown}\nendstream`
  const page = bodyOf(signed, PAGE).replace(/\/Resources/, `/Contents ${next} 0 R /Resources`)
  const bare = (tail: string): Buffer =>
    Buffer.concat([signed, Buffer.from(`\n${PAGE} 0 obj\n${page}\nendobj\n${tail}`, 'latin1')])
  const root = doc.catalogRef.toString()
  const objects = { [PAGE]: page, [next]: content }
  const value = /(\d+) 0 obj\s*<<[^>]*\/Type \/Sig\b/.exec(signed.toString('latin1'))
  return [
    ['ISA with cross-references and trailer', appendRevision(signed, objects)],
    ['ISA with a trailer alone', bare(`trailer\n<</Size ${next + 1}/Root ${root}>>\n%%EOF\n`)],
    ['ISA with nothing', bare('')],
    ['ISA with a header', bare('%PDF-1.7\n%%EOF\n')],
    ['ISA with the old cross-references named again', bare(`startxref\n${doc.startxref}\n%%EOF\n`)],
    ...(value
      ? [
          [
            'ISA with a copy of the signature',
            appendRevision(signed, { ...objects, [next + 1]: bodyOf(signed, Number(value[1])) }),
          ] as const,
        ]
      : []),
  ]
}

/** The second signed part moved to the end, and something else where it stood (SWA). */
function wrapped(signed: Buffer): Named[] {
  const [start, gap, behind, rest] = rangeOf(signed)
  const second = signed.subarray(behind, behind + rest)
  const shown = 'BT 50 700 Td (500 mg) Tj ET'
  const planted = Buffer.from(
    `\n${PAGE} 0 obj\n<</Length ${shown.length}>>\nstream\n${shown}\nendstream\nendobj\n`,
  )
  return [0, 200, 4_000].map((room): Named => {
    const filler = Buffer.alloc(room, ' ')
    const head = Buffer.concat([signed.subarray(0, behind), second, planted, filler])
    const moved = Buffer.concat([head, second])
    const text = `/ByteRange [${start} ${gap} ${head.length} ${rest}]`
    const place = RANGE.exec(signed.toString('latin1'))!
    return [
      `SWA with ${room} octets of room`,
      text.length <= place[0].length ? overwrite(moved, RANGE, text) : moved,
    ]
  })
}

function rangeOf(file: Buffer): [number, number, number, number] {
  const numbers = /\/ByteRange \[([\d ]+)\]/.exec(file.toString('latin1'))![1]!.trim().split(/\s+/)
  return numbers.map(Number) as [number, number, number, number]
}

const deflated = (size: number): Buffer => deflateSync(Buffer.alloc(size), { level: 9 })

/** Small files, or files of a few mebibytes, that ask for much work or memory. */
function bombs(signed: Buffer): Named[] {
  const twice = deflateSync(deflated(500 * mebi))
  const xref = (dict: string, data: Uint8Array): Uint8Array => {
    const build = basicObjects()
    const at = build.length
    return build.stream(6, `/Type/XRef/Root 1 0 R${dict}`, data).raw(`startxref\n${at}\n%%EOF\n`).bytes
  }
  const flate = '/Filter/FlateDecode'
  const field = (kids: string): string => `<</FT/Sig/T(a)/Kids[${kids}]>>`
  const withForm = (fields: string): PdfBuilder =>
    basicObjects().object(1, `<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[${fields}]/SigFlags 3>>>>`)
  const many = withForm(Array.from({ length: 20_000 }, (_, i) => `${5 + i} 0 R`).join(' '))
  for (let i = 0; i < 20_000; i++) many.object(5 + i, `<</FT/Sig/T(${i})/V 4 0 R>>`)
  const revisions = basicObjects().table()
  for (let i = 1; i < 1_000; i++) revisions.object(5, `(${i})`).table()
  let updated: Buffer = signed
  for (let i = 0; i < 60; i++) updated = appendRevision(updated, { 900: `(${i})` })
  return [
    ['deflate bomb as cross-references', xref(`/Size 7/W[1 4 2]${flate}`, deflated(500 * mebi))],
    ['deflate bomb within one', xref('/Size 7/W[1 4 2]/Filter[/FlateDecode/FlateDecode]', twice)],
    [
      'deflate bomb with a predictor',
      xref(`/Size 7/W[1 4 2]${flate}/DecodeParms<</Predictor 12/Columns 7>>`, deflated(300 * mebi)),
    ],
    ['cross-references of eight million entries', xref('/Size 8000000/W[1 4 2]', deflated(56 * mebi))],
    [
      'eight million packed entries',
      xref(`/Size 8000000/Index[0 8000000]/W[1 4 2]${flate}`, deflated(56_000_000)),
    ],
    [
      'deflate bomb as the form, in an object stream',
      new PdfBuilder()
        .raw('')
        .object(1, '<</Type/Catalog/Pages 2 0 R/AcroForm 8 0 R>>')
        .object(2, '<</Type/Pages/Count 1/Kids[3 0 R]>>')
        .object(3, '<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>')
        .entry(8, { type: 2, stream: 7, index: 0 })
        .stream(7, `/Type/ObjStm/N 1/First 4${flate}`, deflated(500 * mebi))
        .xrefStream(6).bytes,
    ],
    [
      'a form of fields in a circle',
      withForm('5 0 R').object(5, field('6 0 R')).object(6, field('5 0 R 5 0 R 6 0 R')).table().bytes,
    ],
    ['twenty thousand fields with one value', many.table().bytes],
    ['a thousand revisions', revisions.bytes],
    ['a signed record with sixty updates', updated],
    [
      'a million brackets',
      basicObjects()
        .object(1, `<</Type/Catalog/Pages 2 0 R/AcroForm ${'['.repeat(1e6)}>>`)
        .table().bytes,
    ],
    ['five million white octets and no end', Buffer.concat([signed, Buffer.alloc(5e6, ' ')])],
    [
      'a million times "obj"',
      Buffer.concat([
        Buffer.from('%PDF-1.7\n'),
        Buffer.alloc(4e6, 'obj '),
        Buffer.from('startxref\n9\n%%EOF'),
      ]),
    ],
    [
      'objects by the hundred thousand, no cross-references',
      Buffer.from(
        `%PDF-1.7\n${Array.from({ length: 2e5 }, (_, i) => `${i} 0 obj<<>>endobj\n`).join('')}trailer<</Root 1 0 R>>`,
      ),
    ],
    [
      'nothing but the letters of a trailer',
      Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(5e6, 'trailer<<')]),
    ],
    [
      'names that never end',
      basicObjects()
        .object(5, `/${'A'.repeat(5e6)}`)
        .table().bytes,
    ],
    [
      'text that never ends',
      basicObjects()
        .object(1, `<</Type/Catalog/Pages 2 0 R/AcroForm (${'('.repeat(3e6)}`)
        .table().bytes,
    ],
  ]
}
