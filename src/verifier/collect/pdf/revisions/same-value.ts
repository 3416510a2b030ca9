import { isSameObject, type PdfDict, type PdfObject, PdfStream } from '../../../../formats/index.ts'

/** Whether two objects of the file say the same, streams included: their bytes and, but for /Length, their dictionaries. */
export function isSameValue(a: PdfObject, b: PdfObject): boolean {
  if (!(a instanceof PdfStream)) return isSameObject(a, b)
  if (!(b instanceof PdfStream) || Buffer.compare(a.raw, b.raw) !== 0) return false
  return isSameObject(withoutLength(a.dict), withoutLength(b.dict))
}

const withoutLength = (dict: PdfDict): PdfDict => dict.with({ Length: undefined })

/** Keys whose values differ, or that one of the two lacks; null as a value is the same as no entry (ISO 32000-2, 7.3.7). */
export function differingKeys(before: PdfDict, after: PdfDict): string[] {
  const keys = new Set([...before.entries.keys(), ...after.entries.keys()])
  return [...keys].filter((key) => !isSameObject(before.get(key) ?? null, after.get(key) ?? null))
}

/** The items of `after` that `before` lacks, where those of `before` stand in it in the same order; null where they do not. */
export function additionsTo(before: readonly PdfObject[], after: readonly PdfObject[]): PdfObject[] | null {
  const added: PdfObject[] = []
  let next = 0
  for (const item of after) {
    if (next < before.length && isSameObject(before[next], item)) next++
    else added.push(item)
  }
  return next === before.length ? added : null
}
