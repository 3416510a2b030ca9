import type { Name, NameAttribute } from '../../formats/index.ts'
import { prepareString } from './string-preparation.ts'

const prepared = new WeakMap<Name, readonly string[]>()
const keys = new WeakMap<Name, string>()

/** Each RDN in a form that is the same exactly where RDNs compare as equal: its attributes as a set. */
export function rdnKeys(name: Name): readonly string[] {
  let found = prepared.get(name)
  if (!found) {
    found = name.rdns.map((rdn) => JSON.stringify(rdn.map(attributeKey).sort()))
    prepared.set(name, found)
  }
  return found
}

/** A value that is no character string is compared as it is encoded (RFC 5280, 7.1). */
const attributeKey = ({ oid, value, isText }: NameAttribute): string =>
  isText ? `${oid}=${prepareString(value)}` : `${oid}#${value}`

/** The whole name in that form. */
export function nameKey(name: Name): string {
  let key = keys.get(name)
  if (key === undefined) {
    key = JSON.stringify(rdnKeys(name))
    keys.set(name, key)
  }
  return key
}

/**
 * Whether two distinguished names are the same: RDN by RDN, the attributes of one RDN as a set, character strings of
 * whatever type by `prepareString`, other values by their encoding (RFC 5280, 7.1).
 */
export const isSameName = (a: Name, b: Name): boolean => a === b || nameKey(a) === nameKey(b)

/** Whether `name` lies in the subtree that `base` begins: its first RDNs are those of `base` (RFC 5280, 4.2.1.10). */
export function isWithinSubtree(name: Name, base: Name): boolean {
  const [own, root] = [rdnKeys(name), rdnKeys(base)]
  return root.length <= own.length && root.every((key, i) => own[i] === key)
}
