import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { SignatureAlgorithm } from '../formats/index.ts'
import { encodeEcdsaValue } from './ecdsa.ts'
import { algorithmsFor } from './mechanisms.ts'
import { kindOfKey, nameKind } from './public-key.ts'
import { createSigningKey } from './signing-key.ts'

const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const dtbs = Buffer.from('dữ liệu cần ký')
const algorithm: SignatureAlgorithm = { scheme: 'ecdsa', digest: 'sha256' }

describe('a key', () => {
  it.each([
    ['ed448', generateKeyPairSync('ed448').publicKey],
    ['secp256k1', generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey],
    ['x25519', generateKeyPairSync('x25519').publicKey],
  ])('of the kind %s: refused', (kind, key) => {
    expect(() => kindOfKey(key)).toThrow(
      expect.objectContaining({ code: 'ERR_P11_KEY_TYPE_UNSUPPORTED', details: { kind } }) as Error,
    )
  })

  it('of RSA with 1024 bits: no algorithm is left, and it is refused', () => {
    const weak = createPublicKey(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey)
    const kind = kindOfKey(weak)
    const options = { chain: [], publicKey: weak, kind: nameKind(kind), algorithms: algorithmsFor(kind) }
    expect(() =>
      createSigningKey({ ...options, signRaw: () => Promise.reject(new Error('must not be asked')) }),
    ).toThrow(
      expect.objectContaining({ code: 'ERR_P11_KEY_TOO_WEAK', details: { kind: 'rsa-1024' } }) as Error,
    )
  })

  it('whose value does not verify: the value is discarded and refused', async () => {
    let discarded = 0
    const key = createSigningKey({
      chain: [],
      publicKey,
      kind: 'ecdsa-p256',
      algorithms: [algorithm],
      signRaw: async () => ({ value: Buffer.from('3006020101020101', 'hex'), discard: () => discarded++ }),
    })
    await expect(key.sign(dtbs, algorithm)).rejects.toMatchObject({ code: 'ERR_P11_SIGNATURE_WRONG' })
    expect(discarded).toBe(1)
  })
})

describe('the value of an elliptic curve', () => {
  it('of r and s joined becomes Ecdsa-Sig-Value, without needless zeros', () => {
    const raw = Buffer.concat([Buffer.alloc(31), Buffer.of(0x80), Buffer.alloc(31), Buffer.of(1)])
    expect(Buffer.from(encodeEcdsaValue(raw, 32)).toString('hex')).toBe('300702020080020101')
  })

  it.each([
    ['too short', Buffer.alloc(63, 1)],
    ['too long', Buffer.alloc(65, 1)],
    ['empty', Buffer.alloc(0)],
    ['with r of zero', Buffer.concat([Buffer.alloc(32), Buffer.alloc(32, 1)])],
    ['with s of zero', Buffer.concat([Buffer.alloc(32, 1), Buffer.alloc(32)])],
  ])('%s: refused', (_what, raw) => {
    expect(() => encodeEcdsaValue(raw, 32)).toThrow(
      expect.objectContaining({ code: 'ERR_P11_SIGNATURE_FORMAT' }) as Error,
    )
  })
})
