import { type Attribute, CKA, type Cryptoki, type Handle, type TokenInfo } from '../cryptoki.ts'

/** An object as a token holds it: attribute type → value. */
export type FakeObject = ReadonlyMap<number, Buffer>

/** What the addon throws where the module answers anything but CKR_OK. */
export const refusal = (ckr: number): Error =>
  Object.assign(new Error(`CKR_0x${ckr.toString(16)}`), { code: ckr })

export const handleOf = (index: number): Handle => Buffer.from([index, 0, 0, 0, 0, 0, 0, 0])

export const ulong = (value: number): Buffer => {
  const bytes = Buffer.alloc(8)
  bytes.writeUInt32LE(value)
  return bytes
}

export const fakeToken = (changes: Partial<TokenInfo> = {}): TokenInfo => ({
  label: 'thu-nghiem'.padEnd(32),
  manufacturerID: 'THỬ NGHIỆM',
  model: 'M',
  serialNumber: '0001'.padEnd(16),
  flags: 0x400,
  maxSessionCount: 0,
  minPinLen: 4,
  maxPinLen: 8,
  ...changes,
})

/** The calls given; any other is a mistake of the test. */
export function fakeCryptoki(calls: Partial<Cryptoki>): Cryptoki {
  return new Proxy(calls as Cryptoki, {
    get(target, name) {
      if (name in target) return target[name as keyof Cryptoki]
      throw new Error(`unexpected call of ${String(name)}`)
    },
  })
}

/** The calls that find and read objects, over `objects`, whose handles are their indexes. */
export function objectCalls(objects: readonly FakeObject[]): Partial<Cryptoki> {
  let template: readonly Attribute[] = []
  let given = false
  return {
    C_FindObjectsInit: (_session, wanted) => {
      template = wanted
      given = false
    },
    C_FindObjects: () => {
      if (given) return []
      given = true
      return objects.flatMap((object, index) => (matches(object, template) ? [handleOf(index)] : []))
    },
    C_FindObjectsFinal: () => {},
    C_GetAttributeValue: (_session, handle, [wanted]) => {
      const value = objects[handle[0]!]?.get(wanted!.type)
      if (!value) throw refusal(0x12)
      return [{ type: wanted!.type, value }]
    },
  }
}

const matches = (object: FakeObject, template: readonly Attribute[]): boolean =>
  template.every(({ type, value }) => {
    const wanted = typeof value === 'number' ? ulong(value) : Buffer.from(value as Buffer)
    return object.get(type)?.equals(wanted) ?? false
  })

/** A key object with its class, CKA_ID and whatever else. */
export const fakeKey = (
  objectClass: number,
  id: string,
  attributes: readonly (readonly [number, Buffer])[],
): FakeObject =>
  new Map<number, Buffer>([[CKA.CLASS, ulong(objectClass)], [CKA.ID, Buffer.from(id, 'hex')], ...attributes])
