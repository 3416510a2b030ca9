import { describe, expect, it } from 'vitest'
import { CKA, type Handle } from './cryptoki.ts'
import { generateKeyPair } from './key-generation.ts'
import { type FakeObject, fakeCryptoki, handleOf, objectCalls, refusal } from './testing/fake-cryptoki.ts'

const session = handleOf(9)
const yes = Buffer.of(1)
const no = Buffer.of(0)
const asAsked: readonly (readonly [number, Buffer])[] = [
  [CKA.LOCAL, yes],
  [CKA.ALWAYS_SENSITIVE, yes],
  [CKA.NEVER_EXTRACTABLE, yes],
  [CKA.SENSITIVE, yes],
  [CKA.PRIVATE, yes],
  [CKA.EXTRACTABLE, no],
]

/** A token whose new private key has these attributes: object 0 private, object 1 public. */
function tokenThatMakes(privateKey: FakeObject, publicKey: FakeObject) {
  const destroyed: Handle[] = []
  const ids: Buffer[] = []
  const cryptoki = fakeCryptoki({
    ...objectCalls([privateKey, publicKey]),
    C_GenerateKeyPair: () => ({ privateKey: handleOf(0), publicKey: handleOf(1) }),
    C_SetAttributeValue: (_session, _handle, [attribute]) => {
      ids.push(attribute!.value as Buffer)
    },
    C_DestroyObject: (_session, handle) => {
      destroyed.push(handle)
      throw refusal(0x82)
    },
  })
  const make = () => generateKeyPair(cryptoki, session, { type: 'rsa', bits: 2048 }, 'thử nghiệm')
  return { make, destroyed, ids }
}

const modulus: FakeObject = new Map([[CKA.MODULUS, Buffer.from('abc')]])

describe('a key pair made in a token', () => {
  it('protected as asked: both halves named by the SHA-1 of the modulus', () => {
    const { make, destroyed, ids } = tokenThatMakes(new Map(asAsked), modulus)
    expect(make()).toBe('a9993e364706816aba3e25717850c26c9cd0d89d')
    expect(ids.map((id) => id.toString('hex'))).toEqual(
      Array(2).fill('a9993e364706816aba3e25717850c26c9cd0d89d'),
    )
    expect(destroyed).toEqual([])
  })

  it.each([
    ['brought in from outside', CKA.LOCAL, no, 'CKA_LOCAL'],
    ['that was not always sensitive', CKA.ALWAYS_SENSITIVE, no, 'CKA_ALWAYS_SENSITIVE'],
    ['that was extractable', CKA.NEVER_EXTRACTABLE, no, 'CKA_NEVER_EXTRACTABLE'],
    ['that is not sensitive', CKA.SENSITIVE, no, 'CKA_SENSITIVE'],
    ['that anybody sees', CKA.PRIVATE, no, 'CKA_PRIVATE'],
    ['that may be extracted', CKA.EXTRACTABLE, yes, 'CKA_EXTRACTABLE'],
    ['that does not say', CKA.EXTRACTABLE, null, 'CKA_EXTRACTABLE'],
  ])('one %s: destroyed and refused, whatever the destroying answers', (_what, type, value, attribute) => {
    const attributes = new Map(asAsked)
    if (value) attributes.set(type, value)
    else attributes.delete(type)
    const { make, destroyed } = tokenThatMakes(attributes, modulus)
    expect(make).toThrow(
      expect.objectContaining({ code: 'ERR_P11_KEY_PROPERTIES', details: { attribute } }) as Error,
    )
    expect(destroyed).toEqual([handleOf(0), handleOf(1)])
  })

  it('one whose public half shows no modulus: destroyed and refused', () => {
    const { make, destroyed } = tokenThatMakes(new Map(asAsked), new Map())
    expect(make).toThrow(expect.objectContaining({ details: { attribute: 'CKA_MODULUS' } }) as Error)
    expect(destroyed).toHaveLength(2)
  })
})
