import { describe, expect, it } from 'vitest'
import { CKA, CKK, CKO } from './cryptoki.ts'
import { findKey, listObjects } from './objects.ts'
import type { KeyIdentity } from './protocol.ts'
import {
  type FakeObject,
  fakeCryptoki,
  fakeKey,
  handleOf,
  objectCalls,
  ulong,
} from './testing/fake-cryptoki.ts'

const session = handleOf(9)
const modulus = Buffer.alloc(256, 0xd3)
const point = Buffer.concat([Buffer.of(4), Buffer.alloc(64, 0x51)])
const rsa: KeyIdentity = { ref: 1, id: '0a', modulus, point: null }
const ec: KeyIdentity = { ref: 2, id: '0b', modulus: null, point }

const rsaKey = (value: Buffer, more: [number, Buffer][] = []) =>
  fakeKey(CKO.PRIVATE_KEY, '0a', [[CKA.MODULUS, value], ...more])
const ecKeys = (shown: Buffer | null): FakeObject[] => [
  fakeKey(CKO.PRIVATE_KEY, '0b', []),
  fakeKey(CKO.PUBLIC_KEY, '0b', shown ? [[CKA.EC_POINT, shown]] : []),
]

const find = (objects: readonly FakeObject[], key: KeyIdentity) =>
  findKey(fakeCryptoki(objectCalls(objects)), session, key)

const fails = (objects: readonly FakeObject[], key: KeyIdentity): unknown => {
  try {
    find(objects, key)
  } catch (error) {
    return (error as { code?: unknown }).code
  }
  return 'nothing'
}

describe('a private key found again in a token', () => {
  it('is the one of its CKA_ID and modulus, however many zeros lead it', () => {
    const objects = [rsaKey(Buffer.alloc(256, 1)), rsaKey(Buffer.concat([Buffer.of(0), modulus]))]
    expect(find(objects, rsa)).toEqual({ handle: handleOf(1), alwaysAuthenticate: false })
  })

  it('says whether it wants the PIN for each signature', () => {
    const always: [number, Buffer] = [CKA.ALWAYS_AUTHENTICATE, Buffer.of(1)]
    expect(find([rsaKey(modulus, [always])], rsa).alwaysAuthenticate).toBe(true)
  })

  it('of an elliptic curve is compared by the public key beside it, its point wrapped or bare', () => {
    const wrapped = Buffer.concat([Buffer.of(0x04, point.length), point])
    for (const shown of [point, wrapped, null]) expect(fails(ecKeys(shown), ec)).toBe('nothing')
  })

  it.each([
    ['not there', [], rsa, 'ERR_P11_KEY_NOT_FOUND'],
    ['with another modulus', [rsaKey(Buffer.alloc(256, 2))], rsa, 'ERR_P11_KEY_CHANGED'],
    ['without its modulus', [fakeKey(CKO.PRIVATE_KEY, '0a', [])], rsa, 'ERR_P11_KEY_CHANGED'],
    ['twice', [rsaKey(modulus), rsaKey(modulus)], rsa, 'ERR_P11_KEY_AMBIGUOUS'],
    [
      'with another point',
      ecKeys(Buffer.concat([Buffer.of(4), Buffer.alloc(64, 9)])),
      ec,
      'ERR_P11_KEY_CHANGED',
    ],
  ])('%s: refused', (_what, objects, key, code) => expect(fails(objects, key)).toBe(code))
})

describe('the list of objects', () => {
  it('has keys with what they show, and leaves out those without a type', () => {
    const objects = [
      fakeKey(CKO.PRIVATE_KEY, '0a', [
        [CKA.KEY_TYPE, ulong(CKK.RSA)],
        [CKA.LABEL, Buffer.from('con dấu')],
        [CKA.MODULUS, modulus],
      ]),
      fakeKey(CKO.PRIVATE_KEY, '0c', []),
    ]
    const { privateKeys, publicKeys, certificates } = listObjects(fakeCryptoki(objectCalls(objects)), session)
    expect(privateKeys).toEqual([
      {
        id: '0a',
        label: 'con dấu',
        keyType: CKK.RSA,
        modulus,
        publicExponent: null,
        ecParams: null,
        ecPoint: null,
      },
    ])
    expect([publicKeys, certificates]).toEqual([[], []])
  })
})
