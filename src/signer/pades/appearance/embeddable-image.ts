import type { IncrementalUpdate, PdfRef } from '../../../formats/index.ts'

/** An image that was read and can be put into a document. */
export interface EmbeddableImage {
  /** Pixels. */
  readonly width: number
  /** Pixels. */
  readonly height: number
  /** Writes the image XObject. */
  embed(update: IncrementalUpdate): PdfRef
}
