import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { isWeakDigest, weakKeyName } from './strength.ts'

const curve = (namedCurve: string): KeyObject => generateKeyPairSync('ec', { namedCurve }).publicKey
/** A key of this kind and these details, of which nothing else is looked at. */
const described = (asymmetricKeyType: string, asymmetricKeyDetails: object): KeyObject =>
  ({ asymmetricKeyType, asymmetricKeyDetails }) as KeyObject

describe('a key that is too weak', () => {
  it.each([
    ['RSA-1024', described('rsa', { modulusLength: 1024 })],
    ['RSA-2047', described('rsa-pss', { modulusLength: 2047 })],
    ['prime192v1', curve('prime192v1')],
    ['secp224r1', curve('secp224r1')],
    ['brainpoolP224r1', described('ec', { namedCurve: 'brainpoolP224r1' })],
    ['wap-wsg-idm-ecid-wtls8', described('ec', { namedCurve: 'wap-wsg-idm-ecid-wtls8' })],
    ['DSA-2048', described('dsa', { modulusLength: 2048 })],
    ['X25519-0', described('x25519', {})],
  ])('%s is told by its name', (name, key) => expect(weakKeyName(key)).toBe(name))
})

describe('a key that is strong enough', () => {
  it.each([
    ['RSA-2048', described('rsa', { modulusLength: 2048 })],
    ['P-256', curve('prime256v1')],
    ['P-521', curve('secp521r1')],
    ['SM2', described('ec', { namedCurve: 'SM2' })],
    ['Ed25519', generateKeyPairSync('ed25519').publicKey],
    ['Ed448', generateKeyPairSync('ed448').publicKey],
  ])('%s is none of the weak', (_name, key) => expect(weakKeyName(key)).toBeNull())
})

describe('digests', () => {
  it.each(['md5', 'sha1'] as const)('%s is weak', (name) => expect(isWeakDigest(name)).toBe(true))
  it.each(['sha224', 'sha256', 'sha3-256'] as const)('%s is not', (name) =>
    expect(isWeakDigest(name)).toBe(false),
  )
})
