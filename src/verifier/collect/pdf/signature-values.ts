import { createHash } from 'node:crypto'
import {
  decodeTextString,
  FormatError,
  type PdfDocument,
  type PdfSignature,
  PdfString,
  parseDerPrefix,
  type RevisionTail,
} from '../../../formats/index.ts'
import type { FormatFinding } from '../../facts.ts'
import { type ByteRangeReading, findOverlaps, readByteRange } from './byte-range.ts'
import { isEncryptedZeros } from './encrypted-padding.ts'
import { parsePdfDate } from './pdf-date.ts'
import { pdfFinding } from './pdf-findings.ts'

export type SubFilterKind = 'cades' | 'pkcs7' | 'pkcs7-sha1' | 'time-stamp' | 'unsupported'

/** A signature value in the file: counted once, whatever fields show it. */
export interface SignatureValue {
  readonly signature: PdfSignature
  readonly kind: SubFilterKind
  readonly range: ByteRangeReading
  /** The DER or BER value at the beginning of /Contents; null where there is none. */
  readonly cms: Uint8Array | null
  /** /M as ISO 8601 in UTC. */
  readonly claimedTime: string | null
  readonly findings: readonly FormatFinding[]
}

const kinds: Readonly<Record<string, SubFilterKind>> = {
  'ETSI.CAdES.detached': 'cades',
  'adbe.pkcs7.detached': 'pkcs7',
  'adbe.pkcs7.sha1': 'pkcs7-sha1',
  'ETSI.RFC3161': 'time-stamp',
}

/**
 * The values of a document's signature fields in signing order, each held against ISO 32000-2, 12.8.1. One that several
 * fields show, or that stands in several dictionaries, is listed once.
 */
export function listSignatureValues(
  doc: PdfDocument,
  signatures: readonly PdfSignature[],
  tails: readonly (RevisionTail | null)[],
): SignatureValue[] {
  const read = signatures.map((signature) => ({
    signature,
    range: readByteRange(signature, doc.bytes.length, tails),
    extra: [] as FormatFinding[],
  }))
  const distinct = mergeRepeated(read)
  const measured = distinct.filter(({ range }) => range.digestible?.length === 4)
  const overlaps = findOverlaps(
    measured.map(({ range }) => ({
      gap: range.ranges[0]! + range.ranges[1]!,
      end: range.ranges[2]! + range.ranges[3]!,
    })),
  )
  measured.forEach(({ extra }, i) => {
    if (overlaps[i]) extra.push(pdfFinding('PDF_BYTE_RANGE_OVERLAP'))
  })
  return distinct
    .map(({ signature, range, extra }) => describe(doc, signature, range, extra))
    .sort((a, b) => endOf(a) - endOf(b))
}

/** Where it stands in signing order: values whose range ends nowhere stand where their dictionary's revision does. */
const endOf = ({ range, signature }: SignatureValue): number =>
  range.revision === null ? signature.revision + 0.5 : range.revision

interface Reading {
  readonly signature: PdfSignature
  readonly range: ByteRangeReading
  readonly extra: FormatFinding[]
}

function mergeRepeated(read: readonly Reading[]): Reading[] {
  const byDictionary = new Map<string, Reading>()
  for (const [i, reading] of read.entries()) {
    const { ref } = reading.signature
    const key = ref ? `${ref.num}` : `direct ${i}`
    const first = byDictionary.get(key)
    if (first) addOnce(first, 'PDF_SIGNATURE_IN_SEVERAL_FIELDS', reading.signature.field.name)
    else byDictionary.set(key, reading)
  }
  if (byDictionary.size < 2) return [...byDictionary.values()]
  const byValue = new Map<string, Reading>()
  for (const [key, reading] of byDictionary) {
    const { contents, field } = reading.signature
    const isEmpty = !contents || contents.every((byte) => byte === 0)
    const value = isEmpty ? key : createHash('sha256').update(trimZeros(contents)).digest('hex')
    const other = byValue.get(value)
    if (!other) byValue.set(value, reading)
    else if (!other.range.strict && reading.range.strict) {
      addOnce(reading, 'PDF_SIGNATURE_RECYCLED', other.signature.field.name)
      byValue.set(value, reading)
    } else addOnce(other, 'PDF_SIGNATURE_RECYCLED', field.name)
  }
  return [...byValue.values()]
}

function addOnce({ extra }: Reading, code: Parameters<typeof pdfFinding>[0], detail: string): void {
  if (!extra.some((finding) => finding.code === code)) extra.push(pdfFinding(code, detail))
}

function describe(
  doc: PdfDocument,
  signature: PdfSignature,
  range: ByteRangeReading,
  extra: readonly FormatFinding[],
): SignatureValue {
  const { subFilter, contents, contentsSpan, dict, type } = signature
  const kind =
    subFilter === null && type === 'DocTimeStamp' ? 'time-stamp' : (kinds[subFilter ?? ''] ?? 'unsupported')
  const findings: FormatFinding[] = [...range.findings, ...extra]
  const say = (code: Parameters<typeof pdfFinding>[0], detail: string | null = null): void => {
    findings.push(pdfFinding(code, detail))
  }
  const value = contents?.some((byte) => byte !== 0) ? contents : null
  if (!value) say('PDF_CONTENTS_MISSING')
  else if (!contentsSpan) say('PDF_CONTENTS_COMPRESSED')
  const stored = doc.resolve(dict.get('Contents'))
  if (stored instanceof PdfString && !stored.hex) say('PDF_CONTENTS_NOT_HEXADECIMAL')
  const length = value ? encodedLength(value) : null
  const padding = value && length !== null ? findPadding(doc, signature, value, length) : null
  if (padding && value && length !== null) say(padding, String(value.length - length))
  if (subFilter === null) say('PDF_SUBFILTER_MISSING')
  else if (kind === 'unsupported') say('PDF_SUBFILTER_UNSUPPORTED', subFilter.slice(0, 100))
  if (type !== null && type !== (kind === 'time-stamp' ? 'DocTimeStamp' : 'Sig'))
    say('PDF_TYPE', type.slice(0, 100))
  const claimedTime = readDate(doc, signature)
  if (kind === 'cades') {
    if (claimedTime === null) say('PDF_CLAIMED_TIME_MISSING')
    if (dict.has('Cert')) say('PDF_CERT_ENTRY')
  }
  return {
    signature,
    kind,
    range,
    cms: value?.subarray(0, length ?? value.length) ?? null,
    claimedTime,
    findings,
  }
}

/** null where zeros alone follow the value (ISO 32000-2, 12.8.3.3.1). */
function findPadding(
  { encryption }: PdfDocument,
  { ref, field }: PdfSignature,
  contents: Uint8Array,
  length: number,
): 'PDF_CONTENTS_PADDING' | 'PDF_CONTENTS_PADDING_ENCRYPTED' | null {
  if (contents.subarray(length).every((byte) => byte === 0)) return null
  const holder = ref ?? field.ref
  const isEncrypted = encryption && holder && isEncryptedZeros(encryption, holder, contents, length)
  return isEncrypted ? 'PDF_CONTENTS_PADDING_ENCRYPTED' : 'PDF_CONTENTS_PADDING'
}

function readDate(doc: PdfDocument, { dict }: PdfSignature): string | null {
  const date = doc.resolve(dict.get('M'))
  return date instanceof PdfString ? parsePdfDate(decodeTextString(date.bytes)) : null
}

/** How long the value at the beginning is, DER or BER; null where none is. */
function encodedLength(bytes: Uint8Array): number | null {
  try {
    return parseDerPrefix(bytes, { mode: 'ber' }).bytes.length
  } catch (error) {
    if (error instanceof FormatError) return null
    throw error
  }
}

function trimZeros(bytes: Uint8Array): Uint8Array {
  let end = bytes.length
  while (end > 0 && bytes[end - 1] === 0) end--
  return bytes.subarray(0, end)
}
