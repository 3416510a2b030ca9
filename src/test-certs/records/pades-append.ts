import {
  digestBytes,
  encodeTextString,
  findPage,
  IncrementalUpdate,
  listFields,
  listSignatures,
  name,
  openPdf,
  PdfDict,
  type PdfDocument,
  type PdfObject,
  PdfRef,
  PdfStream,
  PdfString,
} from '../../formats/index.ts'
import type { TimestampAuthority } from '../../signer/index.ts'
import type { Environment } from '../build.ts'

/** DER values of a document security store (ISO 32000-2, 12.8.4.3). */
export interface ValidationData {
  readonly certificates: readonly Uint8Array[]
  readonly crls: readonly Uint8Array[]
  readonly ocspResponses: readonly Uint8Array[]
}

export interface DssOptions {
  /** Also a VRI entry for the newest signature; default true. */
  readonly vri?: boolean
  readonly password?: string
}

/** The document with a revision that holds `data` in its DSS, what was in there before included. */
export function appendDss(
  document: Uint8Array,
  data: ValidationData,
  random: Environment['random'],
  options: DssOptions = {},
): Buffer {
  const doc = open(document, options.password)
  const update = new IncrementalUpdate(doc, random)
  const before = doc.resolve(doc.catalog.get('DSS'))
  const held = before instanceof PdfDict ? before : new PdfDict({ Type: name('DSS') })
  const store = (values: readonly Uint8Array[]): PdfRef[] =>
    values.map((value) => update.add(new PdfStream(new PdfDict(), value)))
  const added = {
    Certs: store(data.certificates),
    CRLs: store(data.crls),
    OCSPs: store(data.ocspResponses),
  }
  const arrays = Object.entries(added)
    .map(([key, refs]) => [key, [...arrayOf(doc, held.get(key)), ...refs]] as const)
    .filter(([, refs]) => refs.length > 0)
  let changed = held.with(Object.fromEntries(arrays))
  if (options.vri ?? true) {
    const vri = doc.resolve(held.get('VRI'))
    const entry = new PdfDict({ Cert: added.Certs, CRL: added.CRLs, OCSP: added.OCSPs })
    const entries = vri instanceof PdfDict ? vri : new PdfDict()
    changed = changed.with({ VRI: entries.with({ [vriKey(doc)]: entry }) })
  }
  const place = held === before ? doc.catalog.get('DSS') : undefined
  const ref = place instanceof PdfRef ? place : update.allocate()
  update.set(ref, changed)
  if (!(place instanceof PdfRef)) update.set(doc.catalogRef, doc.catalog.with({ DSS: ref }))
  return Buffer.concat([document, update.finish().bytes])
}

/** SHA-1 of what /Contents of the newest signature stands for, in upper-case hex (ISO 32000-2, 12.8.4.3). */
function vriKey(doc: PdfDocument): string {
  const contents = listSignatures(doc).at(-1)?.contents
  if (!contents) throw new TypeError('a document without a signature has no VRI')
  return Buffer.from(digestBytes('sha1', contents)).toString('hex').toUpperCase()
}

export interface DocumentTimestampOptions {
  /** Entries of the signature dictionary that differ; `undefined` leaves one out. */
  readonly entries?: Readonly<Record<string, PdfObject | undefined>>
  readonly password?: string
}

/** The document with a document time-stamp (ISO 32000-2, 12.8.5) in a field of its own, over all bytes but the token. */
export async function appendDocumentTimestamp(
  document: Uint8Array,
  authority: TimestampAuthority,
  random: Environment['random'],
  options: DocumentTimestampOptions = {},
): Promise<Buffer> {
  const doc = open(document, options.password)
  const update = new IncrementalUpdate(doc, random)
  const ref = update.allocate()
  const room = await authority.tokenSize('sha256')
  const blank = ' '.repeat(40)
  const head = new PdfDict({
    Type: name('DocTimeStamp'),
    Filter: name('Adobe.PPKLite'),
    SubFilter: name('ETSI.RFC3161'),
  }).with(options.entries ?? {})
  const start = Buffer.from(update.serialize(ref, head)).subarray(0, -2)
  const range = Buffer.from(`/ByteRange [${blank}]\n/Contents `, 'latin1')
  update.setRaw(ref, Buffer.concat([start, range, Buffer.from(`<${'00'.repeat(room)}>\n>>`, 'latin1')]))
  addField(update, doc, ref)
  const { bytes, bodyOffset } = update.finish()
  const appended = Buffer.from(bytes)
  const gap = bodyOffset(ref) + start.length + range.length
  const end = gap + 2 * room + 2
  const numbers = [0, document.length + gap, document.length + end, appended.length - end]
  appended.write(numbers.join(' '), bodyOffset(ref) + start.length + '/ByteRange ['.length, 'latin1')
  const imprint = digestBytes('sha256', document, appended.subarray(0, gap), appended.subarray(end))
  const { token } = await authority.timestamp(imprint, 'sha256')
  appended.write(Buffer.from(token).toString('hex'), gap + 1, 'latin1')
  return Buffer.concat([document, appended])
}

/** An invisible field on the first page, with the signature dictionary `value`. */
function addField(update: IncrementalUpdate, doc: PdfDocument, value: PdfRef): void {
  const page = findPage(doc, 1)
  const taken = new Set(listFields(doc).map((field) => field.name))
  let number = 1
  while (taken.has(`Timestamp${number}`)) number++
  const field = update.add(
    new PdfDict({
      Type: name('Annot'),
      Subtype: name('Widget'),
      FT: name('Sig'),
      T: new PdfString(encodeTextString(`Timestamp${number}`)),
      V: value,
      F: 132,
      Rect: [0, 0, 0, 0],
      P: page.ref,
    }),
  )
  update.set(page.ref, page.dict.with({ Annots: [...arrayOf(doc, page.dict.get('Annots')), field] }))
  const place = doc.catalog.get('AcroForm')
  const form = doc.resolve(place)
  const before = form instanceof PdfDict ? form : new PdfDict()
  const after = before.with({ Fields: [...arrayOf(doc, before.get('Fields')), field], SigFlags: 3 })
  if (place instanceof PdfRef) update.set(place, after)
  else update.set(doc.catalogRef, doc.catalog.with({ AcroForm: after }))
}

const open = (document: Uint8Array, password: string | undefined): PdfDocument =>
  openPdf(document, password === undefined ? {} : { password })

function arrayOf(doc: PdfDocument, object: PdfObject | undefined): readonly PdfObject[] {
  const value = doc.resolve(object)
  return Array.isArray(value) ? value : []
}
