import { constants, createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { der, parseDer } from '../../der/index.ts'
import { encodePssParameters } from '../algorithm-identifier.ts'
import type { SignatureAlgorithm } from '../algorithms.ts'
import type { DigestName } from '../digests.ts'
import { importPublicKey, inheritKeyParameters, readSpki } from './import.ts'
import { verifySignature } from './verify.ts'

const data = Buffer.from('bệnh án thử nghiệm')
const other = Buffer.from('bệnh án khác')

interface Pair {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const rsaOther = generateKeyPairSync('rsa', { modulusLength: 2048 })
const dsa = generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 })
const ec = (namedCurve: string): Pair => generateKeyPairSync('ec', { namedCurve })
const p256 = ec('prime256v1')

const spkiOf = (key: KeyObject): Uint8Array => new Uint8Array(key.export({ type: 'spki', format: 'der' }))
const codeOf = (action: () => unknown): unknown => {
  try {
    return ['accepted', action()]
  } catch (error) {
    return (error as { code?: unknown }).code
  }
}

/** Right data and value: true; another document, a value with a bit turned over, cut off or lengthened: false. */
function expectSound(publicKey: KeyObject, algorithm: SignatureAlgorithm, value: Uint8Array): void {
  const spoilt = new Uint8Array(value)
  spoilt[spoilt.length - 1]! ^= 1
  const verify = (bytes: Uint8Array, signature: Uint8Array) =>
    verifySignature(publicKey, algorithm, bytes, signature)
  expect(verify(data, value)).toBe(true)
  expect(verifySignature(spkiOf(publicKey), algorithm, data, value)).toBe(true)
  expect(verify(other, value)).toBe(false)
  expect(verify(data, spoilt)).toBe(false)
  expect(verify(data, value.subarray(1))).toBe(false)
  expect(verify(data, new Uint8Array([...value, 0]))).toBe(false)
  expect(verify(data, new Uint8Array())).toBe(false)
}

describe('RSASSA-PKCS1-v1_5', () => {
  it.each<DigestName>(['sha1', 'sha224', 'sha256', 'sha512-256', 'sha3-256', 'sha3-512'])(
    'with %s',
    (digest) => {
      const algorithm = { scheme: 'rsa-pkcs1', digest } as const
      expectSound(rsa.publicKey, algorithm, sign(digest, data, rsa.privateKey))
    },
  )

  it('another digest than the one signed with is false', () => {
    const value = sign('sha256', data, rsa.privateKey)
    expect(verifySignature(rsa.publicKey, { scheme: 'rsa-pkcs1', digest: 'sha512' }, data, value)).toBe(false)
    expect(verifySignature(rsaOther.publicKey, { scheme: 'rsa-pkcs1', digest: 'sha256' }, data, value)).toBe(
      false,
    )
  })
})

describe('RSASSA-PSS', () => {
  const pss = (digest: DigestName, mgfDigest: DigestName, saltLength: number) =>
    ({ scheme: 'rsa-pss', digest, mgfDigest, saltLength }) as const

  it.each<[DigestName, number]>([
    ['sha256', 32],
    ['sha256', 0],
    ['sha384', 20],
    ['sha3-256', 32],
    ['sha512', 190],
  ])('%s with a salt of %i octets', (digest, saltLength) => {
    const padding = constants.RSA_PKCS1_PSS_PADDING
    const value = sign(digest, data, { key: rsa.privateKey, padding, saltLength })
    expectSound(rsa.publicKey, pss(digest, digest, saltLength), value)
    expect(verifySignature(rsa.publicKey, pss(digest, digest, saltLength + 1), data, value)).toBe(false)
  })

  /** The same RSA key under id-RSASSA-PSS with parameters, private and public. */
  function pssPair(digest: DigestName, mgfDigest: DigestName, saltLength: number): Pair {
    const parameters = encodePssParameters({ digest, mgfDigest, saltLength })
    const identifier = der.sequence(der.oid('1.2.840.113549.1.1.10'), parameters)
    const [version, , key] = parseDer(rsa.privateKey.export({ type: 'pkcs8', format: 'der' })).children
    const pkcs8 = der.sequence(version!.bytes, identifier, key!.bytes)
    const spki = der.sequence(identifier, readSpki(spkiOf(rsa.publicKey)).bits)
    return {
      privateKey: createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' }),
      publicKey: importPublicKey(spki),
    }
  }

  it.each<[DigestName, DigestName, number]>([
    ['sha256', 'sha1', 32],
    ['sha1', 'sha256', 20],
    ['sha512', 'sha256', 20],
    ['sha512-256', 'sha384', 0],
  ])('digest %s, MGF1 digest %s, on an ordinary RSA key', (digest, mgfDigest, saltLength) => {
    const { privateKey } = pssPair(digest, mgfDigest, saltLength)
    const value = sign(digest, data, { key: privateKey, saltLength })
    expectSound(rsa.publicKey, pss(digest, mgfDigest, saltLength), value)
    expect(verifySignature(rsa.publicKey, pss(digest, digest, saltLength), data, value)).toBe(false)
    expect(verifySignature(rsa.publicKey, pss(digest, mgfDigest, saltLength + 1), data, value)).toBe(false)
  })

  it("an id-RSASSA-PSS key's own parameters bind: digest, MGF1 digest, least salt (RFC 4055, 3.3)", () => {
    const { privateKey, publicKey } = pssPair('sha256', 'sha256', 32)
    const padding = constants.RSA_PKCS1_PSS_PADDING
    expectSound(
      publicKey,
      pss('sha256', 'sha256', 32),
      sign('sha256', data, { key: privateKey, saltLength: 32 }),
    )
    const shorter = sign('sha256', data, { key: rsa.privateKey, padding, saltLength: 20 })
    expect(verifySignature(rsa.publicKey, pss('sha256', 'sha256', 20), data, shorter)).toBe(true)
    expect(verifySignature(publicKey, pss('sha256', 'sha256', 20), data, shorter)).toBe(false)
    const sha512 = sign('sha512', data, { key: rsa.privateKey, padding, saltLength: 64 })
    expect(verifySignature(publicKey, pss('sha512', 'sha512', 64), data, sha512)).toBe(false)
    const crossed = sign('sha256', data, { key: pssPair('sha256', 'sha1', 32).privateKey, saltLength: 32 })
    expect(verifySignature(publicKey, pss('sha256', 'sha1', 32), data, crossed)).toBe(false)
  })

  it('an id-RSASSA-PSS key verifies no PKCS#1 v1.5 signature', () => {
    const { publicKey } = pssPair('sha256', 'sha256', 32)
    const value = sign('sha256', data, rsa.privateKey)
    expect(verifySignature(publicKey, { scheme: 'rsa-pkcs1', digest: 'sha256' }, data, value)).toBe(false)
  })

  it('a value that begins with a zero octet is none without it (RFC 8017, 8.1.2, step 1)', () => {
    const algorithm = pss('sha256', 'sha256', 0)
    const padding = constants.RSA_PKCS1_PSS_PADDING
    const signCase = (n: number) =>
      sign('sha256', Buffer.from([n >> 8, n]), { key: rsa.privateKey, padding, saltLength: 0 })
    let n = 0
    while (signCase(n)[0] !== 0) n++
    const value = signCase(n)
    expect(verifySignature(rsa.publicKey, algorithm, Buffer.from([n >> 8, n]), value)).toBe(true)
    expect(verifySignature(rsa.publicKey, algorithm, Buffer.from([n >> 8, n]), value.subarray(1))).toBe(false)
  })

  it('PSS and PKCS#1 v1.5 are not taken for one another', () => {
    const value = sign('sha256', data, rsa.privateKey)
    expect(verifySignature(rsa.publicKey, pss('sha256', 'sha256', 32), data, value)).toBe(false)
  })

  it('a salt that the key cannot hold is false, not an exception', () => {
    const value = sign('sha256', data, rsa.privateKey)
    expect(verifySignature(rsa.publicKey, pss('sha512', 'sha512', 2000), data, value)).toBe(false)
  })
})

describe('ECDSA', () => {
  it.each<[string, DigestName]>([
    ['prime256v1', 'sha256'],
    ['prime256v1', 'sha512'],
    ['secp384r1', 'sha384'],
    ['secp384r1', 'sha3-384'],
    ['secp521r1', 'sha512'],
    ['brainpoolP256r1', 'sha256'],
    ['brainpoolP384r1', 'sha384'],
    ['brainpoolP512r1', 'sha512'],
    ['secp256k1', 'sha256'],
  ])('%s with %s', (curve, digest) => {
    const { publicKey, privateKey } = ec(curve)
    expectSound(publicKey, { scheme: 'ecdsa', digest }, sign(digest, data, privateKey))
  })

  it.each<[string, DigestName]>([
    ['prime256v1', 'sha256'],
    ['secp521r1', 'sha512'],
    ['brainpoolP384r1', 'sha384'],
  ])('plain (BSI TR-03111): %s with %s, and never a value in DER', (curve, digest) => {
    const { publicKey, privateKey } = ec(curve)
    const plain = { scheme: 'ecdsa-plain', digest } as const
    expectSound(publicKey, plain, sign(digest, data, { key: privateKey, dsaEncoding: 'ieee-p1363' }))
    expect(verifySignature(publicKey, plain, data, sign(digest, data, privateKey))).toBe(false)
  })

  const value = sign('sha256', data, p256.privateKey)
  const [r, s] = parseDer(value).children.map((part) => part.content) as [Uint8Array, Uint8Array]
  const sha256 = { scheme: 'ecdsa', digest: 'sha256' } as const
  const integer = (content: Uint8Array) => der.tlv(0x02, content)
  const padded = (content: Uint8Array) => integer(new Uint8Array([0, ...content]))

  it.each([
    [
      'r and s side by side (IEEE P1363)',
      sign('sha256', data, { key: p256.privateKey, dsaEncoding: 'ieee-p1363' }),
    ],
    ['r with a zero octet too many', der.sequence(r[0]! < 0x80 ? padded(r) : padded(padded(r)), integer(s))],
    ['a third INTEGER', der.sequence(integer(r), integer(s), der.integer(1))],
    ['r alone', der.sequence(integer(r))],
    ['r zero', der.sequence(der.integer(0), integer(s))],
    ['s zero', der.sequence(integer(r), der.integer(0))],
    ['both zero', der.sequence(der.integer(0), der.integer(0))],
    ['a negative s', der.sequence(integer(r), der.integer(-1))],
    ['a length longer than needed', new Uint8Array([0x30, 0x81, ...value.subarray(1)])],
    ['a SET', new Uint8Array([0x31, ...value.subarray(1)])],
    ['an indefinite length', new Uint8Array([0x30, 0x80, ...value.subarray(2), 0, 0])],
  ])('a value with %s is false', (_what, bad) => {
    expect(verifySignature(p256.publicKey, sha256, data, value)).toBe(true)
    expect(verifySignature(p256.publicKey, sha256, data, bad)).toBe(false)
  })
})

describe('EdDSA and DSA', () => {
  it.each(['ed25519', 'ed448'] as const)('%s', (scheme) => {
    const { publicKey, privateKey } =
      scheme === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ed448')
    expectSound(publicKey, { scheme }, sign(null, data, privateKey))
  })

  it.each<DigestName>(['sha1', 'sha256', 'sha3-256'])('DSA with %s', (digest) => {
    expectSound(dsa.publicKey, { scheme: 'dsa', digest }, sign(digest, data, dsa.privateKey))
  })
})

describe('verifySignature', () => {
  it.each<[SignatureAlgorithm, Pair]>([
    [{ scheme: 'ecdsa', digest: 'sha256' }, rsa],
    [{ scheme: 'rsa-pkcs1', digest: 'sha256' }, p256],
    [{ scheme: 'dsa', digest: 'sha256' }, p256],
    [{ scheme: 'ed25519' }, p256],
    [{ scheme: 'ed448' }, generateKeyPairSync('ed25519')],
  ])('%j with a key of another kind is false', (algorithm, pair) => {
    expect(verifySignature(pair.publicKey, algorithm, data, new Uint8Array(64))).toBe(false)
  })

  it.each<SignatureAlgorithm>([
    { scheme: 'rsa-pkcs1', digest: 'md5' },
    { scheme: 'rsa-pss', digest: 'md5', mgfDigest: 'md5', saltLength: 16 },
    { scheme: 'rsa-pss', digest: 'shake256', mgfDigest: 'shake256', saltLength: 64 },
    { scheme: 'rsa-pss', digest: 'sha3-256', mgfDigest: 'sha256', saltLength: 32 },
    { scheme: 'ecdsa', digest: 'shake256' },
  ])('%j is refused, whatever the value', (algorithm) => {
    expect(codeOf(() => verifySignature(rsa.publicKey, algorithm, data, new Uint8Array(256)))).toBe(
      'ERR_ALGORITHM_UNSUPPORTED',
    )
  })
})

describe('importPublicKey', () => {
  it('gives the same KeyObject for the same bytes', () => {
    const spki = spkiOf(p256.publicKey)
    expect(importPublicKey(spki)).toBe(importPublicKey(spki))
  })

  const x25519 = generateKeyPairSync('x25519').publicKey
  const explicit = generateKeyPairSync('ec', {
    namedCurve: 'prime256v1',
    paramEncoding: 'explicit',
  }).publicKey

  it.each([
    ['nothing', new Uint8Array(), 'ERR_KEY_UNREADABLE'],
    ['an empty SEQUENCE', der.sequence(), 'ERR_KEY_UNREADABLE'],
    ['bytes behind it', new Uint8Array([...spkiOf(p256.publicKey), 0]), 'ERR_KEY_UNREADABLE'],
    ['a point that is not on its curve', spkiOf(p256.publicKey).fill(1, -20), 'ERR_KEY_UNREADABLE'],
    [
      'a key of an algorithm nobody knows',
      der.sequence(der.sequence(der.oid('1.2.3')), der.bitString(new Uint8Array(4))),
      'ERR_KEY_UNREADABLE',
    ],
    ['a key for key agreement', spkiOf(x25519), 'ERR_KEY_UNSUPPORTED'],
    ['a curve spelled out', spkiOf(explicit), 'ERR_KEY_UNSUPPORTED'],
    [
      'a curve left to the issuer',
      der.sequence(
        der.sequence(der.oid('1.2.840.10045.2.1'), der.nullValue()),
        readSpki(spkiOf(p256.publicKey)).bits,
      ),
      'ERR_KEY_UNSUPPORTED',
    ],
  ])('%s is refused', (_what, spki, code) => {
    expect(codeOf(() => importPublicKey(spki))).toBe(code)
  })

  describe('DSA parameters left to the issuer', () => {
    const whole = spkiOf(dsa.publicKey)
    const bare = der.sequence(der.sequence(der.oid('1.2.840.10040.4.1')), readSpki(whole).bits)

    it('are refused alone and inherited from its key', () => {
      expect(codeOf(() => importPublicKey(bare))).toBe('ERR_KEY_PARAMETERS_MISSING')
      expect(inheritKeyParameters(bare, whole)).toEqual(whole)
      const value = sign('sha256', data, dsa.privateKey)
      expect(
        verifySignature(inheritKeyParameters(bare, whole), { scheme: 'dsa', digest: 'sha256' }, data, value),
      ).toBe(true)
    })

    it.each([
      ['a DSA key that has none either', bare],
      ['a key of another kind', spkiOf(p256.publicKey)],
    ])('are not inherited from %s', (_what, issuer) => {
      expect(codeOf(() => inheritKeyParameters(bare, issuer))).toBe('ERR_KEY_PARAMETERS_MISSING')
    })

    it('are not taken where a key has its own, nor for another kind of key', () => {
      expect(inheritKeyParameters(whole, whole)).toBe(whole)
      const spki = spkiOf(rsa.publicKey)
      expect(inheritKeyParameters(spki, whole)).toBe(spki)
    })
  })
})
