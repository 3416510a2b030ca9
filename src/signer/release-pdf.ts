import {
  type AppendedDictionary,
  FormatError,
  isEqual,
  isName,
  type PdfObject,
  readAppendedDictionary,
} from '../formats/index.ts'
import { SignerError } from './errors.ts'
import { digestByteRange } from './pades/digest-byte-range.ts'
import type { OpenedSignature } from './prepared-signature.ts'
import type { FinishedSignature, PreparedSignature } from './types.ts'

/**
 * The digest of what /ByteRange covers in `document` and the bytes appended to it, after both were held to what was
 * prepared: the document byte for byte, what is appended but for /Contents, and /ByteRange as the update's own
 * cross-references lead to it, leaving out the token of /Contents alone (ISO 32000-2, 12.8.1; EN 319 142-1, 5.4.1).
 *
 * Throws `ERR_SIGNER_RELEASE_PREFIX`, `ERR_SIGNER_RELEASE_STRUCTURE`, `ERR_SIGNER_RELEASE_BYTE_RANGE`.
 */
export async function digestSignedPdf(
  document: Uint8Array,
  finished: FinishedSignature,
  state: PreparedSignature,
  pdf: NonNullable<OpenedSignature['pdf']>,
): Promise<Uint8Array> {
  if (document.length !== state.documentLength) throw new SignerError('ERR_SIGNER_RELEASE_PREFIX')
  const appended = finished.bytes
  checkAppended(appended, finished.cms, pdf)
  // the token of /Contents with its brackets
  const gap = { start: pdf.contents.start - 1, end: pdf.contents.start + pdf.contents.length + 1 }
  checkByteRange(document, appended, gap)
  const { documentSha256, digest } = await digestByteRange(document, appended, gap, state.digest)
  if (documentSha256 !== state.documentSha256) throw new SignerError('ERR_SIGNER_RELEASE_PREFIX')
  return digest
}

const structure = (field: string): SignerError =>
  new SignerError('ERR_SIGNER_RELEASE_STRUCTURE', { details: { field } })

function checkAppended(
  appended: Uint8Array,
  cms: Uint8Array,
  { appended: prepared, contents }: NonNullable<OpenedSignature['pdf']>,
): void {
  const { start, length } = contents
  const end = start + length
  const same = (from: number, to: number): boolean =>
    isEqual(appended.subarray(from, to), prepared.subarray(from, to))
  if (appended.length !== prepared.length || !same(0, start) || !same(end, prepared.length)) {
    throw structure('appended')
  }
  const hex = Buffer.from(appended.buffer, appended.byteOffset + start, length)
  const expected = Buffer.from(cms.buffer, cms.byteOffset, cms.length).toString('hex').padEnd(length, '0')
  if (hex.toString('latin1') !== expected) throw structure('Contents')
}

function checkByteRange(
  document: Uint8Array,
  appended: Uint8Array,
  gap: { start: number; end: number },
): void {
  const found = readDictionary(document, appended, gap.start)
  const contents = found?.spans.get('Contents')
  if (!found || !isName(found.dict.get('Type'), 'Sig')) throw structure('Sig')
  const expected = [0, document.length + gap.start, document.length + gap.end, appended.length - gap.end]
  if (
    contents?.start !== gap.start ||
    contents.end !== gap.end ||
    !isSameRange(found.dict.get('ByteRange'), expected)
  ) {
    throw new SignerError('ERR_SIGNER_RELEASE_BYTE_RANGE')
  }
}

const isSameRange = (range: PdfObject | undefined, expected: readonly number[]): boolean =>
  Array.isArray(range) &&
  range.length === expected.length &&
  expected.every((offset, i) => (range as readonly PdfObject[])[i] === offset)

function readDictionary(
  document: Uint8Array,
  appended: Uint8Array,
  position: number,
): AppendedDictionary | null {
  try {
    return readAppendedDictionary(appended, document.length - headerOffset(document), position)
  } catch (cause) {
    if (!(cause instanceof FormatError)) throw cause
    throw new SignerError('ERR_SIGNER_RELEASE_STRUCTURE', { details: { field: 'xref' }, cause })
  }
}

/** Offsets in a file count from its header, which stands within the first kilobyte (ISO 32000-1, annex H, note 13). */
const headerOffset = (document: Uint8Array): number =>
  Math.max(
    0,
    Buffer.from(document.buffer, document.byteOffset, Math.min(document.length, 1032)).indexOf('%PDF-'),
  )
