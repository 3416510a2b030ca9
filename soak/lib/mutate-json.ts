import { type Draw, seededDraw } from './random.ts'

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** Documents of one shape, and every value that stands anywhere in them, by the name that it stands under. */
export interface JsonCorpus {
  readonly documents: readonly Json[]
  readonly values: ReadonlyMap<string, readonly Json[]>
}

/** A value within a document that can be replaced, or taken away where it stands in a list. */
interface Place {
  readonly name: string
  readonly holder: Json[] | { [key: string]: Json }
  readonly key: number | string
}

const MAX_CHANGES = 4
const DAY_MS = 86_400_000

export function openJsonCorpus(documents: readonly Json[]): JsonCorpus {
  const values = new Map<string, Json[]>()
  for (const document of documents) {
    for (const { name, holder, key } of placesIn(document)) {
      const known = values.get(name) ?? []
      known.push((holder as { [key: string]: Json })[key]!)
      values.set(name, known)
    }
  }
  return { documents, values }
}

/**
 * One of the documents with some changes; the same for the same seed. `wild`: values may be of any kind; otherwise each stays
 * of a kind that its place has somewhere.
 */
export function mutateJson(corpus: JsonCorpus, seed: number, wild: boolean): Json {
  const draw = seededDraw(seed)
  const document = structuredClone(draw.pick(corpus.documents))
  for (let change = 1 + draw.below(MAX_CHANGES); change > 0; change--) {
    const places = placesIn(document)
    if (places.length > 0) changeAt(draw.pick(places), corpus, draw, wild)
  }
  return document
}

function changeAt(place: Place, corpus: JsonCorpus, draw: Draw, wild: boolean): void {
  const { holder, key } = place
  if (wild && !Array.isArray(holder) && draw() < 0.1) delete holder[key]
  else if (Array.isArray(holder) && draw() < 0.3) {
    if (draw() < 0.5) holder.splice(key as number, 1)
    else holder.push(structuredClone(holder[key as number]!))
  } else (holder as { [key: string]: Json })[key] = another(place, corpus, draw, wild)
}

function another({ name, holder, key }: Place, corpus: JsonCorpus, draw: Draw, wild: boolean): Json {
  const held = (holder as { [key: string]: Json })[key]!
  if (wild && draw() < 0.4) return structuredClone(draw.pick(anything))
  if (typeof held === 'boolean' && draw() < 0.7) return !held
  if (typeof held === 'string' && /^\d{4}-\d\d-\d\dT/.test(held) && draw() < 0.6) {
    const days = draw.pick([-4_000, -400, -30, -1, -0.001, 0.001, 1, 30, 400, 4_000])
    return new Date(Date.parse(held) + days * DAY_MS).toISOString()
  }
  if (typeof held === 'number' && draw() < 0.5) return draw.pick([0, 1, held + 1, held * 2])
  return structuredClone(draw.pick(corpus.values.get(name)!))
}

const anything: readonly Json[] = [
  null,
  true,
  -1,
  1e308,
  '',
  '9'.repeat(400),
  [],
  {},
  [[[[]]]],
  'FAIL',
  'IGNORE',
  '2026-13-45',
  { extends: 'hospital' },
]

function placesIn(document: Json, name = '$'): Place[] {
  if (document === null || typeof document !== 'object') return []
  if (Array.isArray(document))
    return document.flatMap((item, key) => [
      { name: `${name}[]`, holder: document, key },
      ...placesIn(item, `${name}[]`),
    ])
  return Object.entries(document).flatMap(([key, item]) => {
    const own = `${name.slice(name.lastIndexOf('.') + 1)}.${key}`
    return [{ name: own, holder: document, key }, ...placesIn(item, own)]
  })
}
