import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Certificate, DigestName, SignatureAlgorithm } from '../formats/index.ts'
import { entityOf, issueCertificate, type Pki, profiles } from '../test-certs/index.ts'
import { checkSigningAlgorithm, conformityOf, selectAlgorithm } from './select-algorithm.ts'
import { buildSigners, env } from './testing/world.ts'

let pki: Pki
const certificateOf = (name: string): Certificate => entityOf(pki, name).certificate

beforeAll(async () => {
  pki = await buildSigners(['nurse-02', 'doctor-01', 'doctor-p384', 'doctor-p521', 'doctor-ed25519'])
})

/** A certificate for a key of any kind. */
function certify(publicKey: Uint8Array): Certificate {
  const request = {
    name: 'other',
    issuer: 'public-ca',
    subject: entityOf(pki, 'doctor-01').certificate.subject.der,
    profile: profiles.staff,
    notBefore: '-1d',
    notAfter: '+1y',
    publicKey,
  } as const
  return issueCertificate(pki, request, env).certificate
}

const spkiOf = (type: string, options: object): Uint8Array =>
  (generateKeyPairSync as (type: string, options: object) => { publicKey: KeyObject })(
    type,
    options,
  ).publicKey.export({ type: 'spki', format: 'der' })

const pss = (digest: DigestName, saltLength: number): SignatureAlgorithm => ({
  scheme: 'rsa-pss',
  digest,
  mgfDigest: digest,
  saltLength,
})

describe('selectAlgorithm without a wish', () => {
  it.each([
    ['nurse-02', pss('sha256', 32), 'sha256', 'tt15'],
    ['doctor-01', { scheme: 'ecdsa', digest: 'sha256' }, 'sha256', 'tt15'],
    ['doctor-p384', { scheme: 'ecdsa', digest: 'sha384' }, 'sha384', 'tt15'],
    ['doctor-p521', { scheme: 'ecdsa', digest: 'sha512' }, 'sha512', 'tt15'],
    ['doctor-ed25519', { scheme: 'ed25519' }, 'sha512', 'outside'],
  ] as const)('%s: the preferred algorithm of its key', (name, algorithm, digest, conformity) => {
    expect(selectAlgorithm(certificateOf(name), null, {})).toEqual({ algorithm, digest, conformity })
  })

  it('a token that cannot do PSS signs with PKCS#1 v1.5, labelled as outside TT 15', () => {
    const available: SignatureAlgorithm[] = [{ scheme: 'rsa-pkcs1', digest: 'sha256' }]
    expect(selectAlgorithm(certificateOf('nurse-02'), available, {})).toMatchObject({
      algorithm: { scheme: 'rsa-pkcs1', digest: 'sha256' },
      conformity: 'outside',
    })
  })

  it('a token that has PSS with SHA-384 alone signs with that rather than PKCS#1 v1.5', () => {
    const available: SignatureAlgorithm[] = [{ scheme: 'rsa-pkcs1', digest: 'sha256' }, pss('sha384', 48)]
    expect(selectAlgorithm(certificateOf('nurse-02'), available, {}).algorithm).toEqual(pss('sha384', 48))
  })

  it('PSS with another salt or MGF1 digest than ours is not taken for ours', () => {
    const available: SignatureAlgorithm[] = [
      pss('sha256', 20),
      { ...pss('sha256', 32), mgfDigest: 'sha1' } as SignatureAlgorithm,
    ]
    expect(() => selectAlgorithm(certificateOf('nurse-02'), available, {})).toThrow(
      expect.objectContaining({ code: 'ERR_SIGNER_SCHEME_UNAVAILABLE' }),
    )
  })
})

describe('selectAlgorithm with a wish', () => {
  it.each([
    ['nurse-02', { digest: 'sha3-256' }, pss('sha3-256', 32), 'tt15'],
    ['nurse-02', { digest: 'sha512' }, pss('sha512', 64), 'tt15'],
    ['nurse-02', { scheme: 'pkcs1', digest: 'sha384' }, { scheme: 'rsa-pkcs1', digest: 'sha384' }, 'outside'],
    ['doctor-01', { digest: 'sha3-512' }, { scheme: 'ecdsa', digest: 'sha3-512' }, 'tt15'],
    ['doctor-ed25519', { digest: 'sha512' }, { scheme: 'ed25519' }, 'outside'],
  ] as const)('%s gets what was wished: %o', (name, wish, algorithm, conformity) => {
    expect(selectAlgorithm(certificateOf(name), null, wish)).toMatchObject({ algorithm, conformity })
  })

  it.each(['md5', 'sha1', 'sha224', 'sha512-224', 'sha512-256', 'sha3-224', 'shake256'] as const)(
    'the digest %s signs nothing',
    (digest) => {
      expect(() => selectAlgorithm(certificateOf('nurse-02'), null, { digest })).toThrow(
        expect.objectContaining({ code: 'ERR_SIGNER_DIGEST_FORBIDDEN' }),
      )
    },
  )

  it.each([
    ['nurse-02', { scheme: 'pss' }, [{ scheme: 'rsa-pkcs1', digest: 'sha256' }], 'SCHEME_UNAVAILABLE'],
    ['nurse-02', { scheme: 'pkcs1' }, [pss('sha256', 32)], 'SCHEME_UNAVAILABLE'],
    ['nurse-02', { digest: 'sha3-256' }, [pss('sha256', 32)], 'DIGEST_UNAVAILABLE'],
    ['nurse-02', {}, [], 'SCHEME_UNAVAILABLE'],
    ['doctor-01', { scheme: 'pss' }, null, 'SCHEME_NOT_RSA'],
    ['doctor-01', { digest: 'sha384' }, [{ scheme: 'ecdsa', digest: 'sha256' }], 'DIGEST_UNAVAILABLE'],
    ['doctor-ed25519', { scheme: 'pkcs1' }, null, 'SCHEME_NOT_RSA'],
    ['doctor-ed25519', { digest: 'sha256' }, null, 'DIGEST_UNAVAILABLE'],
  ] as const)('%s, wish %o, key with %o: %s', (name, wish, available, code) => {
    expect(() => selectAlgorithm(certificateOf(name), available, wish)).toThrow(
      expect.objectContaining({ code: `ERR_SIGNER_${code}` }),
    )
  })
})

describe('keys that do not sign', () => {
  it.each([
    ['RSA-1024', 'rsa', { modulusLength: 1024 }, 'WEAK'],
    ['P-224', 'ec', { namedCurve: 'secp224r1' }, 'WEAK'],
    ['P-192', 'ec', { namedCurve: 'prime192v1' }, 'WEAK'],
    ['brainpoolP224r1', 'ec', { namedCurve: 'brainpoolP224r1' }, 'WEAK'],
    ['brainpoolP256r1', 'ec', { namedCurve: 'brainpoolP256r1' }, 'UNSUPPORTED'],
    ['secp256k1', 'ec', { namedCurve: 'secp256k1' }, 'UNSUPPORTED'],
    ['Ed448', 'ed448', {}, 'UNSUPPORTED'],
    ['DSA', 'dsa', { modulusLength: 1024, divisorLength: 160 }, 'UNSUPPORTED'],
  ])('%s is refused', (_name, type, options, code) => {
    const certificate = certify(spkiOf(type, options))
    expect(() => selectAlgorithm(certificate, null, {})).toThrow(
      expect.objectContaining({ code: `ERR_SIGNER_KEY_${code}` }),
    )
  })

  it('a key that cannot be read is refused', () => {
    const spki = certificateOf('doctor-01').publicKey.slice()
    spki.fill(0xff, -60)
    expect(() => selectAlgorithm(certify(spki), null, {})).toThrow(
      expect.objectContaining({ code: 'ERR_SIGNER_KEY_UNSUPPORTED' }),
    )
  })
})

describe('id-RSASSA-PSS keys', () => {
  it('without parameters sign with PSS only', () => {
    const certificate = certify(spkiOf('rsa-pss', { modulusLength: 2048 }))
    expect(selectAlgorithm(certificate, null, {}).algorithm).toEqual(pss('sha256', 32))
    expect(() => selectAlgorithm(certificate, null, { scheme: 'pkcs1' })).toThrow(
      expect.objectContaining({ code: 'ERR_SIGNER_SCHEME_UNAVAILABLE' }),
    )
  })

  it('with a digest of their own sign with that alone', () => {
    const options = {
      modulusLength: 2048,
      hashAlgorithm: 'sha384',
      mgf1HashAlgorithm: 'sha384',
      saltLength: 48,
    }
    const certificate = certify(spkiOf('rsa-pss', options))
    expect(selectAlgorithm(certificate, null, {}).algorithm).toEqual(pss('sha384', 48))
    expect(() => selectAlgorithm(certificate, null, { digest: 'sha256' })).toThrow(
      expect.objectContaining({ code: 'ERR_SIGNER_DIGEST_UNAVAILABLE' }),
    )
  })
})

describe('checkSigningAlgorithm', () => {
  it.each([
    ['nurse-02', { scheme: 'rsa-pkcs1', digest: 'sha1' }, 'FORBIDDEN'],
    ['nurse-02', { scheme: 'rsa-pkcs1', digest: 'md5' }, 'FORBIDDEN'],
    ['nurse-02', { ...pss('sha256', 32), mgfDigest: 'sha1' }, 'FORBIDDEN'],
    ['nurse-02', { scheme: 'dsa', digest: 'sha256' }, 'FORBIDDEN'],
    ['nurse-02', { scheme: 'ecdsa', digest: 'sha256' }, 'MISMATCH'],
    ['nurse-02', { scheme: 'ed25519' }, 'MISMATCH'],
    ['nurse-02', pss('sha256', 400), 'MISMATCH'],
    ['doctor-01', { scheme: 'rsa-pkcs1', digest: 'sha256' }, 'MISMATCH'],
    ['doctor-01', { scheme: 'ecdsa', digest: 'sha1' }, 'FORBIDDEN'],
    ['doctor-01', { scheme: 'ed448' }, 'FORBIDDEN'],
    ['doctor-ed25519', { scheme: 'ecdsa', digest: 'sha256' }, 'MISMATCH'],
  ] as const)('%s with %o is refused', (name, algorithm, code) => {
    expect(() => checkSigningAlgorithm(certificateOf(name), algorithm as SignatureAlgorithm)).toThrow(
      expect.objectContaining({ code: `ERR_SIGNER_ALGORITHM_${code}` }),
    )
  })

  it('RSA-2048 may sign with PKCS#1 v1.5', () => {
    const algorithm: SignatureAlgorithm = { scheme: 'rsa-pkcs1', digest: 'sha256' }
    expect(() => checkSigningAlgorithm(certificateOf('nurse-02'), algorithm)).not.toThrow()
  })
})

describe('conformity to TT 15/2025/TT-BKHCN', () => {
  it.each([
    [pss('sha512', 64), 'tt15'],
    [{ scheme: 'ecdsa', digest: 'sha3-256' }, 'tt15'],
    [{ scheme: 'rsa-pkcs1', digest: 'sha256' }, 'outside'],
    [{ scheme: 'ecdsa', digest: 'sha1' }, 'outside'],
    [{ scheme: 'ed25519' }, 'outside'],
    [{ scheme: 'dsa', digest: 'sha256' }, 'outside'],
  ] as const)('%o: %s', (algorithm, conformity) => {
    expect(conformityOf(algorithm as SignatureAlgorithm)).toBe(conformity)
  })
})
