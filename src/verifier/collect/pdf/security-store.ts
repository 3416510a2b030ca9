import {
  FormatError,
  PdfDict,
  type PdfDocument,
  type PdfObject,
  PdfRef,
  PdfStream,
  type RevisionView,
} from '../../../formats/index.ts'
import type { EmbeddedFacts } from '../../facts.ts'
import type { Registry } from '../registry.ts'
import type { VisitBudget } from './revisions/exclusive-graph.ts'

/** More values than any honest document security store has; what lies beyond is not looked at. */
const maxValues = 5000

type Kind = EmbeddedFacts['kind']

const storeArrays: readonly (readonly [string, Kind])[] = [
  ['Certs', 'certificate'],
  ['CRLs', 'crl'],
  ['OCSPs', 'ocsp'],
]
const entryArrays: readonly (readonly [string, Kind])[] = [
  ['Cert', 'certificate'],
  ['CRL', 'crl'],
  ['OCSP', 'ocsp'],
]

/**
 * Reads document security stores (ISO 32000-2, 12.8.4.3; EN 319 142-1, 5.4) of one document's revisions into the
 * registry; a stream that stands unchanged in several is decoded once.
 */
export class SecurityStoreReader {
  readonly #doc: PdfDocument
  readonly #registry: Registry
  readonly #budget: VisitBudget
  /** By kind and place in the file. */
  readonly #known = new Map<string, string | null>()

  constructor(doc: PdfDocument, registry: Registry, budget: VisitBudget) {
    this.#doc = doc
    this.#registry = registry
    this.#budget = budget
  }

  /** What the store of one revision holds, each object once; what cannot be read is passed over. */
  read(view: RevisionView): EmbeddedFacts[] {
    const found = new Map<string, EmbeddedFacts>()
    try {
      this.#readStore(view, found)
    } catch (error) {
      if (!(error instanceof FormatError)) throw error
    }
    return [...found.values()]
  }

  #readStore(view: RevisionView, found: Map<string, EmbeddedFacts>): void {
    const catalog = view.resolve(view.trailer.get('Root'))
    const store = catalog instanceof PdfDict ? view.resolve(catalog.get('DSS')) : null
    if (!(store instanceof PdfDict)) return
    for (const [key, kind] of storeArrays) this.#readArray(view, store.get(key), kind, 'dss', found)
    const vri = view.resolve(store.get('VRI'))
    if (!(vri instanceof PdfDict)) return
    for (const value of vri.entries.values()) {
      const entry = view.resolve(value)
      if (!(entry instanceof PdfDict)) continue
      for (const [key, kind] of entryArrays) this.#readArray(view, entry.get(key), kind, 'vri', found)
    }
  }

  #readArray(
    view: RevisionView,
    array: PdfObject | undefined,
    kind: Kind,
    origin: 'dss' | 'vri',
    found: Map<string, EmbeddedFacts>,
  ): void {
    const items = view.resolve(array)
    if (!Array.isArray(items)) return
    for (const item of items as readonly PdfObject[]) {
      if (found.size >= maxValues) return
      this.#budget.spend()
      const object = this.#add(view, item, kind)
      if (object !== null && !found.has(object)) found.set(object, { object, kind, origin })
    }
  }

  #add(view: RevisionView, item: PdfObject, kind: Kind): string | null {
    const place = item instanceof PdfRef ? view.entry(item.num) : undefined
    const key = place?.type === 1 ? `${kind} ${place.offset}` : null
    const known = key === null ? undefined : this.#known.get(key)
    if (known !== undefined) return known
    const bytes = this.#decode(view, item)
    const id =
      bytes &&
      (kind === 'certificate'
        ? this.#registry.addCertificate(bytes)
        : this.#registry.addRevocation(bytes, 'embedded'))
    if (key !== null) this.#known.set(key, id)
    return id
  }

  #decode(view: RevisionView, item: PdfObject): Uint8Array | null {
    try {
      const stream = view.resolve(item)
      return stream instanceof PdfStream ? this.#doc.decode(stream) : null
    } catch (error) {
      if (error instanceof FormatError && error.code !== 'ERR_PDF_INFLATE_LIMIT') return null
      throw error
    }
  }
}
