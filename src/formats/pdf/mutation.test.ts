import { createCipheriv, createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FormatError } from '../errors.ts'
import type { PdfDocument } from './document.ts'
import {
  countPages,
  findPage,
  IncrementalUpdate,
  listFields,
  listSignatures,
  openPdf,
  PdfDict,
  PdfRef,
  PdfStream,
  pageGeometry,
  readTrailer,
} from './index.ts'
import { basicObjects, buildPdf, kinds, PdfBuilder } from './testing/build-pdf.ts'
import { cpuOf } from './testing/helpers.ts'

/** A signed form, updated once: what the signer and the validator to come read most of. */
function signedForm(): Buffer {
  const build = basicObjects()
    .object(
      9,
      '<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/ByteRange[0 9 20 5]/Contents<3082>>>',
    )
    .object(8, '<</FT/Sig/T(a)/V 9 0 R/Subtype/Widget/Rect[0 0 0 0]/P 3 0 R>>')
    .object(10, '<</T(group)/Kids[11 0 R 12 0 R]>>')
    .object(11, '<</T(b)/FT/Tx/V(text \\(nested\\) \\101)/Parent 10 0 R>>')
    .object(12, '<</T<FEFF00E1>/FT/Btn/Ff 65536/Parent 10 0 R>>')
    .object(1, '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[8 0 R 10 0 R]/SigFlags 3>>>>')
    .table({ trailer: '/ID[<00112233><44556677>]' })
  return build.object(5, '[true false null -1.5 +.5 /N#20a <</A[<</B 5 0 R>>]>>]').table({ size: 13 }).bytes
}

/** AES-256 as revision 5 has it, with an empty user password (Adobe supplement to ISO 32000, extension level 3). */
function encrypted(): Buffer {
  const key = Buffer.alloc(32, 7)
  const hash = (salt: string) => createHash('sha256').update(salt, 'latin1').digest()
  const cipher = createCipheriv('aes-256-cbc', hash('keysalt8'), Buffer.alloc(16)).setAutoPadding(false)
  const hex = (...parts: Uint8Array[]) => `<${Buffer.concat(parts).toString('hex')}>`
  const user = hex(hash('checking'), Buffer.from('checkingkeysalt8'))
  const dict = `/Filter/Standard/V 5/R 5/P -4/O${hex(Buffer.alloc(48))}/U${user}/OE${hex(Buffer.alloc(32))}`
  const filters = '/CF<</A<</CFM/AESV3>>>>/StmF/A/StrF/A'
  return basicObjects()
    .object(5, hex(Buffer.alloc(16, 1), Buffer.alloc(16, 2)))
    .object(9, `<<${dict}/UE${hex(cipher.update(key))}${filters}>>`)
    .table({ trailer: '/Encrypt 9 0 R/ID[<00><00>]' }).bytes
}

const seeds: readonly Buffer[] = [
  ...kinds.map(buildPdf),
  signedForm(),
  encrypted(),
  Buffer.concat([Buffer.from('junk\n'), buildPdf('xref stream'), Buffer.from('junk')]),
  new PdfBuilder('').raw(buildPdf('hybrid')).bytes,
]

/** Words that mean something, to be put where they do not belong. */
const words = [
  'obj',
  'endobj',
  'stream\n',
  'endstream',
  'xref\n',
  'trailer',
  'startxref\n',
  '%%EOF',
  '<<',
  '>>',
  '[',
  ']',
  '(',
  ')',
  '<',
  '>',
  '%',
  '/',
  '0 0 R',
  '1 0 R',
  '5 0 R',
  '-1',
  '99999999999',
  '4294967296',
  '1e9',
  'null',
  '/Length 4 0 R',
  '/Prev 0',
  '/Prev 15',
  '/Size 8388607',
  '/XRefStm 15',
  '/Type/XRef',
  '/Type/ObjStm',
  '/Kids[2 0 R]',
  '/W[8 8 8]',
  '/Filter/FlateDecode',
  '/Filter/LZWDecode',
  '/Filter 5 0 R',
  '/DecodeParms 5 0 R',
  '/DecodeParms<</Predictor 15/Columns 9>>',
  '/N 9999999',
  '/First 0',
  '/Index[0 8388607]',
  '/Encrypt<<>>',
  '\0',
  '\r',
  '\xff',
]

type Mutation =
  | { readonly kind: 'byte'; readonly at: number; readonly value: number }
  | { readonly kind: 'word'; readonly at: number; readonly word: string; readonly over: boolean }
  | { readonly kind: 'cut'; readonly at: number; readonly length: number }
  | { readonly kind: 'copy'; readonly at: number; readonly from: number; readonly length: number }
  | { readonly kind: 'number'; readonly which: number; readonly value: number }

const position = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })
const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.record({ kind: fc.constant('byte' as const), at: position, value: fc.nat(255) }),
  fc.record({
    kind: fc.constant('word' as const),
    at: position,
    word: fc.constantFrom(...words),
    over: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('cut' as const), at: position, length: fc.nat(60) }),
  fc.record({ kind: fc.constant('copy' as const), at: position, from: position, length: fc.nat(400) }),
  fc.record({
    kind: fc.constant('number' as const),
    which: position,
    value: fc.oneof(fc.nat(1500), fc.constantFrom(-1, 0, 65_536, 2 ** 31, 2 ** 53, 8_388_607)),
  }),
)

function mutate(bytes: Buffer, change: Mutation): Buffer {
  const place = (fraction: number) => Math.floor(fraction * bytes.length)
  const splice = (at: number, removed: number, added: Buffer) =>
    Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(at + removed)])
  switch (change.kind) {
    case 'byte':
      return splice(place(change.at), 1, Buffer.from([change.value]))
    case 'word': {
      const word = Buffer.from(change.word, 'latin1')
      return splice(place(change.at), change.over ? word.length : 0, word)
    }
    case 'cut':
      return splice(place(change.at), change.length, Buffer.alloc(0))
    case 'copy': {
      const from = place(change.from)
      return splice(place(change.at), 0, bytes.subarray(from, from + change.length))
    }
    case 'number': {
      const numbers = [...bytes.toString('latin1').matchAll(/\d+/g)]
      const found = numbers[Math.floor(change.which * numbers.length)]
      return found ? splice(found.index, found[0].length, Buffer.from(String(change.value))) : bytes
    }
  }
}

/** Everything that is read of a file, each call held to `FormatError`; whether it opened. */
function readAll(bytes: Uint8Array, mode: 'strict' | 'lenient'): boolean {
  const attempt = (run: () => unknown): boolean => {
    try {
      run()
      return true
    } catch (error) {
      if (error instanceof FormatError) return false
      throw error
    }
  }
  attempt(() => readTrailer(bytes, mode))
  let opened = false
  attempt(() => {
    const doc = openPdf(bytes, { mode })
    opened = true
    attempt(() => doc.revisions)
    attempt(() => countPages(doc))
    for (const page of [1, 2, -1]) attempt(() => pageGeometry(doc, findPage(doc, page)))
    for (const passCircles of [false, true]) attempt(() => listFields(doc, { passCircles }))
    attempt(() => listSignatures(doc))
    for (let num = 1; num < Math.min(doc.size, 40); num++) {
      attempt(() => {
        const object = doc.get(new PdfRef(num, 0))
        if (object instanceof PdfStream) doc.decode(object)
      })
    }
    if (mode === 'strict') attempt(() => expectUpdateReads(doc))
  })
  return opened
}

/** A file that opens strictly can be updated, and the result opens too and has the update. */
function expectUpdateReads(doc: PdfDocument): void {
  const update = new IncrementalUpdate(doc, (n) => new Uint8Array(n).fill(3))
  const added = update.add(new PdfDict({ Five: 5 }))
  const whole = Buffer.concat([doc.bytes, update.finish().bytes])
  let after: PdfDocument
  try {
    after = openPdf(whole)
  } catch (cause) {
    throw new Error('a file that could be read cannot be read after an update', { cause })
  }
  expect(after.get(added)).toEqual(new PdfDict({ Five: 5 }))
  expect(after.revisions.length).toBe(doc.revisions.length + 1)
}

const runs = Number(process.env['FUZZ_RUNS'] ?? 3000)

describe('mutated files', () => {
  test.each(['strict', 'lenient'] as const)(
    '%s: read or refused with a reason, never another error, never longer than 2 s of CPU',
    (mode) => {
      let opened = 0
      fc.assert(
        fc.property(
          fc.constantFrom(...seeds),
          fc.array(mutation, { minLength: 1, maxLength: 6 }),
          (seed, changes) => {
            const bytes = changes.reduce(mutate, seed)
            expect(cpuOf(() => (opened += readAll(bytes, mode) ? 1 : 0))).toBeLessThan(2000)
          },
        ),
        { numRuns: runs },
      )
      // Otherwise the mutations would test nothing but the first check of the reader.
      expect(opened).toBeGreaterThan(runs / 50)
    },
    120_000,
  )

  test('whole files of objects that make no sense together: the same', () => {
    const key = fc.constantFrom(
      'Type',
      'Kids',
      'Count',
      'Pages',
      'AcroForm',
      'Fields',
      'FT',
      'T',
      'V',
      'Parent',
      'MediaBox',
    )
    const more = fc.constantFrom(
      'Contents',
      'ByteRange',
      'Rotate',
      'Length',
      'Filter',
      'N',
      'First',
      'Reference',
      'Version',
    )
    const value = fc.letrec<Record<'any' | 'array' | 'dict', string>>((tie) => ({
      any: fc.oneof(
        { maxDepth: 4, depthSize: 'small' },
        fc.constantFrom(
          '/Page',
          '/Pages',
          '/Catalog',
          '/Sig',
          '/ObjStm',
          '/FlateDecode',
          '/2.0',
          'null',
          'true',
          '-1.5',
        ),
        fc.nat(12).map((num) => `${num} 0 R`),
        fc.nat(12).map((num) => `${num} 0 R`),
        fc.constantFrom('0', '1', '2', '90', '612', '(text)', '<ff>', '[]', '<<>>'),
        tie('array'),
        tie('dict'),
      ),
      array: fc.array(tie('any'), { maxLength: 5 }).map((items) => `[${items.join(' ')}]`),
      dict: fc
        .array(fc.tuple(fc.oneof(key, more), tie('any')), { maxLength: 7 })
        .map((pairs) => `<<${pairs.map(([name, item]) => `/${name} ${item}`).join('')}>>`),
    }))
    fc.assert(
      fc.property(
        fc.array(value.dict, { minLength: 12, maxLength: 12 }),
        fc.nat(3),
        fc.string(),
        (bodies, structure, data) => {
          const build = new PdfBuilder()
          bodies.forEach((body, i) => {
            const num = i + 1
            const text = num === 1 ? body.replace('<<', '<</Pages 2 0 R/AcroForm 5 0 R') : body
            if (num > 9) build.stream(num, text.slice(2, -2), data)
            else build.object(num, text)
          })
          if (structure === 0) build.table()
          else if (structure === 1) build.xrefStream(20)
          else build.objectStream(21, { 4: bodies[3] ?? 'null', 6: bodies[5] ?? 'null' }).xrefStream(20)
          for (const mode of ['strict', 'lenient'] as const) {
            expect(cpuOf(() => readAll(build.bytes, mode))).toBeLessThan(2000)
          }
        },
      ),
      { numRuns: Math.ceil(runs / 2) },
    )
  }, 120_000)

  test('bytes that are no PDF at all are refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), fc.boolean(), (noise, withHeader) => {
        const bytes = withHeader ? Buffer.concat([Buffer.from('%PDF-1.7\n'), noise]) : noise
        for (const mode of ['strict', 'lenient'] as const) readAll(bytes, mode)
      }),
      { numRuns: 300 },
    )
  })
})
