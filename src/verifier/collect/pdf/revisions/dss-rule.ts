import { PdfDict, type PdfObject, PdfStream } from '../../../../formats/index.ts'
import { claimGraphs } from './claim-graphs.ts'
import { ExclusiveGraph } from './exclusive-graph.ts'
import type { StepReview } from './step-review.ts'

const storeKeys = {
  Type: 'leaf',
  Certs: 'streams',
  CRLs: 'streams',
  OCSPs: 'streams',
  VRI: 'entries',
} as const
const entryKeys = {
  Type: 'leaf',
  Cert: 'streams',
  CRL: 'streams',
  OCSP: 'streams',
  TU: 'leaf',
  TS: 'stream',
} as const

/**
 * Whether /DSS of the catalog changed as long-term data may (ISO 32000-2, 12.8.4.3; EN 319 142-1, 5.4): dictionaries,
 * arrays and streams of the shape that the standard gives them, to which nothing else in the document refers.
 */
export function reviewDss(
  review: StepReview,
  before: PdfObject | undefined,
  after: PdfObject | undefined,
): boolean {
  const old = new ExclusiveGraph(review.before, review.budget)
  const now = new ExclusiveGraph(review.after, review.budget)
  if (!walkStore(old, before) || !walkStore(now, after)) return false
  claimGraphs(review, old, now, 'dss')
  return true
}

const walkStore = (graph: ExclusiveGraph, object: PdfObject | undefined): boolean =>
  walkDict(graph, object, (key) => storeKeys[key as keyof typeof storeKeys])

type Shape = 'leaf' | 'stream' | 'streams' | 'entries' | 'entry'

const walkDict = (
  graph: ExclusiveGraph,
  object: PdfObject | undefined,
  shapeOf: (key: string) => Shape | undefined,
): boolean =>
  graph.within(object, (value) => {
    if (value === null) return true
    if (!(value instanceof PdfDict)) return false
    return [...value.entries].every(([key, item]) => walk(graph, item, shapeOf(key)))
  })

function walk(graph: ExclusiveGraph, object: PdfObject, shape: Shape | undefined): boolean {
  switch (shape) {
    case 'leaf':
      return isLeaf(graph.enter(object))
    case 'stream':
      return walkStream(graph, object)
    case 'streams':
      return graph.within(object, (value) => {
        if (value === null) return true
        return Array.isArray(value) && value.every((item: PdfObject) => walkStream(graph, item))
      })
    case 'entries':
      return walkDict(graph, object, (key) => (key === 'Type' ? 'leaf' : 'entry'))
    case 'entry':
      return walkDict(graph, object, (key) => entryKeys[key as keyof typeof entryKeys])
    default:
      return false
  }
}

/** A stream; its dictionary's entries may be objects of their own, as /Length often is. */
const walkStream = (graph: ExclusiveGraph, object: PdfObject): boolean =>
  graph.within(object, (value) => {
    if (value === null) return true
    if (!(value instanceof PdfStream)) return false
    return [...value.dict.entries.values()].every((item) => {
      const inner = graph.enter(item)
      return isLeaf(inner) || (Array.isArray(inner) && inner.every(isLeaf)) || inner instanceof PdfDict
    })
  })

const isLeaf = (value: PdfObject | undefined): boolean =>
  value === undefined || !(Array.isArray(value) || value instanceof PdfDict || value instanceof PdfStream)
