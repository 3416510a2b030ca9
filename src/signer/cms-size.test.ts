import { generateKeyPairSync } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { entityOf, issueCertificate, type Pki, profiles, type TestEntityName } from '../test-certs/index.ts'
import { estimateCmsSize } from './cms-size.ts'
import { prepareCades } from './prepare-cades.ts'
import { contentDigestOf } from './select-algorithm.ts'
import { buildSigners, codeOf, contentOf, env, finishAs, signerOf } from './testing/world.ts'

const names = ['nurse-02', 'doctor-01', 'doctor-p384', 'doctor-p521', 'doctor-ed25519'] as const
let pki: Pki
beforeAll(async () => {
  pki = await buildSigners(names)
})

/** Bytes foreseen, and the CMS that was made. */
async function compare(name: TestEntityName, token: Uint8Array | null = null) {
  const { chain, algorithm } = signerOf(pki, name)
  const level = token ? 'B-T' : 'B-B'
  const prepared = await prepareCades(contentOf(Buffer.from('x')), { chain, algorithm, level }, env)
  const estimate = estimateCmsSize({
    chain,
    algorithm,
    digest: contentDigestOf(algorithm),
    signedAttributesLength: Buffer.from(prepared.signedAttributes, 'base64').length,
    timestampSize: token ? token.length : null,
  })
  const authority = token && {
    timestamp: async () => ({ token, genTime: new Date() }),
    tokenSize: async () => 0,
  }
  const { cms } = await finishAs(pki, name, prepared, authority)
  return { estimate, actual: cms.length }
}

describe('estimateCmsSize', () => {
  it.each(['nurse-02', 'doctor-ed25519'] as const)(
    '%s: exact, for its values are all as long',
    async (name) => {
      const { estimate, actual } = await compare(name)
      expect(estimate).toBe(actual)
    },
  )

  it.each(['doctor-01', 'doctor-p384', 'doctor-p521'] as const)(
    '%s: never less, and at most by what ECDSA varies',
    async (name) => {
      let closest = Number.POSITIVE_INFINITY
      for (let i = 0; i < 60; i++) {
        const { estimate, actual } = await compare(name)
        expect(estimate).toBeGreaterThanOrEqual(actual)
        closest = Math.min(closest, estimate - actual)
      }
      expect(closest).toBeLessThanOrEqual(1)
    },
  )

  it.each([100, 127, 128, 255, 256, 4000, 65_535, 65_536])(
    'a token of %i bytes is counted to the byte',
    async (length) => {
      // an OCTET STRING of that length stands for a token: nobody reads it here
      const token = new Uint8Array(length)
      const { estimate, actual } = await compare('nurse-02', token)
      expect(estimate).toBe(actual)
    },
  )

  it('is refused without a chain, and for keys that do not sign', async () => {
    const { algorithm } = signerOf(pki, 'nurse-02')
    const input = { algorithm, digest: 'sha256', signedAttributesLength: 100, timestampSize: null } as const
    expect(await codeOf(() => estimateCmsSize({ ...input, chain: [] }))).toBe('ERR_SIGNER_CHAIN_EMPTY')
    const { publicKey } = generateKeyPairSync('ed448')
    const { certificate } = issueCertificate(
      pki,
      {
        name: 'ed448',
        issuer: 'public-ca',
        subject: entityOf(pki, 'nurse-02').certificate.subject.der,
        publicKey: publicKey.export({ type: 'spki', format: 'der' }),
        profile: profiles.staff,
        notBefore: '-1d',
        notAfter: '+1y',
      },
      env,
    )
    expect(await codeOf(() => estimateCmsSize({ ...input, chain: [certificate] }))).toBe(
      'ERR_SIGNER_KEY_UNSUPPORTED',
    )
  })
})
