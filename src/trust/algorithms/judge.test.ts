import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { AlgorithmFacts } from '../types.ts'
import { describeAlgorithm, keyBits } from './describe.ts'
import { algorithmReliability, digestReliability, isReliableAt } from './judge.ts'
import { algorithmSuite, algorithmSuiteNames, withEd25519 } from './suites.ts'
import type { AlgorithmPurpose, Reliability } from './types.ts'

const etsi = algorithmSuite('ts119312-v1.5.1')
const circular = algorithmSuite('tt15-2025')

const facts = (
  scheme: AlgorithmFacts['scheme'],
  digest: AlgorithmFacts['digest'],
  keySize: number | null,
  mgfDigest: AlgorithmFacts['mgfDigest'] = scheme === 'rsa-pss' ? digest : null,
): AlgorithmFacts => ({ scheme, digest, mgfDigest, keyBits: keySize })

const text = ({ until }: Pick<Reliability, 'until'>): string =>
  until instanceof Date ? until.toISOString().slice(0, 10) : until
const everyPurpose: readonly AlgorithmPurpose[] = ['signature', 'certificate', 'timestamp', 'revocation']

describe('TS 119 312 V1.5.1', () => {
  it.each<[AlgorithmFacts, string, Reliability['limitedBy'], string | null]>([
    [facts('rsa-pkcs1', 'md5', 2048), '2004-08-01', 'digest', 'MD5'],
    [facts('rsa-pkcs1', 'sha1', 2048), '2012-08-01', 'digest', 'SHA-1'],
    [facts('ecdsa', 'sha1', 256), '2012-08-01', 'digest', 'SHA-1'],
    [facts('ecdsa', 'sha224', 256), '2029-01-01', 'digest', 'SHA-224'],
    [facts('rsa-pkcs1', 'sha256', 1024), '2019-10-01', 'key-size', 'RSASSA-PKCS1-v1_5 1024'],
    [facts('rsa-pkcs1', 'sha256', 1536), '2019-10-01', 'key-size', 'RSASSA-PKCS1-v1_5 1536'],
    [facts('rsa-pkcs1', 'sha256', 1899), '2019-10-01', 'key-size', 'RSASSA-PKCS1-v1_5 1899'],
    [facts('rsa-pkcs1', 'sha256', 1900), '2029-01-01', 'scheme', 'RSASSA-PKCS1-v1_5'],
    [facts('rsa-pkcs1', 'sha512', 4096), '2029-01-01', 'scheme', 'RSASSA-PKCS1-v1_5'],
    [facts('rsa-pkcs1', 'sha256', 786), '2010-08-01', 'key-size', 'RSASSA-PKCS1-v1_5 786'],
    [facts('rsa-pkcs1', 'sha256', 785), 'never', 'key-size', 'RSASSA-PKCS1-v1_5 785'],
    [facts('rsa-pss', 'sha256', 2048), '2029-01-01', 'key-size', 'RSASSA-PSS 2048'],
    [facts('rsa-pss', 'sha256', 2999), '2029-01-01', 'key-size', 'RSASSA-PSS 2999'],
    [facts('rsa-pss', 'sha256', 3000), 'for-ever', null, null],
    [facts('rsa-pss', 'sha256', 3072, 'sha1'), '2012-08-01', 'mgf-digest', 'SHA-1'],
    [facts('ecdsa', 'sha256', 256), 'for-ever', null, null],
    [facts('ecdsa', 'sha3-384', 521), 'for-ever', null, null],
    [facts('ecdsa', 'sha256', 224), '2021-10-01', 'key-size', 'ECDSA 224'],
    [facts('ecdsa', 'sha256', 192), '2012-08-01', 'key-size', 'ECDSA 192'],
    [facts('ecdsa', 'sha256', 159), 'never', 'key-size', 'ECDSA 159'],
    [facts('dsa', 'sha1', 1024), '2012-08-01', 'digest', 'SHA-1'],
    [facts('dsa', 'sha256', 1024), '2015-12-01', 'key-size', 'DSA 1024'],
    [facts('dsa', 'sha256', 2048), '2029-01-01', 'key-size', 'DSA 2048'],
    [facts('dsa', 'sha256', 3072), 'for-ever', null, null],
    [facts('ed25519', null, 256), 'never', 'scheme', 'Ed25519'],
    [facts('ed448', null, 456), 'never', 'scheme', 'Ed448'],
    [facts('ecdsa', 'sha512-256', 256), 'never', 'digest', 'SHA-512/256'],
    [facts('ecdsa', 'sha3-224', 256), 'never', 'digest', 'SHA3-224'],
    [facts('rsa-pss', 'sha256', null), 'never', 'key-size', 'RSASSA-PSS ?'],
  ])('%o: until %s', (algorithm, until, limitedBy, element) => {
    for (const purpose of everyPurpose) {
      const found = algorithmReliability(etsi, algorithm, purpose)
      expect([text(found), found.limitedBy, found.element]).toEqual([until, limitedBy, element])
    }
  })

  it('names its edition', () => {
    expect(etsi.source).toBe('ETSI TS 119 312 V1.5.1 (2024-12)')
    expect(algorithmSuiteNames).toEqual(['ts119312-v1.5.1', 'tt15-2025'])
  })
})

describe('an end date', () => {
  const reliability = algorithmReliability(etsi, facts('rsa-pkcs1', 'sha256', 2048), 'certificate')

  it.each([
    ['2028-12-31T00:00:00.000Z', true],
    ['2028-12-31T23:59:59.999Z', true],
    ['2029-01-01T00:00:00.000Z', true],
    ['2029-01-01T00:00:00.001Z', false],
    ['2029-01-02T00:00:00.000Z', false],
  ])('2029-01-01 at %s: %s', (at, expected) => {
    expect(isReliableAt(reliability, new Date(at))).toBe(expected)
  })

  it('of a digest by itself', () => {
    const sha1 = digestReliability(etsi, 'sha1', 'timestamp')
    expect(isReliableAt(sha1, new Date('2012-07-31T12:00:00Z'))).toBe(true)
    expect(isReliableAt(sha1, new Date('2012-08-02T00:00:00Z'))).toBe(false)
  })

  it('that never comes, and what never was', () => {
    expect(isReliableAt({ until: 'for-ever' }, new Date('9999-01-01T00:00:00Z'))).toBe(true)
    expect(isReliableAt({ until: 'never' }, new Date('1970-01-01T00:00:00Z'))).toBe(false)
  })
})

describe('TT 15/2025', () => {
  it.each<[AlgorithmFacts, string]>([
    [facts('rsa-pss', 'sha256', 2048), 'for-ever'],
    [facts('rsa-pss', 'sha384', 4096), 'for-ever'],
    [facts('ecdsa', 'sha256', 256), 'for-ever'],
    [facts('ecdsa', 'sha3-224', 384), 'for-ever'],
    [facts('ecdsa', 'sha512-224', 256), 'for-ever'],
    [facts('rsa-pss', 'sha512-256', 2048), 'for-ever'],
    [facts('rsa-pss', 'sha256', 2047), 'never'],
    [facts('ecdsa', 'sha256', 255), 'never'],
    [facts('rsa-pkcs1', 'sha256', 4096), 'never'],
    [facts('rsa-pss', 'sha1', 4096), 'never'],
    [facts('rsa-pss', 'sha256', 4096, 'sha1'), 'never'],
    [facts('ecdsa', 'sha224', 256), 'never'],
    [facts('ecdsa', 'md5', 256), 'never'],
    [facts('dsa', 'sha256', 3072), 'never'],
    [facts('ed25519', null, 256), 'never'],
  ])("a signer's own signature %o: %s", (algorithm, until) => {
    expect(text(algorithmReliability(circular, algorithm, 'signature'))).toBe(until)
  })

  it('says who is to blame for PKCS#1 v1.5', () => {
    const found = algorithmReliability(circular, facts('rsa-pkcs1', 'sha256', 2048), 'signature')
    expect(found).toMatchObject({ limitedBy: 'scheme', element: 'RSASSA-PKCS1-v1_5' })
  })

  it.each(['certificate', 'timestamp', 'revocation'] as const)(
    'leaves what authorities sign (%s) to TS 119 312',
    (purpose) => {
      for (const algorithm of [
        facts('rsa-pkcs1', 'sha256', 2048),
        facts('rsa-pkcs1', 'sha1', 2048),
        facts('ecdsa', 'sha256', 256),
        facts('ecdsa', 'sha512-256', 256),
      ]) {
        expect(algorithmReliability(circular, algorithm, purpose)).toEqual(
          algorithmReliability(etsi, algorithm, purpose),
        )
      }
      expect(
        circular.schemes.filter(({ uses }) => uses?.includes(purpose)).every(({ reason }) => reason),
      ).toBe(true)
    },
  )
})

describe('Ed25519', () => {
  it('is reliable where a policy opts in, for the uses it names alone', () => {
    const suite = withEd25519(etsi, ['signature'])
    const algorithm = facts('ed25519', null, 256)
    expect(algorithmReliability(suite, algorithm, 'signature').until).toBe('for-ever')
    expect(algorithmReliability(suite, algorithm, 'certificate').until).toBe('never')
    expect(suite.name).toBe('ts119312-v1.5.1+ed25519')
    expect(algorithmReliability(etsi, algorithm, 'signature').until).toBe('never')
  })
})

describe("a policy's own suite", () => {
  it('is data: digests by scheme, and rows by use', () => {
    const suite = {
      name: 'own',
      source: 'own',
      digests: [
        { digest: 'sha256' as const, until: null },
        { digest: 'sha512' as const, until: null },
      ],
      schemes: [
        { scheme: 'ecdsa' as const, minBits: 256, until: null, digests: ['sha512' as const] },
        { scheme: 'rsa-pss' as const, minBits: 2048, until: null, uses: ['timestamp' as const] },
      ],
    }
    expect(algorithmReliability(suite, facts('ecdsa', 'sha256', 256), 'signature')).toMatchObject({
      until: 'never',
      limitedBy: 'digest',
      element: 'ECDSA SHA-256',
    })
    expect(algorithmReliability(suite, facts('ecdsa', 'sha512', 256), 'signature').until).toBe('for-ever')
    expect(algorithmReliability(suite, facts('rsa-pss', 'sha256', 2048), 'signature').until).toBe('never')
    expect(algorithmReliability(suite, facts('rsa-pss', 'sha256', 2048), 'timestamp').until).toBe('for-ever')
  })
})

describe('an algorithm is described', () => {
  it.each<[string, () => ReturnType<typeof generateKeyPairSync>['publicKey'], number]>([
    ['P-256', () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey, 256],
    ['P-521', () => generateKeyPairSync('ec', { namedCurve: 'P-521' }).publicKey, 521],
    ['brainpoolP384r1', () => generateKeyPairSync('ec', { namedCurve: 'brainpoolP384r1' }).publicKey, 384],
    ['RSA-1024', () => generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey, 1024],
    ['Ed25519', () => generateKeyPairSync('ed25519').publicKey, 256],
  ])('with a key of %s', (_name, make, bits) => {
    expect(keyBits(make())).toBe(bits)
  })

  it('with its digests', () => {
    const pss = { scheme: 'rsa-pss', digest: 'sha256', mgfDigest: 'sha1', saltLength: 32 } as const
    expect(describeAlgorithm(pss, null)).toEqual(facts('rsa-pss', 'sha256', null, 'sha1'))
    expect(describeAlgorithm({ scheme: 'ed25519' }, null)).toEqual(facts('ed25519', null, null))
  })
})
