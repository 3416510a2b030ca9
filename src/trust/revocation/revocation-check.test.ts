import { beforeAll, describe, expect, it } from 'vitest'
import { type Certificate, der } from '../../formats/index.ts'
import { issuingDistributionPoint, type Pki, profiles } from '../../test-certs/index.ts'
import { validatePath } from '../path/index.ts'
import { createRevocationCheck, createStatusFinder } from './revocation-check.ts'
import {
  addCertificate,
  buildWorld,
  certificateOf,
  cpuMsSince,
  crlOf,
  day,
  now,
  ocspOf,
  revoked,
} from './testing/world.ts'
import type { RevocationData } from './types.ts'

let pki: Pki
let doctor: Certificate
let ca: Certificate
let root: Certificate
beforeAll(async () => {
  pki = await buildWorld()
  doctor = certificateOf(pki, 'doctor-01')
  ca = certificateOf(pki, 'public-ca')
  root = certificateOf(pki, 'national-root')
})

/** The CRL of the root: nothing is revoked but what is given. */
const rootCrl = (...entries: ReturnType<typeof revoked>[]) => crlOf(pki, { as: 'national-root', entries })

function judge(
  data: readonly RevocationData[],
  {
    certificate = doctor,
    certificates = [] as Certificate[],
    anchors = [root],
    at = now,
    intermediates = [ca],
  } = {},
): string {
  const verdict = validatePath({
    certificate,
    pool: { intermediates, anchors },
    at,
    revocation: createRevocationCheck({ data, certificates }),
  })
  return verdict.valid
    ? 'valid'
    : verdict.problems.map(({ code, detail }) => (detail ? `${code} ${detail}` : code)).join(', ')
}

describe('a path with revocation', () => {
  it('holds by CRLs, and by OCSP below the root', () => {
    expect(judge([rootCrl(), crlOf(pki)])).toBe('valid')
    expect(judge([rootCrl(), ocspOf(pki)])).toBe('valid')
  })

  it('does not where data about any certificate is missing', () => {
    expect(judge([])).toMatch(/REVOCATION_UNKNOWN NO_REVOCATION_DATA/)
    expect(judge([crlOf(pki)])).toBe('REVOCATION_UNKNOWN NO_REVOCATION_DATA')
    expect(judge([rootCrl()])).toBe('REVOCATION_UNKNOWN NO_REVOCATION_DATA')
  })

  it('does not where the CA is revoked', () => {
    expect(judge([rootCrl(revoked(ca, { reason: 'cACompromise' })), crlOf(pki)])).toBe('REVOKED cACompromise')
  })

  it('does not where the certificate is revoked or on hold', () => {
    const hold = { status: { at: day(-2), reason: 'certificateHold' } } as const
    expect(judge([rootCrl(), crlOf(pki, { entries: [revoked(doctor)] })])).toBe('REVOKED keyCompromise')
    expect(judge([rootCrl(), ocspOf(pki, { answer: hold })])).toBe('REVOKED certificateHold')
  })

  it('a good OCSP answer of an unrelated key does not override a CRL that revokes', () => {
    const data = [rootCrl(), crlOf(pki, { entries: [revoked(doctor)] })]
    for (const signer of ['impostor-ca', 'ocsp-untrusted', 'ocsp-no-signing', 'nurse-02', 'government-ca']) {
      expect(judge([...data, ocspOf(pki, { signer })])).toBe('REVOKED keyCompromise')
      expect(judge([rootCrl(), ocspOf(pki, { signer })])).toMatch(/^REVOCATION_UNKNOWN OCSP_/)
    }
  })

  it('a certificate signed with RSASSA-PSS and a good OCSP answer is not revoked', async () => {
    const algorithm = { scheme: 'rsa-pss', digest: 'sha256', mgfDigest: 'sha256', saltLength: 32 } as const
    const answer = ocspOf(pki, { signer: 'public-ca', certificates: [], algorithm })
    expect(judge([rootCrl(), answer])).toBe('valid')
  })
})

describe('who signs revocation data', () => {
  it("forged with a self-made certificate of the CA's name is not believed, wherever that is found", () => {
    const impostor = certificateOf(pki, 'impostor-ca')
    const forged = crlOf(pki, { as: 'impostor-ca' })
    expect(judge([rootCrl(), forged], { certificates: [impostor] })).toBe(
      'REVOCATION_UNKNOWN SIGNER_UNTRUSTED',
    )
    expect(judge([rootCrl(), forged], { intermediates: [ca, impostor] })).toBe(
      'REVOCATION_UNKNOWN CRL_SIGNATURE',
    )
  })

  it('another key of the CA is believed where its certificate leads to the same anchor and is not revoked', async () => {
    const signer = await addCertificate(pki, 'ca-crl-key', {
      issuer: 'national-root',
      subject: ca.subject.der,
      profile: { keyUsage: ['cRLSign'] },
    })
    const crl = crlOf(pki, { by: 'ca-crl-key' })
    const certificates = [signer]
    expect(judge([rootCrl(), crl], { certificates })).toBe('valid')
    expect(judge([rootCrl(revoked(signer)), crl], { certificates })).toBe(
      'REVOCATION_UNKNOWN SIGNER_UNTRUSTED',
    )
    expect(judge([rootCrl(), crl], { certificates, at: day(100) })).toMatch(/REVOCATION_UNKNOWN/)
  })

  it('another key of the name under another anchor is not', async () => {
    const signer = await addCertificate(pki, 'other-crl-key', {
      issuer: 'government-root',
      subject: ca.subject.der,
      profile: { keyUsage: ['cRLSign'] },
    })
    const crl = crlOf(pki, { by: 'other-crl-key' })
    const anchors = [root, certificateOf(pki, 'government-root')]
    const otherCrl = crlOf(pki, { as: 'government-root' })
    expect(judge([rootCrl(), otherCrl, crl], { certificates: [signer], anchors })).toBe(
      'REVOCATION_UNKNOWN SIGNER_UNTRUSTED',
    )
  })

  it('a delegated responder with nocheck is believed; without, only where its own status is known', async () => {
    await addCertificate(pki, 'checked-ocsp', {
      profile: { ...profiles.ocspSigning, ocspNoCheck: false },
    })
    const responder = certificateOf(pki, 'checked-ocsp')
    const answer = ocspOf(pki, { signer: 'checked-ocsp' })
    expect(judge([rootCrl(), answer])).toBe('REVOCATION_UNKNOWN SIGNER_UNTRUSTED')
    const direct = (status: 'good' | { at: Date; reason: 'keyCompromise' }) =>
      ocspOf(pki, { signer: 'public-ca', about: 'checked-ocsp', answer: { status } })
    expect(judge([rootCrl(), answer, direct('good')])).toBe('valid')
    expect(judge([rootCrl(), answer, direct({ at: day(-3), reason: 'keyCompromise' })])).toBe(
      'REVOCATION_UNKNOWN SIGNER_UNTRUSTED',
    )
    expect(responder.extensions.some(({ oid }) => oid === '1.3.6.1.5.5.7.48.1.5')).toBe(false)
  })

  it('a responder does not vouch for itself, nor two for each other', async () => {
    for (const name of ['ocsp-a', 'ocsp-b']) {
      await addCertificate(pki, name, { profile: { ...profiles.ocspSigning, ocspNoCheck: false } })
    }
    const by = (signer: string, about: string) => ocspOf(pki, { signer, about })
    const unknown = 'REVOCATION_UNKNOWN SIGNER_UNTRUSTED'
    expect(judge([rootCrl(), by('ocsp-a', 'doctor-01'), by('ocsp-a', 'ocsp-a')])).toBe(unknown)
    const circle = [by('ocsp-a', 'doctor-01'), by('ocsp-b', 'ocsp-a'), by('ocsp-a', 'ocsp-b')]
    expect(judge([rootCrl(), ...circle])).toBe(unknown)
  })

  it('a responder that has expired since it answered is not believed without proof of when', async () => {
    await addCertificate(pki, 'lapsed-ocsp', {
      profile: profiles.ocspSigning,
      notBefore: '-30d',
      notAfter: '-1d',
    })
    const answer = ocspOf(pki, { signer: 'lapsed-ocsp', producedAt: day(-2) })
    expect(judge([rootCrl(), answer])).toBe('REVOCATION_UNKNOWN SIGNER_EXPIRED')
  })

  it('a long row of responders, each vouched for by the next, is given up in time', async () => {
    const names = Array.from({ length: 8 }, (_, i) => `ocsp-row-${i}`)
    for (const name of names) {
      await addCertificate(pki, name, { profile: { ...profiles.ocspSigning, ocspNoCheck: false } })
    }
    const answers = ['doctor-01', ...names]
      .slice(0, -1)
      .map((about, i) => ocspOf(pki, { signer: names[i]!, about }))
    const last = ocspOf(pki, { signer: 'public-ca', about: names.at(-1)! })
    const started = process.cpuUsage()
    expect(judge([rootCrl(), ...answers, last])).toBe('REVOCATION_UNKNOWN SIGNER_UNTRUSTED')
    expect(cpuMsSince(started)).toBeLessThan(2000)
  })
})

it('a crowd of responders that all vouch for each other is given up in time', async () => {
  const names = Array.from({ length: 12 }, (_, i) => `crowd-${i}`)
  for (const name of names) {
    await addCertificate(pki, name, { profile: { ...profiles.ocspSigning, ocspNoCheck: false } })
  }
  const answers = ['doctor-01', ...names].flatMap((about) =>
    names.map((signer) => ocspOf(pki, { signer, about })),
  )
  const started = process.cpuUsage()
  expect(judge([rootCrl(), ...answers])).toBe('REVOCATION_UNKNOWN SIGNER_UNTRUSTED')
  expect(cpuMsSince(started)).toBeLessThan(2000)
})

describe('certificates whose status is not asked for', () => {
  const SHORT_TERM = '0.4.0.194121.2.1'
  it('a responder with nocheck, and a short-lived certificate that says so', () => {
    expect(judge([rootCrl()], { certificate: certificateOf(pki, 'ocsp') })).toBe('valid')
    const extensions = [...doctor.extensions, { oid: SHORT_TERM, critical: false, value: der.nullValue() }]
    expect(judge([rootCrl()], { certificate: { ...doctor, extensions } })).toBe('valid')
  })

  it('nocheck in a certificate that is no responder changes nothing', async () => {
    const certificate = await addCertificate(pki, 'no-responder', {
      profile: { ...profiles.seal, ocspNoCheck: true },
    })
    expect(judge([rootCrl()], { certificate })).toBe('REVOCATION_UNKNOWN NO_REVOCATION_DATA')
  })
})

describe('the status of one certificate', () => {
  it('is found whatever it says of itself', () => {
    const extensions = [
      ...doctor.extensions,
      { oid: '0.4.0.194121.2.1', critical: false, value: der.nullValue() },
    ]
    const data = [crlOf(pki, { entries: [revoked(doctor)] })]
    const find = createStatusFinder({ data, certificates: [], at: now })
    expect(find([{ ...doctor, extensions }, ca, root], 0).status).toBe('revoked')
  })

  it('names who signed an answer and is not known himself, and is then undetermined', async () => {
    await addCertificate(pki, 'asked-ocsp', { profile: { ...profiles.ocspSigning, ocspNoCheck: false } })
    const named: string[] = []
    const find = createStatusFinder({
      data: [ocspOf(pki, { signer: 'asked-ocsp' })],
      certificates: [],
      at: now,
      onUnknownSigner: ([signer]) => named.push(signer!.sha256),
    })
    expect(find([doctor, ca, root], 0).status).toBe('undetermined')
    expect(named).toEqual([certificateOf(pki, 'asked-ocsp').sha256])
  })
})

it('an indirect CRL whose issuer lies under the anchor counts for the certificate that names it', async () => {
  const agent = await addCertificate(pki, 'agent', {
    issuer: 'national-root',
    profile: { keyUsage: ['cRLSign'] },
  })
  const point = der.sequence(der.explicit(2, der.explicit(4, agent.subject.der)))
  const others = doctor.extensions.filter(({ oid }) => oid !== '2.5.29.31')
  const certificate = {
    ...doctor,
    extensions: [...others, { oid: '2.5.29.31', critical: false, value: der.sequence(point) }],
  }
  const crl = crlOf(pki, { as: 'agent', extensions: [issuingDistributionPoint({ indirect: true })] })
  expect(judge([rootCrl(), crl], { certificate, certificates: [agent] })).toBe('valid')
  expect(judge([rootCrl(), crl], { certificate })).toBe('REVOCATION_UNKNOWN CRL_SIGNER_UNKNOWN')
  expect(judge([rootCrl(revoked(agent)), crl], { certificate, certificates: [agent] })).toBe(
    'REVOCATION_UNKNOWN SIGNER_UNTRUSTED',
  )
})
