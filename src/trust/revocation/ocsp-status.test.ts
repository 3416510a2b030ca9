import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  type Certificate,
  der,
  digestBytes,
  encodeDigestAlgorithm,
  encodePem,
  type OcspResponse,
  parseDer,
  parseOcspResponse,
  readOctetString,
  readSequence,
} from '../../formats/index.ts'
import { encodeCertId, encodeOcspFailure, type Pki, profiles } from '../../test-certs/index.ts'
import { ocspStatus } from './ocsp-status.ts'
import {
  addCertificate,
  answerAbout,
  buildWorld,
  certificateOf,
  context,
  day,
  extension,
  ocspBytesOf,
  ocspOf,
  summaryOf,
} from './testing/world.ts'

let pki: Pki
let doctor: Certificate
let ca: Certificate
let responder: Certificate
beforeAll(async () => {
  pki = await buildWorld()
  doctor = certificateOf(pki, 'doctor-01')
  ca = certificateOf(pki, 'public-ca')
  responder = certificateOf(pki, 'ocsp')
})

const ask = (response: OcspResponse, others: Certificate[] = [], nonce?: Uint8Array) =>
  ocspStatus(doctor, ca, response, { ...context(...others), ...(nonce && { nonce }) })
const summary = (response: OcspResponse, others: Certificate[] = [], nonce?: Uint8Array): string =>
  summaryOf(ask(response, others, nonce))

describe('an OCSP answer', () => {
  it.each(['key', 'name'] as const)('of a delegated responder, named by its %s, says good', (by) => {
    const answer = ask(ocspOf(pki, { by }))
    expect(answer).toMatchObject({ status: { status: 'good' }, problems: [], signerKind: 'delegated' })
    expect(answer.signer!.der).toEqual(responder.der)
    expect(answer.signerNoCheck).toBe(true)
    expect(answer).toMatchObject({ thisUpdate: day(-1), nextUpdate: day(6), producedAt: day(-1) })
  })

  it.each(['key', 'name'] as const)('of the CA itself, named by its %s, says good', (by) => {
    const answer = ask(ocspOf(pki, { signer: 'public-ca', by, certificates: [] }))
    expect(answer).toMatchObject({ status: { status: 'good' }, signer: ca, signerKind: 'issuer' })
  })

  it('without certificates inside is believed where the responder is at hand', () => {
    const bare = ocspOf(pki, { certificates: [] })
    expect(summary(bare)).toBe('OCSP_RESPONDER_UNKNOWN')
    expect(summary(bare, [responder])).toBe('good')
  })

  it('with several certificates inside is believed by the right one', () => {
    const certificates = [certificateOf(pki, 'nurse-02'), ca, responder, certificateOf(pki, 'ocsp-untrusted')]
    expect(summary(ocspOf(pki, { certificates }))).toBe('good')
  })

  it('that revokes says since when, why, and since when it is not to be believed', () => {
    const invalidityDate = day(-9)
    const status = { at: day(-2), reason: 'privilegeWithdrawn' } as const
    const extensions = [extension('2.5.29.24', der.generalizedTime(invalidityDate))]
    expect(ask(ocspOf(pki, { answer: { status, extensions } })).status).toEqual({
      status: 'revoked',
      at: day(-2),
      reason: 'privilegeWithdrawn',
      invalidityDate,
    })
  })

  it('that puts on hold, and one that gives no reason, say so', () => {
    const says = (reason: 'certificateHold' | 'unspecified') =>
      ask(ocspOf(pki, { answer: { status: { at: day(-2), reason } } })).status
    expect(says('certificateHold')).toMatchObject({ reason: 'certificateHold' })
    expect(says('unspecified')).toMatchObject({ status: 'revoked', reason: null })
  })

  it('that does not know the certificate says unknown', () => {
    expect(ask(ocspOf(pki, { answer: { status: 'unknown' } }))).toMatchObject({
      status: { status: 'unknown' },
      problems: [],
    })
  })

  it.each(['sha256', 'sha512', 'sha3-256'] as const)('about a CertID by %s is understood', (digest) => {
    const certId = encodeCertId(ca, doctor.serialNumber, digest)
    expect(summary(ocspOf(pki, { answer: { certId } }))).toBe('good')
  })

  it('about several certificates is understood', () => {
    const answers = ['nurse-02', 'doctor-01', 'ocsp'].map((name) => answerAbout(pki, name))
    expect(summary(ocspOf(pki, { answers }))).toBe('good')
  })

  it('with an older answer beside the newer one counts by the newer', () => {
    const answers = [
      answerAbout(pki, 'doctor-01', { thisUpdate: day(-3), nextUpdate: day(-2) }),
      answerAbout(pki, 'doctor-01'),
    ]
    expect(ask(ocspOf(pki, { answers })).thisUpdate).toEqual(day(-1))
  })

  it('signed with RSASSA-PSS by the CA is believed', () => {
    const algorithm = { scheme: 'rsa-pss', digest: 'sha256', mgfDigest: 'sha256', saltLength: 32 } as const
    expect(summary(ocspOf(pki, { signer: 'public-ca', certificates: [], algorithm }))).toBe('good')
  })

  it("whose certHash is the certificate's says so", () => {
    expect(ask(ocspOf(pki, { answer: { extensions: [certHash(doctor)] } })).certHashMatches).toBe(true)
    expect(ask(ocspOf(pki)).certHashMatches).toBeNull()
  })

  it('with an archive cutoff tells since when expired certificates are kept', () => {
    const since = day(-3650)
    const extensions = [extension('1.3.6.1.5.5.7.48.1.6', der.generalizedTime(since))]
    expect(ask(ocspOf(pki, { answer: { extensions } })).coversExpiredSince).toEqual(since)
  })

  it('with the nonce that was sent counts, where one was sent', () => {
    const nonce = Uint8Array.of(1, 2, 3)
    expect(summary(ocspOf(pki, { nonce }), [], nonce)).toBe('good')
    expect(summary(ocspOf(pki, { nonce }))).toBe('good')
  })

  it('kept without its envelope, as CAdES does, says the same', () => {
    const bytes = ocspBytesOf(pki)
    const basic = readOctetString(readSequence(readSequence(parseDer(bytes))[1]!.children[0]!)[1]!)
    expect(summary(parseOcspResponse(basic))).toBe('good')
  })
})

const certHash = (certificate: Certificate): Uint8Array =>
  extension(
    '1.3.36.8.3.13',
    der.sequence(encodeDigestAlgorithm('sha256'), der.octetString(digestBytes('sha256', certificate.der))),
  )

describe('an OCSP answer that does not count', () => {
  it.each(['tryLater', 'internalError', 'unauthorized', 'sigRequired', 'malformedRequest'] as const)(
    'a failure: %s',
    (failure) => expect(summary(parseOcspResponse(encodeOcspFailure(failure)))).toBe('OCSP_NOT_SUCCESSFUL'),
  )

  const unknown = (): Uint8Array => extension('2.999.1', der.nullValue(), true)
  it.each<[string, () => OcspResponse, string]>([
    ['about another certificate', () => ocspOf(pki, { about: 'nurse-02' }), 'OCSP_OTHER_CERTIFICATE'],
    [
      'about the same number of another issuer',
      () =>
        ocspOf(pki, {
          answer: { certId: encodeCertId(certificateOf(pki, 'national-root'), doctor.serialNumber) },
        }),
      'OCSP_OTHER_CERTIFICATE',
    ],
    [
      "about the same number of the CA's name with another key",
      () =>
        ocspOf(pki, {
          answer: { certId: encodeCertId(certificateOf(pki, 'impostor-ca'), doctor.serialNumber) },
        }),
      'OCSP_OTHER_CERTIFICATE',
    ],
    ['with a value that is not right', () => ocspOf(pki, { badSignature: true }), 'OCSP_SIGNATURE'],
    [
      "with the CA's value that is not right",
      () => ocspOf(pki, { signer: 'public-ca', badSignature: true }),
      'OCSP_SIGNATURE',
    ],
    [
      'from a sibling without OCSPSigning',
      () => ocspOf(pki, { signer: 'ocsp-no-signing' }),
      'OCSP_RESPONDER_PURPOSE',
    ],
    [
      'from an ordinary sibling, a signer',
      () => ocspOf(pki, { signer: 'nurse-02' }),
      'OCSP_RESPONDER_PURPOSE',
    ],
    ['from the certificate itself', () => ocspOf(pki, { signer: 'doctor-01' }), 'OCSP_RESPONDER_PURPOSE'],
    [
      'from a responder of a CA of the same name with another key',
      () => ocspOf(pki, { signer: 'ocsp-untrusted' }),
      'OCSP_RESPONDER_UNAUTHORIZED',
    ],
    ['from another CA', () => ocspOf(pki, { signer: 'government-ca' }), 'OCSP_RESPONDER_UNAUTHORIZED'],
    [
      "from the CA's own issuer",
      () => ocspOf(pki, { signer: 'national-root' }),
      'OCSP_RESPONDER_UNAUTHORIZED',
    ],
    [
      'from a self-signed CA of the same name',
      () => ocspOf(pki, { signer: 'impostor-ca' }),
      'OCSP_RESPONDER_UNAUTHORIZED',
    ],
    [
      'with a critical extension that nobody knows',
      () => ocspOf(pki, { extensions: [unknown()] }),
      'OCSP_UNKNOWN_CRITICAL_EXTENSION',
    ],
    [
      'with a critical extension that nobody knows about the certificate',
      () => ocspOf(pki, { answer: { extensions: [unknown()] } }),
      'OCSP_UNKNOWN_CRITICAL_EXTENSION',
    ],
    [
      'that says two things',
      () =>
        ocspOf(pki, {
          answers: [
            answerAbout(pki, 'doctor-01'),
            answerAbout(pki, 'doctor-01', { status: { at: day(-2), reason: 'superseded' } }),
          ],
        }),
      'OCSP_ANSWERS_CONTRADICT',
    ],
    [
      "whose certHash is another certificate's",
      () => ocspOf(pki, { answer: { extensions: [certHash(responder)] } }),
      'OCSP_CERT_HASH',
    ],
    [
      'whose certHash is of a digest that nobody knows',
      () =>
        ocspOf(pki, {
          answer: {
            extensions: [
              extension(
                '1.3.36.8.3.13',
                der.sequence(der.sequence(der.oid('2.999.7')), der.octetString(new Uint8Array(32))),
              ),
            ],
          },
        }),
      'OCSP_CERT_HASH',
    ],
  ])('%s', (_what, response, problem) => {
    expect(ask(response())).toMatchObject({
      status: { status: 'unknown' },
      signer: null,
      problems: [{ code: problem, clause: expect.any(String) }],
    })
  })

  it.each<[string, Uint8Array | null]>([
    ['another nonce than the one sent', Uint8Array.of(9, 9, 9)],
    ['a longer one', Uint8Array.of(1, 2, 3, 0)],
    ['none', null],
  ])('%s, though a nonce was sent', (_what, nonce) => {
    expect(summary(ocspOf(pki, { nonce }), [], Uint8Array.of(1, 2, 3))).toBe('OCSP_NONCE')
  })

  it('from a self-signed responder with OCSPSigning', async () => {
    await addCertificate(pki, 'self-signed-ocsp', {
      issuer: 'self-signed-ocsp',
      profile: profiles.ocspSigning,
    })
    expect(summary(ocspOf(pki, { signer: 'self-signed-ocsp' }))).toBe('OCSP_RESPONDER_UNAUTHORIZED')
  })

  it('from a responder that the CA certified with OCSPSigning for other uses than signatures', async () => {
    await addCertificate(pki, 'ocsp-encipherment', {
      profile: { ...profiles.ocspSigning, keyUsage: ['keyEncipherment'] },
    })
    expect(summary(ocspOf(pki, { signer: 'ocsp-encipherment' }))).toBe('OCSP_RESPONDER_KEY_USAGE')
  })

  it('from a responder below one that the CA delegated', async () => {
    await addCertificate(pki, 'sub-ca', { profile: profiles.issuingCa })
    await addCertificate(pki, 'sub-ocsp', { issuer: 'sub-ca', profile: profiles.ocspSigning })
    const certificates = [certificateOf(pki, 'sub-ocsp'), certificateOf(pki, 'sub-ca')]
    expect(summary(ocspOf(pki, { signer: 'sub-ocsp', certificates }))).toBe('OCSP_RESPONDER_UNAUTHORIZED')
  })

  it('produced when its responder was not valid: the time of the answer counts, not ours', async () => {
    await addCertificate(pki, 'old-ocsp', {
      profile: profiles.ocspSigning,
      notBefore: '-30d',
      notAfter: '-5d',
    })
    const produced = (days: number) => summary(ocspOf(pki, { signer: 'old-ocsp', producedAt: day(days) }))
    expect(produced(-1)).toBe('OCSP_RESPONDER_NOT_VALID')
    expect(produced(-31)).toBe('OCSP_RESPONDER_NOT_VALID')
    expect(produced(-10)).toBe('good')
  })

  it('whose responder is named by the hash of another key than the one that signed', () => {
    const named = ocspOf(pki)
    const other = digestBytes('sha1', new Uint8Array(3))
    const basic = { ...named.basic!, responderId: { kind: 'key' as const, hash: other } }
    expect(summary({ ...named, basic })).toBe('OCSP_RESPONDER_UNKNOWN')
  })

  it('with certificates inside that are none is read past them', () => {
    const named = ocspOf(pki)
    const junk = Array.from({ length: 50 }, () => Uint8Array.of(0x30, 0))
    const withJunk = (certificates: Uint8Array[]) => ({ ...named, basic: { ...named.basic!, certificates } })
    expect(summary(withJunk([Uint8Array.of(0x30, 0), responder.der]))).toBe('good')
    // a crowd is not looked through
    expect(summary(withJunk([...junk, responder.der]))).toBe('OCSP_RESPONDER_UNKNOWN')
  })
})

describe('OpenSSL agrees', () => {
  const judge = (bytes: Uint8Array): boolean => {
    const folder = mkdtempSync(join(tmpdir(), 'anky-ocsp-'))
    try {
      const put = (name: string, content: Uint8Array | string): string => {
        writeFileSync(join(folder, name), content)
        return join(folder, name)
      }
      const pem = (name: string): string => encodePem('CERTIFICATE', certificateOf(pki, name).der)
      execFileSync(
        'openssl',
        [
          ...['ocsp', '-respin', put('response', bytes), '-CAfile', put('root', pem('national-root'))],
          ...['-verify_other', put('ca', pem('public-ca')), '-issuer', join(folder, 'ca')],
          ...[
            '-cert',
            put('cert', pem('doctor-01')),
            '-attime',
            String(day(0).getTime() / 1000),
            '-no_nonce',
          ],
          ...['-validity_period', '315360000'],
        ],
        { stdio: 'pipe' },
      )
      return true
    } catch {
      return false
    } finally {
      rmSync(folder, { recursive: true })
    }
  }
  it.each<[string, Parameters<typeof ocspBytesOf>[1]]>([
    ['of a delegated responder', {}],
    ['of a delegated responder by name', { by: 'name' }],
    ['of the CA', { signer: 'public-ca' }],
    ['with a value that is not right', { badSignature: true }],
    ['of a sibling without OCSPSigning', { signer: 'ocsp-no-signing' }],
    ["of another CA's responder", { signer: 'ocsp-untrusted' }],
    ['of another CA', { signer: 'government-ca' }],
  ])('about an answer %s', (_what, overrides) => {
    const bytes = ocspBytesOf(pki, overrides)
    expect(judge(bytes)).toBe(summary(parseOcspResponse(bytes)) === 'good')
  })
})
