import { beforeEach, describe, expect, it } from 'vitest'
import type { Certificate } from '../formats/index.ts'
import {
  chainOf,
  currentCrl,
  currentOcsp,
  entityOf,
  issueCertificate,
  type Pki,
  profiles,
  type Revocation,
} from '../test-certs/index.ts'
import { createTrustCache, type RevocationData, readRevocationData } from '../trust/index.ts'
import { checkSigner, type SignerStanding } from './check-signer.ts'
import { buildSigners, codeOf, env } from './testing/world.ts'

let pki: Pki
const now = new Date()
const earlier = (ms: number): Date => new Date(now.getTime() - ms)
const hour = 3_600_000
const certificateOf = (name: string): Certificate => entityOf(pki, name).certificate
beforeEach(async () => {
  pki = await buildSigners(['doctor-01', 'ocsp', 'government-ca'])
})

const revoke = (name: string, reason: Revocation['reason'], at = earlier(hour)) =>
  pki.entities.set(name, { ...entityOf(pki, name), revocation: { at, reason } })
const crl = (issuer: string, at = now): RevocationData => readRevocationData(currentCrl(pki, issuer, at))
const ocsp = (name: string, at = now): RevocationData =>
  readRevocationData(currentOcsp(pki, entityOf(pki, name), at))

const cache = createTrustCache()
const check = (data: readonly RevocationData[], changes: Partial<Parameters<typeof checkSigner>[0]> = {}) =>
  checkSigner({
    chain: chainOf(pki, 'doctor-01').slice(0, -1),
    anchors: [certificateOf('national-root')],
    at: now,
    evidence: { data },
    cache,
    ...changes,
  })
const codeFor = (data: readonly RevocationData[], at = now) => codeOf(() => check(data, { at }))
/** `good` by what, or why it is not known. */
const told = ({ statuses }: SignerStanding) =>
  statuses.map(({ status, answer, problems }) =>
    status === 'good' ? `good: ${answer!.source.kind}` : `unknown: ${problems[0]!.code}`,
  )

describe('of a signer and its issuer', () => {
  it('nothing is known without evidence, and is said so', () => {
    expect(told(check([]))).toEqual(['unknown: NO_REVOCATION_DATA', 'unknown: NO_REVOCATION_DATA'])
  })

  it('OCSP tells of the one, the CRL of the other', () => {
    expect(told(check([ocsp('doctor-01'), crl('national-root')]))).toEqual(['good: ocsp', 'good: crl'])
  })

  it('the newest that counts is named', () => {
    const { statuses } = check([ocsp('doctor-01', earlier(hour)), crl('public-ca'), crl('national-root')])
    expect(statuses[0]!.answer!.source.kind).toBe('crl')
  })

  it('revocation is not asked for without evidence being asked for', () => {
    const standing = checkSigner({
      chain: chainOf(pki, 'doctor-01'),
      anchors: [certificateOf('national-root')],
      at: now,
    })
    expect([standing.statuses, standing.path.length]).toEqual([[], 3])
  })

  it.each([
    ['stale', 'STALE', -9],
    ['of the future', 'NOT_YET_ISSUED', 1],
  ])('a CRL that is %s tells nothing', (_what, code, days) => {
    const data = [crl('public-ca', earlier(-days * 24 * hour)), crl('national-root')]
    expect(told(check(data))).toEqual([`unknown: ${code}`, 'good: crl'])
  })

  it('a CRL whose clock is half a minute ahead tells', () => {
    expect(told(check([crl('public-ca', earlier(-30_000)), crl('national-root')]))[0]).toBe('good: crl')
  })

  it("another CA's CRL tells nothing", () => {
    expect(told(check([crl('national-root')]))[0]).toBe('unknown: NO_REVOCATION_DATA')
  })
})

describe('a signer is refused', () => {
  it.each([
    ['doctor-01', 'keyCompromise', 'ERR_SIGNER_CERTIFICATE_REVOKED'],
    ['doctor-01', 'unspecified', 'ERR_SIGNER_CERTIFICATE_REVOKED'],
    ['doctor-01', 'certificateHold', 'ERR_SIGNER_CERTIFICATE_SUSPENDED'],
    ['public-ca', 'cACompromise', 'ERR_SIGNER_ISSUER_REVOKED'],
    ['public-ca', 'certificateHold', 'ERR_SIGNER_ISSUER_SUSPENDED'],
  ] as const)('where %s is revoked for %s, with when and by what', async (name, reason, code) => {
    revoke(name, reason)
    const data = [ocsp('doctor-01'), crl('national-root')]
    const source = data[name === 'doctor-01' ? 0 : 1]!
    expect(() => check(data)).toThrowError(
      expect.objectContaining({
        code,
        details: expect.objectContaining({
          evidenceKind: source.kind,
          evidenceSha256: source.sha256,
          reason,
        }),
      }),
    )
  })

  it('for good by an old answer that tells of it, whatever a newer one says', async () => {
    const good = ocsp('doctor-01')
    revoke('doctor-01', 'keyCompromise', earlier(40 * 24 * hour))
    const old = crl('public-ca', earlier(30 * 24 * hour))
    expect(await codeFor([good, old, crl('national-root')])).toBe('ERR_SIGNER_CERTIFICATE_REVOKED')
  })

  it('no longer once a hold is lifted', async () => {
    const newer = crl('public-ca')
    revoke('doctor-01', 'certificateHold', earlier(2 * hour))
    const held = crl('public-ca', earlier(hour))
    expect(await codeFor([held, crl('national-root')])).toBe('ERR_SIGNER_CERTIFICATE_SUSPENDED')
    expect(await codeFor([held, newer, crl('national-root')])).toBe('none')
  })

  it('as expired and not as revoked where it is both', async () => {
    revoke('doctor-01', 'keyCompromise')
    const at = new Date(certificateOf('doctor-01').notAfter.getTime() + 2000)
    expect(await codeFor([ocsp('doctor-01'), crl('national-root')], at)).toBe(
      'ERR_SIGNER_CERTIFICATE_EXPIRED',
    )
  })
})

describe('who signed an answer', () => {
  it('and says nothing of nocheck is asked about: its status is named as unknown, then decides', async () => {
    const { certificate, key } = entityOf(pki, 'ocsp')
    issueCertificate(
      pki,
      {
        name: 'ocsp',
        issuer: 'public-ca',
        subject: certificate.subject.der,
        publicKey: certificate.publicKey,
        profile: { ...profiles.ocspSigning, ocspNoCheck: false },
        notBefore: '-7d',
        notAfter: '+90d',
        key: key!,
      },
      env,
    )
    const answer = ocsp('doctor-01')
    const standing = check([answer, crl('national-root')])
    expect(told(standing)[0]).toBe('unknown: SIGNER_UNTRUSTED')
    expect(standing.unknownSigners.map(([signer]) => signer!.sha256)).toEqual([certificateOf('ocsp').sha256])
    const withCrl = check([answer, crl('public-ca', earlier(hour)), crl('national-root')])
    expect(withCrl.statuses[0]!.answer!.source).toBe(answer)
    revoke('ocsp', 'keyCompromise')
    expect(told(check([answer, crl('public-ca', earlier(hour / 2)), crl('national-root')]))[0]).toBe(
      'good: crl',
    )
  })

  it('by a sibling without OCSPSigning tells nothing', () => {
    const { certificate, key } = entityOf(pki, 'ocsp')
    issueCertificate(
      pki,
      {
        name: 'ocsp',
        issuer: 'public-ca',
        subject: certificate.subject.der,
        publicKey: certificate.publicKey,
        profile: profiles.ocspSigning,
        notBefore: '-7d',
        notAfter: '+90d',
        key: key!,
      },
      env,
    )
    const honest = pki.entities.get('ocsp')!
    const sibling = entityOf(pki, 'doctor-01')
    pki.entities.set('ocsp', { ...honest, key: sibling.key })
    expect(told(check([ocsp('doctor-01')]))[0]).toMatch(/^unknown: OCSP_/)
  })
})

describe('a signer with two paths', () => {
  const cross = () => {
    const { certificate, key } = entityOf(pki, 'public-ca')
    return issueCertificate(
      pki,
      {
        name: 'cross',
        issuer: 'government-root',
        subject: certificate.subject.der,
        publicKey: certificate.publicKey,
        profile: profiles.issuingCa,
        notBefore: '-30d',
        notAfter: '+1y',
        key: key!,
      },
      env,
    ).certificate
  }
  const both = () => ({
    chain: [...chainOf(pki, 'doctor-01').slice(0, -1), cross()],
    anchors: [certificateOf('national-root'), certificateOf('government-root')],
  })

  it('holds by the other where one has a revoked CA', () => {
    const asked = both()
    revoke('public-ca', 'superseded')
    const standing = check([ocsp('doctor-01'), crl('national-root'), crl('government-root')], asked)
    expect(standing.path.map(({ sha256 }) => sha256)).toEqual([
      certificateOf('doctor-01').sha256,
      certificateOf('cross').sha256,
      certificateOf('government-root').sha256,
    ])
    expect(told(standing)).toEqual(['good: ocsp', 'good: crl'])
  })

  it('goes by the one of which all is known', () => {
    const standing = check([ocsp('doctor-01'), crl('government-root')], both())
    expect(standing.path.at(-1)!.sha256).toBe(certificateOf('government-root').sha256)
    expect(told(standing)).toEqual(['good: ocsp', 'good: crl'])
  })

  it('is refused under both where it is revoked itself', async () => {
    const asked = both()
    revoke('doctor-01', 'keyCompromise')
    expect(await codeOf(() => check([ocsp('doctor-01')], asked))).toBe('ERR_SIGNER_CERTIFICATE_REVOKED')
  })
})
