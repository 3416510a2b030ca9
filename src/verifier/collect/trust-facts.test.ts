import { beforeAll, describe, expect, test } from 'vitest'
import { basicObjects } from '../../formats/pdf/testing/build-pdf.ts'
import { currentCrl } from '../../test-certs/authority.ts'
import { buildCrl } from '../../test-certs/crl.ts'
import { chainOf, entityOf, type Pki, privateKeyOf } from '../../test-certs/entity.ts'
import { currentOcsp } from '../../test-certs/ocsp-endpoint.ts'
import { signCadesRecord } from '../../test-certs/records/cades.ts'
import { signRecord, validationDataOf } from '../../test-certs/records/pades.ts'
import { appendDss } from '../../test-certs/records/pades-append.ts'
import type { CertificateFacts, Facts } from '../facts.ts'
import type { GivenEvidence } from '../input.ts'
import { collect, content, env, recordPki, rootOf, signatureOf } from './testing/collect.ts'

let pki: Pki
beforeAll(async () => {
  pki = await recordPki(['doctor-01', 'revoked', 'suspended', 'tsa', 'ocsp', 'untrusted', 'ocsp-no-signing'])
})

const nothing: GivenEvidence = { certificates: [], crls: [], ocspResponses: [] }
const signerOf = (facts: Facts): CertificateFacts =>
  facts.certificates.find(({ id }) => id === signatureOf(facts).signingCertificate)!
const collectAbout = async (
  signer: 'doctor-01' | 'revoked' | 'suspended' | 'untrusted',
  evidence: Partial<GivenEvidence>,
) =>
  collect(await signCadesRecord(pki, content, env, { signer }), {
    anchors: [rootOf(pki)],
    evidence: { ...nothing, ...evidence },
  })
const crlOf = (issuer: string) => currentCrl(pki, issuer, env.clock())

describe('paths', () => {
  test('lead from the signer to the anchor, by what is inside and the anchor itself', async () => {
    const facts = await collectAbout('doctor-01', {})
    const ids = chainOf(pki, 'doctor-01').map(({ sha256 }) => `C-${sha256}`)
    expect(signerOf(facts).paths).toEqual([{ certificates: ids, anchored: true, problems: [] }])
    expect(facts.certificates.map(({ id, trusted }) => [id, trusted])).toEqual([
      [ids[0], false],
      [ids[1], false],
      [ids[2], true],
    ])
  })

  test('find an issuer that was given and one that is nowhere', async () => {
    const cms = await signCadesRecord(pki, content, env, {
      certificates: [entityOf(pki, 'doctor-01').certificate],
    })
    const anchors = [rootOf(pki)]
    const evidence = { ...nothing, certificates: [entityOf(pki, 'public-ca').certificate.der] }
    expect(signerOf(collect(cms, { anchors, evidence })).paths[0]).toMatchObject({
      anchored: true,
      problems: [],
    })
    expect(signerOf(collect(cms, { anchors })).paths[0]).toMatchObject({
      anchored: false,
      problems: [{ code: 'NO_PATH' }],
    })
  })

  test('of an impostor named like the CA lead nowhere', async () => {
    const facts = await collectAbout('untrusted', {
      certificates: [entityOf(pki, 'public-ca').certificate.der],
    })
    expect(signerOf(facts).paths.some(({ anchored }) => anchored)).toBe(false)
  })

  test('the keys that certificates were signed with are told', async () => {
    const facts = await collectAbout('doctor-01', {})
    expect(signerOf(facts)).toMatchObject({
      key: { algorithm: 'ec', bits: 256 },
      algorithm: { scheme: 'rsa-pkcs1', digest: 'sha256', keyBits: 2048 },
    })
  })
})

describe('what revocation data say', () => {
  test('good, by a CRL and by a delegated responder, whose own path and status are facts too', async () => {
    const facts = await collectAbout('doctor-01', validationDataOf(pki, ['doctor-01'], env.clock()))
    expect(signerOf(facts).statuses.map(({ status, problems }) => [status, problems])).toEqual([
      ['good', []],
      ['good', []],
    ])
    const answer = facts.revocations.find(({ kind }) => kind === 'ocsp')!
    const responder = facts.certificates.find(({ id }) => id === answer.signingCertificate)!
    expect(responder).toMatchObject({ ocspNoCheck: true, paths: [{ anchored: true }] })
    expect(answer).toMatchObject({ valueIntact: true, origin: 'given', algorithm: { scheme: 'ecdsa' } })
  })

  test.each(['revoked', 'suspended'] as const)(
    'a certificate that is %s, since when and why',
    async (signer) => {
      const { at, reason } = entityOf(pki, signer).revocation!
      const facts = await collectAbout(signer, {
        crls: [crlOf('public-ca')],
        ocspResponses: [currentOcsp(pki, entityOf(pki, signer), env.clock())],
      })
      expect(signerOf(facts).statuses).toHaveLength(2)
      for (const status of signerOf(facts).statuses) {
        expect(status).toMatchObject({ status: 'revoked', revokedAt: at.toISOString(), reason, problems: [] })
      }
    },
  )

  test('nothing that counts where somebody else signed in the CA’s name', async () => {
    const issuer = entityOf(pki, 'public-ca').certificate
    const forged = buildCrl({
      issuer,
      key: privateKeyOf(entityOf(pki, 'impostor-ca')),
      crlNumber: 7,
      thisUpdate: env.clock(),
      nextUpdate: new Date(env.clock().getTime() + 86_400_000),
      entries: [],
    })
    const facts = await collectAbout('revoked', { crls: [forged, crlOf('public-ca')] })
    const codes = signerOf(facts).statuses.map(({ status, problems }) => [
      status,
      problems.map(({ code }) => code),
    ])
    expect(codes).toEqual(
      expect.arrayContaining([
        ['revoked', []],
        ['unknown', ['CRL_SIGNATURE']],
      ]),
    )
    expect(facts.revocations.map(({ valueIntact }) => valueIntact).sort()).toEqual([false, true])
  })

  test('nothing about somebody else’s certificate', async () => {
    const other = currentOcsp(pki, entityOf(pki, 'tsa'), env.clock())
    const facts = await collectAbout('doctor-01', { ocspResponses: [other] })
    expect(signerOf(facts).statuses).toEqual([])
    expect(facts.revocations).toEqual([])
  })
})

describe('a file full of forged revocation data', () => {
  const forged = (count: number): Uint8Array[] =>
    Array.from({ length: count }, (_, i) =>
      buildCrl({
        issuer: entityOf(pki, 'public-ca').certificate,
        key: privateKeyOf(entityOf(pki, 'doctor-01')),
        crlNumber: 1000 + i,
        thisUpdate: new Date(env.clock().getTime() + 86_400_000 + i * 1000),
        nextUpdate: null,
        entries: [],
      }),
    )

  test('does not hide what the given CRL says', async () => {
    const signed = await signRecord(pki, basicObjects().table().bytes, env, { signer: 'revoked' })
    const file = appendDss(signed, { ...nothing, crls: forged(200) }, env.random)
    const evidence = { ...nothing, crls: [crlOf('public-ca')] }
    const { statuses } = signerOf(collect(file, { anchors: [rootOf(pki)], evidence }))
    expect(statuses.filter(({ status }) => status === 'revoked')).toHaveLength(1)
  })
})
