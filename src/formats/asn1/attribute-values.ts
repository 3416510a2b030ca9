import { type AttributeName, attributeOids } from './attribute-oids.ts'
import type { Attribute } from './cms-types.ts'

/** How often an attribute stands, and all values of all its instances in their order: counts are facts, not errors. */
export interface AttributeValues {
  readonly attributes: number
  readonly values: readonly Uint8Array[]
}

const indexes = new WeakMap<readonly Attribute[], ReadonlyMap<string, AttributeValues>>()
const none: AttributeValues = { attributes: 0, values: [] }

/** By type, found once for the same array. */
function indexOf(attributes: readonly Attribute[]): ReadonlyMap<string, AttributeValues> {
  const known = indexes.get(attributes)
  if (known) return known
  const index = new Map<string, AttributeValues>()
  for (const { oid, values } of attributes) {
    const before = index.get(oid)
    index.set(oid, {
      attributes: (before?.attributes ?? 0) + 1,
      values: before ? [...before.values, ...values] : values,
    })
  }
  indexes.set(attributes, index)
  return index
}

/** The attribute `name` among `attributes`. Nothing is checked and nothing thrown. */
export const attributeValues = (attributes: readonly Attribute[], name: AttributeName): AttributeValues =>
  indexOf(attributes).get(attributeOids[name]) ?? none

/** The value of an attribute that stands once with one value; null where it is absent or stands more often. */
export function soleValue(attributes: readonly Attribute[], name: AttributeName): Uint8Array | null {
  const found = attributeValues(attributes, name)
  return found.attributes === 1 && found.values.length === 1 ? found.values[0]! : null
}
