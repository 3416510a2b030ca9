import { describe, expect, it } from 'vitest'
import { parseCrl } from '../../formats/index.ts'
import { buildCrl } from '../../test-certs/index.ts'
import { createRevocationCheck } from '../revocation/index.ts'
import { extension, type Holder, issue, keyUsageOf, spoil } from './testing/issue.ts'
import type { PathRequest, RevocationCheck, StatusAtTime } from './types.ts'
import { validatePath } from './validate-path.ts'

const at = new Date('2026-06-01T00:00:00Z')
const root = issue({ subject: 'ROOT', ca: true })
const ca = issue({ subject: 'CA', by: root, ca: true, keyUsage: keyUsageOf(5, 6) })
const doctor = issue({ subject: 'DOCTOR', by: ca })

const request = (
  signer: Holder,
  intermediates: readonly Holder[],
  more: Partial<PathRequest> = {},
): PathRequest => ({
  certificate: signer.certificate,
  pool: { intermediates: intermediates.map(({ certificate }) => certificate), anchors: [root.certificate] },
  at,
  ...more,
})
const codes = (...args: Parameters<typeof request>): string[] =>
  validatePath(request(...args)).problems.map(({ code }) => code)

describe('dates', () => {
  const [notBefore, notAfter] = [new Date('2026-01-01T00:00:00Z'), new Date('2026-12-31T23:59:59Z')]
  const dated = issue({ subject: 'DOCTOR', by: ca, notBefore, notAfter })

  it.each([
    ['the first moment', '2026-01-01T00:00:00Z', []],
    ['a millisecond before', '2025-12-31T23:59:59.999Z', ['NOT_YET_VALID']],
    ['the last second', '2026-12-31T23:59:59Z', []],
    ['within the last second', '2026-12-31T23:59:59.999Z', []],
    ['the second after', '2027-01-01T00:00:00Z', ['EXPIRED']],
  ])('%s', (_what, time, expected) => {
    expect(codes(dated, [ca], { at: new Date(time) })).toEqual(expected)
  })

  it('of the issuing CA and of the anchor count as well', () => {
    const lapsed = issue({ subject: 'CA', by: root, ca: true, notAfter: new Date('2026-05-01T00:00:00Z') })
    expect(codes(issue({ subject: 'D', by: lapsed }), [lapsed])).toEqual(['EXPIRED'])
    expect(codes(doctor, [ca], { at: new Date('2036-01-01T00:00:00Z') })).toEqual([
      'EXPIRED',
      'EXPIRED',
      'EXPIRED',
    ])
  })

  it('where one path has lapsed, another that holds is found', () => {
    const lapsed = issue({
      subject: 'CA',
      by: root,
      ca: true,
      keyOf: ca,
      notAfter: new Date('2026-05-01T00:00:00Z'),
    })
    const verdict = validatePath(request(doctor, [lapsed, ca]))
    expect([verdict.valid, verdict.path.certificates[1]]).toEqual([true, ca.certificate])
  })
})

describe('revocation', () => {
  const good: StatusAtTime = { status: 'good', revokedAt: null, reason: null, problems: [] }
  const says =
    (answers: readonly (StatusAtTime | null)[]): RevocationCheck =>
    (_path, index) =>
      answers[index]!

  it('is asked of every certificate but the anchor', () => {
    const asked: string[] = []
    const revocation: RevocationCheck = (path, index) => {
      asked.push(path[index]!.sha256)
      return good
    }
    expect(validatePath(request(doctor, [ca], { revocation })).valid).toBe(true)
    expect(asked).toEqual([doctor.certificate.sha256, ca.certificate.sha256])
  })

  it.each<[string, StatusAtTime | null, StatusAtTime | null, string[]]>([
    ['nothing to be asked', null, null, []],
    [
      'the signer revoked',
      { ...good, status: 'revoked', revokedAt: at, reason: 'superseded' },
      good,
      ['REVOKED'],
    ],
    ['the CA revoked', good, { ...good, status: 'revoked', revokedAt: at }, ['REVOKED']],
    ['the CA unknown', good, { ...good, status: 'unknown' }, ['REVOCATION_UNKNOWN']],
  ])('%s', (_what, first, second, expected) => {
    expect(codes(doctor, [ca], { revocation: says([first, second]) })).toEqual(expected)
  })

  it('is not asked where the path does not hold anyhow', () => {
    const revocation: RevocationCheck = () => {
      throw new Error('asked')
    }
    const broken = { ...doctor, certificate: spoil(doctor.certificate) }
    expect(codes(broken, [ca], { revocation })).toEqual(['SIGNATURE_INVALID'])
  })

  const crlOf = (issuer: Holder, revoked: readonly Holder[], when = '2026-05-01T00:00:00Z') =>
    parseCrl(
      buildCrl({
        issuer: issuer.certificate,
        key: issuer.key,
        crlNumber: 1,
        thisUpdate: new Date('2026-05-20T00:00:00Z'),
        nextUpdate: new Date('2026-06-20T00:00:00Z'),
        entries: revoked.map(({ certificate }) => ({
          serialNumber: certificate.serialNumber,
          revocation: { at: new Date(when), reason: 'keyCompromise' },
        })),
      }),
    )
  const withCrls = (crls: ReturnType<typeof crlOf>[], others: readonly Holder[] = []) => ({
    revocation: createRevocationCheck({
      data: crls,
      certificates: others.map(({ certificate }) => certificate),
    }),
  })

  it('no evidence at all is not valid', () => {
    expect(codes(doctor, [ca], withCrls([]))).toEqual(['REVOCATION_UNKNOWN', 'REVOCATION_UNKNOWN'])
  })

  it('CRLs of both CAs that list nobody: valid', () => {
    expect(codes(doctor, [ca], withCrls([crlOf(ca, []), crlOf(root, [])]))).toEqual([])
  })

  it('listed, whoever; and not before the revocation', () => {
    expect(codes(doctor, [ca], withCrls([crlOf(ca, [doctor]), crlOf(root, [])]))).toEqual(['REVOKED'])
    expect(codes(doctor, [ca], withCrls([crlOf(ca, []), crlOf(root, [ca])]))).toEqual(['REVOKED'])
    const later = crlOf(ca, [doctor], '2026-06-02T00:00:00Z')
    expect(codes(doctor, [ca], withCrls([later, crlOf(root, [])]))).toEqual([])
  })

  it("a CRL forged by a self-made certificate with the CA's name, which is in the pool: unknown", () => {
    const forger = issue({ subject: 'CA', ca: true, keyUsage: keyUsageOf(5, 6) })
    const verdict = validatePath(
      request(doctor, [forger, ca], withCrls([crlOf(forger, []), crlOf(root, [])], [forger])),
    )
    expect(verdict.problems).toMatchObject([
      { code: 'REVOCATION_UNKNOWN', certificate: doctor.certificate.sha256, detail: 'SIGNER_UNTRUSTED' },
    ])
  })

  it('a forged CRL beside the real one changes nothing', () => {
    const forger = issue({ subject: 'CA', ca: true, keyUsage: keyUsageOf(5, 6) })
    const real = [crlOf(ca, [doctor]), crlOf(root, [])]
    expect(codes(doctor, [forger, ca], withCrls([crlOf(forger, []), ...real], [forger]))).toEqual(['REVOKED'])
  })
})

it('of paths that do not hold, one without problems of its own tells why', () => {
  const odd = issue({
    subject: 'CA',
    by: root,
    ca: true,
    keyOf: ca,
    extensions: [extension('1.2.3', true, Uint8Array.of(5, 0))],
  })
  const lapsed = issue({
    subject: 'CA',
    by: root,
    ca: true,
    keyOf: ca,
    notAfter: new Date('2026-05-01T00:00:00Z'),
  })
  expect(codes(doctor, [odd, lapsed])).toEqual(['EXPIRED'])
})
