import { PdfDict, type PdfDocument, PdfName, type PdfObject } from '../../formats/index.ts'
import { SignerError } from '../errors.ts'

/** A signature reference dictionary (ISO 32000-2, table 256). */
export interface SignatureReference {
  readonly method: string | null
  readonly parameters: PdfDict | null
}

/** Far more than honest files have. */
const limit = 100_000

/** How much the earlier signatures of one document refer to and lock. */
export class ReferenceAccount {
  #count = 0
  /** Throws `ERR_PADES_LOCK_LIMIT`. */
  charge(count: number): void {
    this.#count += count
    if (this.#count > limit) throw new SignerError('ERR_PADES_LOCK_LIMIT', { details: { limit } })
  }
}

/**
 * What a signature dictionary's /Reference names; an array, or one that stands alone, as some readers take it too.
 * Throws `ERR_PADES_LOCK_LIMIT`.
 */
export function listReferences(
  doc: PdfDocument,
  signature: PdfDict,
  account: ReferenceAccount,
): SignatureReference[] {
  const value = doc.resolve(signature.get('Reference'))
  const items: readonly PdfObject[] = Array.isArray(value) ? value : [value]
  account.charge(items.length)
  return items
    .map((item) => doc.resolve(item))
    .filter((item) => item instanceof PdfDict)
    .map((item) => {
      const method = doc.resolve(item.get('TransformMethod'))
      const parameters = doc.resolve(item.get('TransformParams'))
      return {
        method: method instanceof PdfName ? method.value : null,
        parameters: parameters instanceof PdfDict ? parameters : null,
      }
    })
}
