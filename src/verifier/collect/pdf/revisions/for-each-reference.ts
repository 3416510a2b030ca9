import { PdfDict, type PdfObject, PdfRef, PdfStream } from '../../../../formats/index.ts'

/** Hands each reference within an object to `visit`; what it leads to is not looked at. */
export function forEachReference(object: PdfObject, visit: (ref: PdfRef) => void): void {
  const waiting: PdfObject[] = [object]
  while (waiting.length > 0) {
    const value = waiting.pop()!
    if (value instanceof PdfRef) visit(value)
    else if (value instanceof PdfStream) waiting.push(value.dict)
    else if (value instanceof PdfDict) for (const item of value.entries.values()) waiting.push(item)
    else if (Array.isArray(value)) for (const item of value as readonly PdfObject[]) waiting.push(item)
  }
}
