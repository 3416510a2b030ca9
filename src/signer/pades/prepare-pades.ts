import {
  type Certificate,
  checkPagePosition,
  digestLength,
  findPage,
  IncrementalUpdate,
  nameValues,
  openPdf,
  type PdfDocument,
  type PdfPage,
  type PdfRef,
  type Rectangle,
} from '../../formats/index.ts'
import { estimateCmsSize } from '../cms-size.ts'
import { SignerError } from '../errors.ts'
import { checkSignatureOptions } from '../signature-options.ts'
import { buildSignedAttributes } from '../signed-attributes.ts'
import type { PadesOptions, PreparedSignature, SignerEnvironment, VisibleSignature } from '../types.ts'
import { addSignatureField } from './add-field.ts'
import { checkMaySign } from './check-may-sign.ts'
import { digestByteRange } from './digest-byte-range.ts'
import { chooseFieldName } from './field-name.ts'
import { formatDisplayTime } from './pdf-date.ts'
import { placeRectangle } from './placement.ts'
import { fillByteRange, writeSignatureDictionary } from './signature-dictionary.ts'

/** UTF-16 units of each text that a caller may give. */
const maxTextLength = 2000
const commonName = '2.5.4.3'

/**
 * Prepares a PAdES signature (EN 319 142-1, 6) in a new field: what will be appended to `document`, with room for the
 * CMS, and the signed attributes over everything else.
 *
 * The document is read strictly: what is not a whole PDF is refused with `ERR_PDF_…`, bytes before its header and after
 * its last `%%EOF` stay and are signed. Permissions, certification, field locks, usage rights and dynamic XFA are honoured
 * (`ERR_PADES_…`); /M has the clock's time in Vietnam's zone. Not checked: earlier signatures, and the chain.
 * `document` must not change until this is done.
 */
export async function preparePades(
  document: Uint8Array,
  options: PadesOptions,
  env: SignerEnvironment,
): Promise<PreparedSignature> {
  const { certificate, digest, level } = checkSignatureOptions(options)
  const timestampSize = level === 'B-T' ? options.timestampSize : null
  if (timestampSize === undefined)
    throw new SignerError('ERR_SIGNER_LEVEL_NOT_REACHED', { details: { level } })
  const texts = readTexts(options, certificate)
  const doc = openPdf(document, options.password === undefined ? {} : { password: options.password })
  const fieldName = chooseFieldName(doc, checkMaySign(doc), options.field)
  const time = env.clock()
  const update = new IncrementalUpdate(doc, env.random)
  const page = findPage(doc, options.visible?.page ?? 1)
  const shown = await showSignature(update, doc, page, options.visible, texts, time)
  const value = update.allocate()
  addSignatureField(update, doc, { name: fieldName, value, page, ...shown })

  const attributesFor = (contentDigest: Uint8Array): Uint8Array =>
    buildSignedAttributes({
      format: 'pades',
      contentDigest,
      digest,
      algorithm: options.algorithm,
      certificate,
      signingTime: null,
    })
  const cmsSize = estimateCmsSize({
    chain: options.chain,
    algorithm: options.algorithm,
    digest,
    signedAttributesLength: attributesFor(new Uint8Array(digestLength(digest))).length,
    timestampSize,
  })
  const dictionary = writeSignatureDictionary(update, value, { ...texts, time }, cmsSize)
  update.setRaw(value, dictionary.body)
  const finished = update.finish()
  const appended = finished.bytes
  const at = finished.bodyOffset(value)
  const gap = { start: at + dictionary.contentsStart, end: at + dictionary.contentsEnd }
  fillByteRange(appended, at + dictionary.byteRangeStart, [
    document.length + gap.start,
    document.length + gap.end,
    appended.length - gap.end,
  ])
  const digests = await digestByteRange(document, appended, gap, digest)
  return {
    format: 'pades',
    level,
    digest,
    algorithm: options.algorithm,
    chain: options.chain.map(({ der }) => toBase64(der)),
    signedAttributes: toBase64(attributesFor(digests.digest)),
    documentLength: document.length,
    documentSha256: digests.documentSha256,
    appended: toBase64(appended),
    contents: { start: gap.start + 1, length: gap.end - gap.start - 2 },
  }
}

interface Texts {
  readonly name: string | undefined
  readonly reason: string | undefined
  readonly location: string | undefined
  readonly contact: string | undefined
}

function readTexts(options: PadesOptions, certificate: Certificate): Texts {
  const { reason, location, contact, visible } = options
  const name = options.name ?? nameValues(certificate.subject, commonName)[0]
  const given = { name, reason, location, contact, title: visible?.title, text: visible?.text }
  for (const [entry, value] of Object.entries(given)) {
    if (value !== undefined && value.length > maxTextLength)
      throw new SignerError('ERR_PADES_TEXT_LENGTH', { details: { entry, limit: maxTextLength } })
  }
  return { name, reason, location, contact }
}

interface Shown {
  readonly rectangle: Rectangle
  readonly appearance: PdfRef | null
}

/** The widget's place and look; without either where the signature is invisible (ISO 32000-2, 12.7.5.5). */
async function showSignature(
  update: IncrementalUpdate,
  doc: PdfDocument,
  page: PdfPage,
  visible: VisibleSignature | undefined,
  texts: Texts,
  time: Date,
): Promise<Shown> {
  if (!visible) return { rectangle: [0, 0, 0, 0], appearance: null }
  checkPagePosition(doc, page, visible.page)
  const { rectangle, rotate } = placeRectangle(doc, page, visible)
  const { layOutAppearance } = await import('./appearance/draw.ts')
  const paragraphs = listParagraphs(visible, texts, time)
  const appearance = await layOutAppearance({ paragraphs, image: visible.image }, visible, rotate)
  return { rectangle, appearance: appearance.embed(update) }
}

function listParagraphs({ title, text }: VisibleSignature, { name, reason }: Texts, time: Date): string[] {
  const lines = [
    name && `Ký bởi: ${name}`,
    title && `Chức danh: ${title}`,
    `Thời gian: ${formatDisplayTime(time)}`,
    reason && `Lý do: ${reason}`,
    text,
  ]
  return lines.flatMap((line) => (line ? line.normalize('NFC').split(/\r\n|\r|\n/) : []))
}

const toBase64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64')
