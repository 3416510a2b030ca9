import { PdfDict, type PdfObject, PdfStream } from '../../../../formats/index.ts'
import { ExclusiveGraph } from './exclusive-graph.ts'
import { isSrgbProfile } from './srgb-profile.ts'
import type { StepReview } from './step-review.ts'

const intentKeys = new Set([
  'Type',
  'S',
  'OutputCondition',
  'OutputConditionIdentifier',
  'RegistryName',
  'Info',
  'DestOutputProfile',
])
const maxProfile = 64 * 1024

/**
 * Whether a document that had none was given an output intent of sRGB (ISO 32000-2, 14.11.5), which programs assume
 * anyway: some writers add one with the first visible signature.
 */
export function reviewOutputIntents(
  review: StepReview,
  before: PdfObject | undefined,
  after: PdfObject | undefined,
  decode: (stream: PdfStream) => Uint8Array,
): boolean {
  const graph = new ExclusiveGraph(review.after, review.budget)
  const list = graph.enter(after)
  if (review.before.resolve(before) !== null || !Array.isArray(list) || list.length !== 1) return false
  const intent = graph.enter(list[0] as PdfObject)
  if (!(intent instanceof PdfDict) || [...intent.entries.keys()].some((key) => !intentKeys.has(key)))
    return false
  const profile = graph.enter(intent.get('DestOutputProfile'))
  if (!(profile instanceof PdfStream) || profile.raw.length > maxProfile) return false
  const data = decode(profile)
  if (data.length > maxProfile || !isSrgbProfile(data)) return false
  for (const num of graph.references.keys()) review.claim(num, 'ltv', 'output-intent', 0)
  return true
}
