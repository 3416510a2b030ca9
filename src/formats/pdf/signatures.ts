import { FormatError } from '../errors.ts'
import type { PdfDocument } from './document.ts'
import { type FieldListOptions, forEachField, type PdfField } from './fields.ts'
import { PdfDict, PdfName, type PdfObject, type PdfRef, PdfString } from './objects.ts'
import type { Span } from './parser.ts'
import { PdfReader } from './reader.ts'

/** A signature reference dictionary (ISO 32000-2, table 256): what the signature forbids later changes of. */
export interface PdfSignatureTransform {
  /** `DocMDP`, `FieldMDP`, `UR3`…; null where it names none. */
  readonly method: string | null
  readonly parameters: PdfDict | null
}

/** What a signature field's value says; nothing of it is judged. */
export interface PdfSignature {
  readonly field: PdfField
  /** The signature dictionary's reference; null where it stands directly in the field. */
  readonly ref: PdfRef | null
  readonly dict: PdfDict
  /** `Sig`, `DocTimeStamp`; null where absent. */
  readonly type: string | null
  readonly filter: string | null
  readonly subFilter: string | null
  /** /ByteRange where it is an array of integers, whatever their number. */
  readonly byteRange: readonly number[] | null
  /** The bytes that /Contents stands for, padding included. */
  readonly contents: Uint8Array | null
  /** Where the token of /Contents stands in the file, `<` and `>` included; null where it stands in an object stream. */
  readonly contentsSpan: Span | null
  readonly transforms: readonly PdfSignatureTransform[]
  /** The first revision whose bytes hold the dictionary, as an index into `doc.revisions`. */
  readonly revision: number
}

const maxSignatures = 256

/**
 * All signature fields that have a value, in the order of their dictionaries in the file. The place of /Contents is
 * found by the parser at the object that the cross-references name. Throws `ERR_PDF_SIGNATURE_LIMIT` beyond 256,
 * `ERR_PDF_FIELD_TREE`.
 */
export function listSignatures(doc: PdfDocument, options: FieldListOptions = {}): PdfSignature[] {
  const found: { signature: PdfSignature; at: number }[] = []
  const visit = (field: PdfField): void => {
    if (field.type !== 'Sig') return
    const dict = doc.resolve(readValue(doc, field))
    if (!(dict instanceof PdfDict)) return
    if (found.length >= maxSignatures) {
      throw new FormatError('ERR_PDF_SIGNATURE_LIMIT', { details: { limit: maxSignatures } })
    }
    const at = offsetOf(doc, field.valueRef ?? field.ref)
    found.push({ signature: describe(doc, field, dict, at), at })
  }
  forEachField(doc, visit, options)
  return found.sort((a, b) => a.at - b.at).map(({ signature }) => signature)
}

/** Read once for its entries and for where they stand. */
const readValue = (doc: PdfDocument, { value, valueRef }: PdfField): PdfObject =>
  valueRef && doc instanceof PdfReader ? doc.getWithSpans(valueRef) : value

function describe(doc: PdfDocument, field: PdfField, dict: PdfDict, at: number): PdfSignature {
  const contents = doc.resolve(dict.get('Contents'))
  return {
    field,
    ref: field.valueRef,
    dict,
    type: nameOf(doc, dict, 'Type'),
    filter: nameOf(doc, dict, 'Filter'),
    subFilter: nameOf(doc, dict, 'SubFilter'),
    byteRange: integersOf(doc, dict.get('ByteRange')),
    contents: contents instanceof PdfString ? contents.bytes : null,
    contentsSpan: findContents(doc, field),
    // Read when asked for: many signatures may share a long list.
    get transforms() {
      return listTransforms(doc, dict)
    },
    revision: doc.revisions.findIndex((revision) => at < revision.end),
  }
}

function offsetOf(doc: PdfDocument, ref: PdfRef | null): number {
  const place = ref && doc.locate(ref.num)
  if (!place) return 0
  if (place.kind === 'offset') return place.offset
  const stream = doc.locate(place.stream)
  return stream?.kind === 'offset' ? stream.offset : 0
}

const findContents = (doc: PdfDocument, field: PdfField): Span | null => {
  const holder = field.valueRef ?? field.ref
  return holder && locateContents(doc, holder)
}

/**
 * Where the token of /Contents stands, brackets included, of the signature dictionary that is the object `holder` or
 * stands in its /V; null where there is none, or where the object is in an object stream.
 */
function locateContents(doc: PdfDocument, holder: PdfRef): Span | null {
  if (!(doc instanceof PdfReader)) return null
  const read = doc.readWithSpans(holder.num)
  const outer = read?.object
  if (!read || !(outer instanceof PdfDict)) return null
  const inner = outer.get('V')
  const dict = inner instanceof PdfDict ? inner : outer
  if (!(dict.get('Contents') instanceof PdfString)) return null
  const span = read.spans?.get(dict)?.get('Contents')
  if (!span) return null
  return { start: span.start + doc.headerOffset, end: span.end + doc.headerOffset }
}

function listTransforms(doc: PdfDocument, dict: PdfDict): PdfSignatureTransform[] {
  const references = doc.resolve(dict.get('Reference'))
  if (!Array.isArray(references)) return []
  return references
    .map((item: PdfObject) => doc.resolve(item))
    .filter((item) => item instanceof PdfDict)
    .map((item) => {
      const parameters = doc.resolve(item.get('TransformParams'))
      return {
        method: nameOf(doc, item, 'TransformMethod'),
        parameters: parameters instanceof PdfDict ? parameters : null,
      }
    })
}

function nameOf(doc: PdfDocument, dict: PdfDict, key: string): string | null {
  const value = doc.resolve(dict.get(key))
  return value instanceof PdfName ? value.value : null
}

function integersOf(doc: PdfDocument, object: PdfObject | undefined): readonly number[] | null {
  const array = doc.resolve(object)
  if (!Array.isArray(array)) return null
  const numbers = array.map((item: PdfObject) => doc.resolve(item))
  return numbers.every((value) => Number.isSafeInteger(value)) ? (numbers as number[]) : null
}
