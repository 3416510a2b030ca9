import type { PdfSignature } from '../../../formats/index.ts'
import type { FormatFinding } from '../../facts.ts'
import { pdfFinding } from './pdf-findings.ts'

/** Where a revision may be said to end: behind `%%EOF`, or behind the white space that follows. */
export interface RevisionEnd {
  readonly eof: number
  readonly end: number
}

export interface ByteRangeReading {
  /** As it stands; empty where it is none. */
  readonly ranges: readonly number[]
  /** The ranges where a digest can be taken over them, whatever else is wrong. */
  readonly digestible: readonly number[] | null
  /** Index of the revision it ends with; null where it ends with none. */
  readonly revision: number | null
  readonly strict: boolean
  readonly findings: readonly FormatFinding[]
}

/**
 * Holds /ByteRange against the file (ISO 32000-2, 12.8.1): two ranges from the first byte to the end of a revision that
 * leave out exactly the token of /Contents, which the parser finds at the object that the cross-references name.
 */
export function readByteRange(
  signature: PdfSignature,
  length: number,
  revisions: readonly (RevisionEnd | null)[],
): ByteRangeReading {
  const { byteRange: ranges, contentsSpan: token } = signature
  const findings: FormatFinding[] = []
  const say = (code: Parameters<typeof pdfFinding>[0], detail: string | null = null): void => {
    findings.push(pdfFinding(code, detail))
  }
  const done = (revision: number | null, digestible: readonly number[] | null): ByteRangeReading => ({
    ranges: ranges ?? [],
    digestible,
    revision,
    strict: findings.length === 0,
    findings,
  })
  if (!ranges || ranges.length === 0) {
    say('PDF_BYTE_RANGE_MISSING')
    return done(null, null)
  }
  const [start, first, second, last] = ranges as [number, number, number, number]
  const text = ranges.slice(0, 8).join(' ')
  if (
    ranges.length !== 4 ||
    ranges.some((value) => value < 0) ||
    first === 0 ||
    last === 0 ||
    second < start + first
  ) {
    say('PDF_BYTE_RANGE_MALFORMED', text)
    return done(null, isDigestible(ranges, length) ? ranges : null)
  }
  if (second + last > length) {
    say('PDF_BYTE_RANGE_BEYOND_END', text)
    return done(null, null)
  }
  if (start !== 0) say('PDF_BYTE_RANGE_START', text)
  if (!token || token.start !== start + first || token.end !== second) say('PDF_BYTE_RANGE_GAP', text)
  const end = second + last
  const revision = revisions.findIndex((tail) => tail !== null && tail.eof <= end && end <= tail.end)
  if (revision < 0) say('PDF_BYTE_RANGE_END', text)
  return done(revision < 0 ? null : revision, ranges)
}

const maxRanges = 64

/** Whether the ranges lie within the file, one behind the other. */
function isDigestible(ranges: readonly number[], length: number): boolean {
  if (ranges.length % 2 !== 0 || ranges.length > maxRanges) return false
  let at = 0
  for (let i = 0; i < ranges.length; i += 2) {
    if (ranges[i]! < at || ranges[i + 1]! < 0) return false
    at = ranges[i]! + ranges[i + 1]!
  }
  return at > 0 && at <= length
}

/**
 * Which of these signatures overlap: of two, neither ends before the other's gap begins, so that each leaves out what
 * the other signs or both end together. `gap` and `end` are offsets.
 */
export function findOverlaps(
  signatures: readonly { readonly gap: number; readonly end: number }[],
): boolean[] {
  const overlaps = signatures.map(() => false)
  const order = signatures.map((_, i) => i).sort((a, b) => signatures[a]!.end - signatures[b]!.end)
  for (const [place, i] of order.entries()) {
    for (let earlier = place - 1; earlier >= 0; earlier--) {
      const other = order[earlier]!
      if (signatures[other]!.end <= signatures[i]!.gap) break
      overlaps[i] = overlaps[other] = true
    }
  }
  return overlaps
}
