import { parseDer } from '../der/index.ts'
import { type AttributeName, attributeOids } from './attribute-oids.ts'
import type { Attribute } from './cms-types.ts'

/** How often an attribute stands, and all values of all its instances in their order: counts are facts, not errors. */
export interface AttributeValues {
  readonly attributes: number
  readonly values: readonly Uint8Array[]
}

/** The attribute `name` among `attributes`. Nothing is checked and nothing thrown. */
export function attributeValues(attributes: readonly Attribute[], name: AttributeName): AttributeValues {
  const found = attributes.filter(({ oid }) => oid === attributeOids[name])
  return { attributes: found.length, values: found.flatMap(({ values }) => values) }
}

/** The value of an attribute that stands once with one value; null where it is absent or stands more often. */
export function soleValue(attributes: readonly Attribute[], name: AttributeName): Uint8Array | null {
  const found = attributeValues(attributes, name)
  return found.attributes === 1 && found.values.length === 1 ? found.values[0]! : null
}

/** Whether `bytes` are DER as far as structure shows: lengths, tags and unsplit strings at every depth, sets in order. */
export function isDerThroughout(bytes: Uint8Array): boolean {
  try {
    return isOrdered(bytes)
  } catch {
    return false
  }
}

function isOrdered(bytes: Uint8Array): boolean {
  const open = [parseDer(bytes)]
  for (let element = open.pop(); element; element = open.pop()) {
    if (!element.constructed) continue
    const { children } = element
    if (element.is('universal', 17)) {
      // X.690, 11.6
      for (let i = 1; i < children.length; i++) {
        if (Buffer.compare(children[i - 1]!.bytes, children[i]!.bytes) > 0) return false
      }
    }
    open.push(...children)
  }
  return true
}
