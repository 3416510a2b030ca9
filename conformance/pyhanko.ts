import {
  decodeTextString,
  FormatError,
  type FormatErrorCode,
  findPage,
  openPdf,
  PdfDict,
  type PdfDocument,
  PdfRef,
  PdfStream,
  PdfString,
  pageGeometry,
} from '../src/formats/index.ts'
import type { VectorCase } from './cases.ts'
import type { Judgement, ReadVector } from './judgement.ts'
import { judgeValidation } from './pyhanko-validate.ts'

/** Which of our refusals says what one of pyHanko's messages says. */
const sameReason: Readonly<Record<string, readonly FormatErrorCode[]>> = {
  'Failed to locate xref': ['ERR_PDF_XREF_NOT_FOUND'],
  'Could not find xref': ['ERR_PDF_XREF_NOT_FOUND'],
  'startxref not found': ['ERR_PDF_STARTXREF'],
  'Object stream header possibly corrupted': ['ERR_PDF_OBJECT_STREAM'],
  'not found in stream': ['ERR_PDF_OBJECT_STREAM_MEMBER'],
  'Unknown marker': ['ERR_PDF_XREF_TABLE'],
  'Encryption settings': ['ERR_PDF_ENCRYPT_DICTIONARY'],
  'must be indirect': ['ERR_PDF_PAGE_TREE'],
}

/** What each assertion is held against, once the file is open. */
const observations: Readonly<Record<string, (doc: PdfDocument, row: VectorCase) => unknown>> = {
  catalogHasPages: (doc) => doc.catalog.has('Pages'),
  startxref: (doc) => doc.startxref,
  objectIs: (doc, row) => {
    const object = doc.get(new PdfRef(Number(row.expect['getObject']), 0))
    return object === null ? 'null' : typeof object
  },
  offsetOf5_0: (doc) => {
    const place = doc.locate(5)
    return place?.kind === 'offset' && place.gen === 0 ? place.offset : null
  },
  page0: (doc) => (findPage(doc, 1) ? 'ok' : null),
  mediaBox: (doc) => pageGeometry(doc, findPage(doc, 1), 1).mediaBox,
  infoSubject: (doc) => {
    const info = doc.resolve(doc.trailer.get('Info'))
    const subject = info instanceof PdfDict ? doc.resolve(info.get('Subject')) : null
    return subject instanceof PdfString ? decodeTextString(subject.bytes) : null
  },
}

/** Assertions that an operation is refused: what it is, and which refusals are meant. */
const refusals: Readonly<
  Record<string, { run: (doc: PdfDocument) => unknown; codes: readonly FormatErrorCode[] }>
> = {
  importPageThrows: {
    run: (doc) => pageGeometry(doc, findPage(doc, 1), 1),
    codes: ['ERR_PDF_PAGE_BOX'],
  },
  page1Throws: { run: (doc) => findPage(doc, 2), codes: sameReason['must be indirect'] ?? [] },
}

/** Not assertions: how the row is to be read, and the name of pyHanko's exception. */
const inputs = new Set(['strict', 'getObject', 'password', 'throws'])

/** Judges a row of kind `parse` or `validate`; those that sign wait for their issue. */
export function judgePyhanko(row: VectorCase, read: ReadVector): Judgement {
  if (row.kind === 'validate') return judgeValidation(row, read)
  if (row.kind !== 'parse' || row.file === null) return skip(`rows of kind ${row.kind} are not judged yet`)
  const mode = row.expect['strict'] === false ? 'lenient' : 'strict'
  const bytes = read(row.file)
  let doc: PdfDocument
  try {
    doc = openPdf(bytes, { mode, ...(row.password === undefined ? {} : { password: row.password }) })
    const wanted = row.expect['getObject']
    if (typeof wanted === 'number') doc.get(new PdfRef(wanted, 0))
  } catch (error) {
    if (!(error instanceof FormatError)) throw error
    if (error.code === 'ERR_PDF_PUBLIC_KEY_SECURITY_UNSUPPORTED') {
      return skip(`public-key security is refused as unsupported (${error.code})`)
    }
    return judgeRefusal(row, error)
  }
  return judgeOpened(row, doc)
}

const skip = (reason: string): Judgement => ({ agrees: null, skipped: reason, got: {} })

function judgeRefusal(row: VectorCase, error: FormatError): Judgement {
  const message = row.expect['messageMatches']
  const isMeant = typeof message === 'string' && (sameReason[message]?.includes(error.code) ?? false)
  const agrees = row.expect['parses'] === false && (message === undefined || isMeant)
  return { agrees, skipped: null, got: { parses: false, code: error.code, message: error.message } }
}

function judgeOpened(row: VectorCase, doc: PdfDocument): Judgement {
  const got: Record<string, unknown> = { parses: true }
  let agrees = true
  for (const [key, expected] of Object.entries(row.expect)) {
    if (inputs.has(key)) continue
    if (key === 'parses') agrees &&= expected === true
    else agrees = observe(key, expected, doc, row, got) && agrees
  }
  if (doc.forgiven.length > 0) got['forgiven'] = doc.forgiven
  return { agrees, skipped: null, got }
}

/** Adds to `got` what is so, and says whether it is what is expected; an assertion we do not know never is. */
function observe(
  key: string,
  expected: unknown,
  doc: PdfDocument,
  row: VectorCase,
  got: Record<string, unknown>,
): boolean {
  const refusal = refusals[key]
  if (refusal) {
    const code = refusalOf(() => refusal.run(doc))
    got[key] = code
    return code !== null && refusal.codes.includes(code)
  }
  if (key === 'contentContains') {
    got[key] = pageContent(doc).includes(String(expected))
    return got[key] === true
  }
  const observation = observations[key]
  if (!observation) {
    got[key] = 'this assertion is not known'
    return false
  }
  got[key] = observation(doc, row)
  return JSON.stringify(got[key]) === JSON.stringify(expected)
}

function refusalOf(run: () => unknown): FormatErrorCode | null {
  try {
    run()
    return null
  } catch (error) {
    if (error instanceof FormatError) return error.code
    throw error
  }
}

function pageContent(doc: PdfDocument): string {
  const contents = doc.resolve(findPage(doc, 1).dict.get('Contents'))
  const streams = Array.isArray(contents) ? contents.map((item) => doc.resolve(item)) : [contents]
  return streams
    .filter((stream) => stream instanceof PdfStream)
    .map((stream) => Buffer.from(doc.decode(stream)).toString('latin1'))
    .join('\n')
}
