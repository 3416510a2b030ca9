import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Certificate } from '../../formats/index.ts'
import { createTrustCache } from '../cache.ts'
import { buildPaths } from './build-paths.ts'
import { cpuMs, extension, type Holder, issue, spoil } from './testing/issue.ts'
import type { PathOptions } from './types.ts'

const root = issue({ subject: 'ROOT', ca: true })
const ca = issue({ subject: 'CA', by: root, ca: true })
const doctor = issue({ subject: 'DOCTOR', by: ca })

const certificatesOf = (holders: readonly (Holder | Certificate)[]): Certificate[] =>
  holders.map((holder) => ('certificate' in holder ? holder.certificate : holder))

function build(
  target: Holder | Certificate,
  intermediates: readonly (Holder | Certificate)[],
  anchors: readonly Holder[] = [root],
  options: PathOptions = {},
) {
  const [certificate] = certificatesOf([target])
  const pool = { intermediates: certificatesOf(intermediates), anchors: certificatesOf(anchors) }
  return buildPaths(certificate!, pool, options)
}

const subjects = ({ certificates }: { readonly certificates: readonly Certificate[] }): string =>
  certificates.map(({ subject }) => subject.rdns[0]![0]!.value).join(' < ')

describe('what leads to an anchor', () => {
  it('is found, whatever else the pool holds and in whatever order', () => {
    const strangers = [issue({ subject: 'X', ca: true }), doctor, ca, root]
    for (const pool of [strangers, [...strangers].reverse()]) {
      const paths = build(doctor, pool)
      expect(paths.map(subjects)).toEqual(['DOCTOR < CA < ROOT'])
      expect(paths[0]).toMatchObject({ anchored: true, problems: [] })
    }
  })

  it('a pinned signer is its own path', () => {
    expect(build(doctor, [ca], [doctor]).map(subjects)).toEqual(['DOCTOR'])
  })

  it('a renewed certificate of the anchor itself leads to it', () => {
    const renewed = issue({ subject: 'ROOT', ca: true, keyOf: root })
    expect(build(renewed, []).map(({ anchored, problems }) => [anchored, problems])).toEqual([[true, []]])
  })

  it('key rollover: old signed with new, new signed with old', () => {
    const next = issue({ subject: 'ROOT', ca: true })
    const newWithOld = issue({ subject: 'ROOT', by: root, ca: true, keyOf: next })
    const later = issue({ subject: 'CA', by: next, ca: true })
    const paths = build(issue({ subject: 'D', by: later }), [later, newWithOld])
    expect(paths.map(subjects)).toEqual(['D < CA < ROOT < ROOT'])
    expect(paths[0]!.problems).toEqual([])
  })
})

describe('all paths, best first', () => {
  const other = issue({ subject: 'OTHER ROOT', ca: true })
  const cross = issue({ subject: 'CA', by: other, ca: true, keyOf: ca })

  it('one to each anchor', () => {
    const paths = build(doctor, [cross, ca], [root, other])
    expect(paths.map(subjects).sort()).toEqual(['DOCTOR < CA < OTHER ROOT', 'DOCTOR < CA < ROOT'])
  })

  it('a longer one that holds stands before a shorter one that does not', () => {
    const unusable = issue({
      subject: 'CA',
      by: root,
      ca: true,
      keyOf: ca,
      extensions: [extension('1.2.3.4', true, new Uint8Array([5, 0]))],
    })
    const middle = issue({ subject: 'MIDDLE', by: root, ca: true })
    const long = issue({ subject: 'CA', by: middle, ca: true, keyOf: ca })
    const paths = build(doctor, [unusable, long, middle])
    expect(paths.map(({ problems }) => problems.map(({ code }) => code))).toEqual([
      [],
      ['UNKNOWN_CRITICAL_EXTENSION'],
    ])
    expect(subjects(paths[0]!)).toBe('DOCTOR < CA < MIDDLE < ROOT')
  })
})

describe('what leads to none', () => {
  const codes = (...args: Parameters<typeof build>): string[] =>
    build(...args).flatMap(({ anchored, problems }) =>
      anchored ? ['ANCHORED'] : problems.map(({ code }) => code),
    )

  it('a self-signed signer is no anchor', () => {
    const self = issue({ subject: 'DOCTOR', ca: true })
    expect(codes(self, [self])).toEqual(['NO_PATH'])
  })

  it('the path breaks off where the next issuer is missing', () => {
    const [path] = build(doctor, [ca], [issue({ subject: 'X', ca: true })])
    expect(subjects(path!)).toBe('DOCTOR < CA')
    expect(path!.problems).toMatchObject([{ code: 'NO_PATH', certificate: ca.certificate.sha256 }])
  })

  it("a self-made certificate with the CA's name is no issuer, beside the CA and alone", () => {
    const forged = issue({ subject: 'CA', ca: true })
    expect(build(doctor, [forged, ca]).map(subjects)).toEqual(['DOCTOR < CA < ROOT'])
    expect(codes(doctor, [forged])).toEqual(['SIGNATURE_INVALID'])
    const signedByForged = issue({ subject: 'DOCTOR', by: forged })
    expect(codes(signedByForged, [ca, forged])).toEqual(['NO_PATH'])
  })

  it('a spoilt signature, of the signer or of the CA', () => {
    expect(codes(spoil(doctor.certificate), [ca])).toEqual(['SIGNATURE_INVALID'])
    expect(codes(doctor, [spoil(ca.certificate)])).toEqual(['SIGNATURE_INVALID'])
  })

  it('no anchors at all', () => {
    expect(codes(doctor, [ca, root], [])).toEqual(['NO_PATH'])
  })
})

describe('work', () => {
  /** CAs that all certify one another, none of them leading to an anchor. */
  function mesh(size: number): Holder[] {
    const keys = Array.from({ length: size }, (_none, i) => issue({ subject: `M${i}`, ca: true }))
    return keys.flatMap((upper) =>
      keys
        .filter((lower) => lower !== upper)
        .map((lower) =>
          issue({ subject: lower.certificate.subject.rdns[0]![0]!.value, by: upper, ca: true, keyOf: lower }),
        ),
    )
  }

  it('circles of cross-certificates end at once', () => {
    const a = issue({ subject: 'A', ca: true })
    const b = issue({ subject: 'B', by: a, ca: true })
    const a2 = issue({ subject: 'A', by: b, ca: true, keyOf: a })
    const b2 = issue({ subject: 'B', by: a2, ca: true, keyOf: b })
    const [path, ...more] = build(issue({ subject: 'D', by: a }), [a2, b2, b, a])
    expect([path!.anchored, path!.problems[0]!.code, more]).toEqual([false, 'NO_PATH', []])
  })

  it('a circle that also leads to an anchor gives no longer paths', () => {
    const a = issue({ subject: 'A', by: root, ca: true })
    const b = issue({ subject: 'B', by: a, ca: true })
    const a2 = issue({ subject: 'A', by: b, ca: true, keyOf: a })
    const signer = issue({ subject: 'D', by: a })
    expect(build(signer, [a2, b, a]).map(subjects)).toEqual(['D < A < ROOT'])
  })

  it('seven CAs that all certify one another: no path, or one found all the same', () => {
    const certificates = mesh(7)
    const [first] = certificates
    const signer = issue({ subject: 'D', by: first! })
    const started = cpuMs()
    expect(build(signer, certificates)[0]).toMatchObject({ anchored: false, problems: [{ code: 'NO_PATH' }] })
    const anchored = issue({ subject: 'M6', by: root, ca: true, keyOf: certificates.find(isM6)! })
    expect(build(signer, [...certificates, anchored])[0]).toMatchObject({ anchored: true, problems: [] })
    expect(cpuMs() - started).toBeLessThan(2000)
  })
  const isM6 = ({ certificate }: Holder): boolean => certificate.subject.rdns[0]![0]!.value === 'M6'

  it("four hundred forged CAs of the issuer's name hide nothing; more than a thousand: given up, and said so", () => {
    const keyId = Uint8Array.of(4, 2, 7, 7)
    const honest = issue({
      subject: 'CA',
      by: root,
      ca: true,
      extensions: [extension('2.5.29.14', false, keyId)],
    })
    const authority = extension('2.5.29.35', false, Uint8Array.of(0x30, 4, 0x80, 2, 7, 7))
    const named = issue({ subject: 'D', by: honest, extensions: [authority] })
    const forged = Array.from({ length: 1100 }, () =>
      issue({
        subject: 'CA',
        ca: true,
        keyOf: doctor,
        notAfter: new Date(2_000_000_000_000 + forgedCount++ * 1000),
      }),
    )
    const started = cpuMs()
    const [path] = build(named, [...forged, honest])
    expect(path).toMatchObject({ anchored: false, problems: [{ code: 'BUDGET_EXHAUSTED' }] })
    expect(cpuMs() - started).toBeLessThan(4000)
    expect(build(named, [...forged.slice(0, 400), honest])[0]).toMatchObject({ anchored: true, problems: [] })
  })
  let forgedCount = 0

  it('a chain longer than allowed is given up, and says so', () => {
    let last = root
    const chain = Array.from({ length: 25 }, (_none, i) => {
      last = issue({ subject: `CA ${i}`, by: last, ca: true })
      return last
    })
    const signer = issue({ subject: 'D', by: last })
    expect(build(signer, chain)[0]).toMatchObject({
      anchored: false,
      problems: [{ code: 'BUDGET_EXHAUSTED' }],
    })
    expect(build(signer, chain, [root], { budget: { length: 30 } })[0]).toMatchObject({ anchored: true })
  })

  it('a key of 16,384 bits counts for many', () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const spki = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }))
    const slow = issue({ subject: 'SLOW', by: root, ca: true, keyOf: { key: privateKey, publicKey: spki } })
    const signer = issue({ subject: 'D', by: slow })
    expect(build(signer, [slow], [root], { budget: { signatureChecks: 2 } })[0]).toMatchObject({
      anchored: true,
    })
    expect(build(signer, [slow], [root], { budget: { signatureChecks: 1 } })[0]).toMatchObject({
      problems: [{ code: 'BUDGET_EXHAUSTED' }],
    })
  })

  it('with a cache, empty or full, the paths are the same', () => {
    const cache = createTrustCache()
    const without = build(doctor, [ca])
    for (let i = 0; i < 3; i++) expect(build(doctor, [ca], [root], { cache })).toEqual(without)
    expect(build(spoil(doctor.certificate), [ca], [root], { cache })[0]!.anchored).toBe(false)
  })
})
