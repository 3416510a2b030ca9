import { beforeAll, describe, expect, it } from 'vitest'
import type { Certificate } from '../formats/index.ts'
import { chainOf, entityOf, issueCertificate, type Pki, profiles } from '../test-certs/index.ts'
import { checkSigner, type SignerStanding } from './check-signer.ts'
import { buildSigners, codeOf, env } from './testing/world.ts'

let pki: Pki
const now = new Date()
const day = 86_400_000
const later = (days: number): Date => new Date(now.getTime() + days * day)
const certificateOf = (name: string): Certificate => entityOf(pki, name).certificate

beforeAll(async () => {
  pki = await buildSigners([
    ...(['doctor-01', 'nurse-02', 'doctor-ed25519', 'officer-06', 'expired', 'not-yet-valid'] as const),
    ...([
      'wrong-usage',
      'weak-key',
      'weak-digest',
      'untrusted',
      'lapsed-issuing-ca',
      'ca-as-signer',
    ] as const),
  ])
})

const judge = (chain: readonly Certificate[], anchors: readonly Certificate[], at: Date): SignerStanding =>
  checkSigner({ chain, anchors, at })

const check = (name: string, anchor = 'national-root', at = now): Promise<string> =>
  codeOf(() => judge(chainOf(pki, name).slice(0, -1), [certificateOf(anchor)], at))

/** A certificate that `issuer` made for the key of doctor-01. */
const issue = (
  name: string,
  issuer: string,
  profile: keyof typeof profiles,
  notAfter: '+1y' | '-1d' = '+1y',
  notBefore: '-2d' | '-1d' = '-2d',
) =>
  issueCertificate(
    pki,
    {
      name,
      issuer,
      subject: [['CN', name.toUpperCase()]],
      publicKey: certificateOf('doctor-01').publicKey,
      profile: profiles[profile],
      notBefore,
      notAfter,
      key: entityOf(pki, 'doctor-01').key!,
    },
    env,
  ).certificate

describe('a signer is accepted', () => {
  it.each(['doctor-01', 'nurse-02', 'doctor-ed25519'])('%s under the national root', async (name) => {
    expect(await check(name)).toBe('none')
  })

  it('under the root of the government', async () => {
    expect(await check('officer-06', 'government-root')).toBe('none')
  })

  it('under a configured issuing CA, without its root', async () => {
    expect(await check('doctor-01', 'public-ca')).toBe('none')
  })

  it('with the issuing CA configured and not in the chain', () => {
    const anchors = [certificateOf('public-ca'), certificateOf('national-root')]
    expect(() => judge([certificateOf('doctor-01')], anchors, now)).not.toThrow()
  })

  it('with strangers in the chain, in any order', () => {
    const chain = ['doctor-01', 'government-ca', 'nurse-02', 'public-ca'].map(certificateOf)
    expect(() => judge(chain, [certificateOf('national-root')], now)).not.toThrow()
  })
})

describe('a signer is refused', () => {
  it.each([
    ['expired', 'ERR_SIGNER_CERTIFICATE_EXPIRED'],
    ['not-yet-valid', 'ERR_SIGNER_CERTIFICATE_NOT_YET_VALID'],
    ['wrong-usage', 'ERR_SIGNER_CERTIFICATE_KEY_USAGE'],
    ['ca-as-signer', 'ERR_SIGNER_CERTIFICATE_IS_CA'],
    ['weak-key', 'ERR_SIGNER_KEY_WEAK'],
    ['weak-digest', 'ERR_SIGNER_ISSUER_WEAK'],
    ['untrusted', 'ERR_SIGNER_CERTIFICATE_UNTRUSTED'],
    ['lapsed-issuing-ca', 'ERR_SIGNER_ISSUER_EXPIRED'],
  ])('%s: %s', async (name, code) => expect(await check(name)).toBe(code))

  it.each(['timestamping', 'ocspSigning'] as const)('whose certificate is for %s alone', async (profile) => {
    const name = `only-${profile.toLowerCase()}`
    issue(name, 'public-ca', profile)
    expect(await check(name)).toBe('ERR_SIGNER_CERTIFICATE_KEY_USAGE')
  })

  it('without a chain', async () => {
    expect(await codeOf(() => judge([], [], now))).toBe('ERR_SIGNER_CHAIN_EMPTY')
  })

  it('where no issuer is configured', async () => {
    expect(await codeOf(() => judge(chainOf(pki, 'doctor-01'), [], now))).toBe(
      'ERR_SIGNER_CERTIFICATE_UNTRUSTED',
    )
  })

  it('where the chain has a gap', async () => {
    const chain = [certificateOf('doctor-01')]
    expect(await codeOf(() => judge(chain, [certificateOf('national-root')], now))).toBe(
      'ERR_SIGNER_CERTIFICATE_UNTRUSTED',
    )
  })

  it('under another root', async () => {
    expect(await check('doctor-01', 'government-root')).toBe('ERR_SIGNER_CERTIFICATE_UNTRUSTED')
  })

  it('where the chain brings its own root', async () => {
    const chain = chainOf(pki, 'untrusted')
    expect(await codeOf(() => judge(chain, [certificateOf('national-root')], now))).toBe(
      'ERR_SIGNER_CERTIFICATE_UNTRUSTED',
    )
  })

  it('after its last day and before its first', async () => {
    expect(await check('doctor-01', 'national-root', later(800))).toBe('ERR_SIGNER_CERTIFICATE_EXPIRED')
    expect(await check('doctor-01', 'national-root', later(-40))).toBe('ERR_SIGNER_CERTIFICATE_NOT_YET_VALID')
  })

  it('whose issuer is not valid yet', async () => {
    const later = issue('later-ca', 'national-root', 'issuingCa', '+1y', '-1d')
    const child = issue('child-of-later', 'later-ca', 'staff')
    const chain = [child, later]
    const at = new Date(now.getTime() - 1.5 * day)
    expect(await codeOf(() => judge(chain, [certificateOf('national-root')], at))).toBe(
      'ERR_SIGNER_ISSUER_NOT_YET_VALID',
    )
  })

  it('whose issuer is a signer itself', async () => {
    const impostor = issue('false-ca', 'public-ca', 'issuingCa')
    const child = issue('child', 'false-ca', 'staff')
    // public-ca allows no CA below itself (pathLength 0)
    const chain = [child, impostor, certificateOf('public-ca')]
    expect(await codeOf(() => judge(chain, [certificateOf('national-root')], now))).toBe(
      'ERR_SIGNER_ISSUER_NOT_CA',
    )
  })

  it('whose certificate was changed after it was signed', async () => {
    const bytes = certificateOf('doctor-01').der.slice()
    bytes[bytes.length - 1]! ^= 1
    const { parseCertificate } = await import('../formats/index.ts')
    const chain = [parseCertificate(bytes), certificateOf('public-ca')]
    expect(await codeOf(() => judge(chain, [certificateOf('national-root')], now))).toBe(
      'ERR_SIGNER_CERTIFICATE_UNTRUSTED',
    )
  })
})
