import {
  decodeTextString,
  isName,
  PdfDict,
  PdfName,
  type PdfObject,
  PdfRef,
  PdfStream,
  PdfString,
} from '../../../../formats/index.ts'
import { claimGraphs } from './claim-graphs.ts'
import { ExclusiveGraph } from './exclusive-graph.ts'
import { differingKeys } from './same-value.ts'
import type { StepReview } from './step-review.ts'

const extensionKeys = new Set(['Type', 'BaseVersion', 'ExtensionLevel', 'ExtensionRevision', 'URL'])

/** Whether /Extensions changed as a developer extensions dictionary may (ISO 32000-2, 7.12): versions alone, used by nothing else. */
export function reviewExtensions(
  review: StepReview,
  before: PdfObject | undefined,
  after: PdfObject | undefined,
): boolean {
  const old = new ExclusiveGraph(review.before, review.budget)
  const now = new ExclusiveGraph(review.after, review.budget)
  if (!isExtensions(old, before) || !isExtensions(now, after)) return false
  claimGraphs(review, old, now, 'extensions')
  return true
}

const isExtensions = (graph: ExclusiveGraph, object: PdfObject | undefined): boolean =>
  graph.within(object, (value) => {
    if (value === null) return true
    if (!(value instanceof PdfDict)) return false
    return [...value.entries].every(([key, item]) =>
      graph.within(item, (inner) => {
        if (key === 'Type') return isPlain(inner)
        const list: readonly PdfObject[] = Array.isArray(inner) ? inner : [inner]
        return list.every((extension) => isExtension(graph, extension))
      }),
    )
  })

const isExtension = (graph: ExclusiveGraph, object: PdfObject): boolean =>
  graph.within(object, (value) => {
    if (value === null) return true
    if (!(value instanceof PdfDict)) return false
    return [...value.entries].every(([key, item]) => extensionKeys.has(key) && isPlain(graph.enter(item)))
  })

const isPlain = (value: PdfObject | undefined): boolean =>
  value === undefined ||
  value === null ||
  typeof value === 'number' ||
  value instanceof PdfName ||
  value instanceof PdfString

/** Whether the version that the catalog names only rose. */
export const isLaterVersion = (before: PdfObject | undefined, after: PdfObject | undefined): boolean =>
  after instanceof PdfName &&
  /^\d\.\d$/.test(after.value) &&
  (before === undefined || (before instanceof PdfName && after.value > before.value))

/** What writers say of themselves and of when they wrote. */
const informationKeys = new Set(['ModDate', 'Producer'])

/** Whether the document information dictionary (ISO 32000-2, 14.3.3) says nothing new but when and by what it was written. */
export function reviewInformation(
  review: StepReview,
  before: PdfObject | undefined,
  after: PdfObject | undefined,
): boolean {
  const old = new ExclusiveGraph(review.before, review.budget)
  const now = new ExclusiveGraph(review.after, review.budget)
  const [was, is] = [old.enter(before) ?? new PdfDict(), now.enter(after) ?? new PdfDict()]
  if (!(was instanceof PdfDict && is instanceof PdfDict)) return false
  const changed = differingKeys(was, is)
  const isHarmless = (key: string): boolean => {
    const [earlier, later] = [old.enter(was.get(key)), now.enter(is.get(key))]
    return informationKeys.has(key) ? isPlain(earlier) && isPlain(later) : isSameText(earlier, later)
  }
  if (!changed.every(isHarmless)) return false
  for (const num of now.references.keys()) {
    // Trailers refer to the dictionary itself, which may change no further than this wherever else it is used.
    const isNamed = before instanceof PdfRef && before.num === num
    review.claim(
      num,
      'ltv',
      'information',
      isNamed ? null : (old.references.get(num) ?? 0),
      old.holdersOf(num),
    )
  }
  return true
}

/** Elements and attributes of XMP that say when and by what a file was written, or name the copy. */
const metadataFields =
  /(?:<((?:xmp|xap):(?:ModifyDate|MetadataDate)|(?:xmp|xap)MM:InstanceID|pdf:Producer)(?:\s[^<>]*)?>[^<>]*<\/\1>|\b(?:(?:xmp|xap):(?:ModifyDate|MetadataDate)|(?:xmp|xap)MM:InstanceID|pdf:Producer)="[^"<>]*")/g

/** Two encodings of one text (ISO 32000-2, 7.9.2.2). */
const isSameText = (a: PdfObject | undefined, b: PdfObject | undefined): boolean =>
  a instanceof PdfString && b instanceof PdfString && decodeTextString(a.bytes) === decodeTextString(b.bytes)

const maxMetadata = 1024 * 1024

/** Whether the document's metadata stream (ISO 32000-2, 14.3.2) says nothing new but when and by what it was written. */
export function reviewMetadata(
  review: StepReview,
  before: PdfObject | undefined,
  after: PdfObject | undefined,
  decode: (stream: PdfStream) => Uint8Array,
): boolean {
  const old = new ExclusiveGraph(review.before, review.budget)
  const now = new ExclusiveGraph(review.after, review.budget)
  const [was, is] = [old.enter(before), now.enter(after)]
  if (!(is instanceof PdfStream && isName(is.dict.get('Type'), 'Metadata'))) return false
  // Some writers begin to keep metadata when they sign.
  if (was === null) {
    for (const num of now.references.keys()) review.claim(num, 'ltv', 'metadata', 0)
    return true
  }
  if (!(was instanceof PdfStream)) return false
  const [earlier, later] = [decode(was), decode(is)]
  if (earlier.length > maxMetadata || later.length > maxMetadata) return false
  const rest = (xmp: Uint8Array): string =>
    Buffer.from(xmp).toString('utf8').replace(metadataFields, '').replace(/\s+/g, '')
  if (rest(earlier) !== rest(later)) return false
  claimGraphs(review, old, now, 'metadata')
  return true
}
