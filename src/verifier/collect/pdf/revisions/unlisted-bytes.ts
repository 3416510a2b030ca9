import type { RevisionStep } from '../../../../formats/index.ts'

/** The bytes of a revision that belong neither to its objects nor to its cross-references, white space and comments left out. */
export function findUnlistedBytes(
  bytes: Uint8Array,
  step: RevisionStep,
): { readonly start: number; readonly end: number }[] {
  const limit = step.tail?.eof ?? bytes.length
  const spans = step.spans()
  const found: { start: number; end: number }[] = []
  let at = step.start
  const look = (end: number): void => {
    const start = skipBlank(bytes, at, end)
    if (start < end) found.push({ start, end })
  }
  for (const span of spans) {
    if (span.start > at) look(Math.min(span.start, limit))
    at = Math.max(at, span.end)
  }
  if (!step.tail) look(bytes.length)
  return found
}

/** The first byte from `at` on that is neither white space nor within a comment (ISO 32000-2, 7.2.4). */
function skipBlank(bytes: Uint8Array, at: number, end: number): number {
  let i = at
  while (i < end) {
    const byte = bytes[i]!
    if (byte === 37) while (i < end && bytes[i] !== 10 && bytes[i] !== 13) i++
    else if (byte === 0 || byte === 9 || byte === 10 || byte === 12 || byte === 13 || byte === 32) i++
    else return i
  }
  return end
}
