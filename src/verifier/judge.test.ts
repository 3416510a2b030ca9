import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Facts } from './facts.ts'
import { subIndications } from './indication.ts'
import { judge } from './judge.ts'
import { reasonMessages } from './messages.ts'
import { builtInPolicies } from './policies/index.ts'
import { FactsBuilder, reference, time } from './testing/facts-builder.ts'
import { archivalCase, basicCase, hospitalCase, longTermCase, timedCase } from './testing/hospital-case.ts'
import { judgeAt, signatureAt, verdictAt } from './testing/verdict.ts'

const day = '2026-05-01T12:00'

describe('the same facts, policy and time give the same judgement', () => {
  const cases = [basicCase, timedCase, longTermCase, archivalCase, hospitalCase].map((build) =>
    build().build(),
  )
  const times = fc.date({ min: new Date('2019-01-01'), max: new Date('2045-01-01'), noInvalidDate: true })
  const policies = fc.constantFrom(...Object.values(builtInPolicies))

  test('to the byte, also after facts went through JSON', () => {
    fc.assert(
      fc.property(fc.constantFrom(...cases), times, policies, (facts, at, policy) => {
        const again = JSON.parse(JSON.stringify(facts)) as Facts
        expect(JSON.stringify(judge(again, policy, at))).toBe(JSON.stringify(judge(facts, policy, at)))
      }),
      { numRuns: 200 },
    )
  })

  test('whatever the facts, sub-indication and indication belong together, and each reason has its texts', () => {
    const flips = fc.record({
      facts: fc.constantFrom(...cases),
      at: times,
      policy: policies,
      broken: fc.subarray([
        'value',
        'digest',
        'trust',
        'revoked',
        'stale',
        'timestamp',
        'reference',
        'finding',
      ]),
    })
    fc.assert(
      fc.property(flips, ({ facts, at, policy, broken }) => {
        const judgement = judge(damage(facts, broken), policy, at)
        for (const signature of judgement.signatures) {
          const { indication, subIndication, basic, longTerm, archive, reasons } = signature
          expect(indication === 'TOTAL-PASSED').toBe(subIndication === null)
          for (const process of [basic, longTerm!, archive!]) {
            expect(process.indication).toBe(
              process.subIndication === null ? 'PASSED' : subIndications[process.subIndication],
            )
          }
          if (broken.includes('value') || broken.includes('digest') || broken.includes('finding')) {
            expect(indication).not.toBe('TOTAL-PASSED')
          }
          if (broken.includes('trust') || broken.includes('reference')) {
            expect(indication).not.toBe('TOTAL-PASSED')
          }
          if (indication !== 'TOTAL-PASSED') {
            expect(reasons.some(({ level }) => level === 'fail')).toBe(true)
          }
          for (const { code, clause } of reasons) {
            expect(reasonMessages[code]).toBeDefined()
            expect(clause).not.toBe('')
          }
        }
      }),
      { numRuns: 400 },
    )
  })
})

function damage(facts: Facts, broken: readonly string[]): Facts {
  const has = (name: string): boolean => broken.includes(name)
  return {
    ...facts,
    signatures: facts.signatures.map((signature) => ({
      ...signature,
      valueIntact: !has('value'),
      digests: signature.digests.map((digest) => ({ ...digest, intact: !has('digest') })),
      reference: has('reference') ? { ...reference, digestMatches: false } : signature.reference,
      findings: has('finding')
        ? [{ code: 'MESSAGE_DIGEST_DUPLICATE', clause: 'RFC 5652', detail: null }]
        : [],
    })),
    timestamps: facts.timestamps.map((timestamp) => ({ ...timestamp, valueIntact: !has('timestamp') })),
    certificates: facts.certificates.map((certificate) => ({
      ...certificate,
      trusted: certificate.trusted && !has('trust'),
      paths: certificate.paths.map((path) => ({ ...path, anchored: path.anchored && !has('trust') })),
      statuses: certificate.statuses.map((status) =>
        has('revoked')
          ? { ...status, status: 'revoked' as const, revokedAt: time('2026-04-20'), reason: 'keyCompromise' }
          : status,
      ),
    })),
    revocations: facts.revocations.map((revocation) =>
      has('stale') ? { ...revocation, nextUpdate: revocation.thisUpdate } : revocation,
    ),
  }
}

describe('three facts, each by itself', () => {
  test('intact, though nobody trusts it', () => {
    const judged = signatureAt(basicCase().changeCertificate('root', { trusted: false }), day)
    expect(judged).toMatchObject({ intact: true, trusted: false, validAtTime: null })
  })

  test('trusted, though not intact', () => {
    const judged = signatureAt(basicCase().signature({ valueIntact: false }), day)
    expect(judged).toMatchObject({ intact: false, trusted: true })
  })

  test('not known to be intact where the content is missing', () => {
    const digests = [{ kind: 'message-digest', digest: 'sha256', found: false, intact: false }] as const
    expect(signatureAt(basicCase().signature({ digests }), day).intact).toBe(null)
  })

  test('not known to be trusted where there is no certificate', () => {
    const judged = signatureAt(basicCase().signature({ signingCertificate: null, valueIntact: null }), day)
    expect(judged).toMatchObject({ intact: null, trusted: null, validAtTime: null, path: null })
  })

  test('known not to have been valid: signed before the certificate began', () => {
    expect(signatureAt(basicCase(), '2024-06-01').validAtTime).toBe(false)
  })

  test('a revoked certificate without a proof of time: not known', () => {
    const facts = basicCase().revocation('ocsp', {
      about: 'signer',
      signer: 'ocsp-signer',
      from: '2026-05-01T08:05',
      to: '2026-05-02T08:05',
      status: { status: 'revoked', revokedAt: time('2026-05-01T08:04'), reason: null },
    })
    expect(signatureAt(facts, day)).toMatchObject({
      trusted: true,
      validAtTime: null,
      revocationChecked: true,
    })
  })
})

describe('several signatures', () => {
  test('are judged each by itself', () => {
    const facts = basicCase().signature({ id: 'S2', valueIntact: false })
    expect(judgeAt(facts, day).signatures.map(({ id, indication }) => [id, indication])).toEqual([
      ['S', 'TOTAL-PASSED'],
      ['S2', 'TOTAL-FAILED'],
    ])
  })

  test('a counter-signature goes by its own part of the policy', () => {
    const counter = basicCase().signature({
      id: 'S2',
      counterSignatureOf: 'S',
      digests: [{ kind: 'counter-signed-value', digest: 'sha256', found: true, intact: true }],
    })
    expect(judgeAt(counter, day).signatures.map(({ indication }) => indication)).toEqual([
      'TOTAL-PASSED',
      'TOTAL-PASSED',
    ])
    const { hospital } = builtInPolicies
    const { counterSignature } = hospital.contexts
    const certificate = { ...counterSignature.signingCertificate, keyUsage: ['keyAgreement'] }
    const strict = {
      ...hospital,
      contexts: {
        ...hospital.contexts,
        counterSignature: { ...counterSignature, signingCertificate: certificate },
      },
    }
    expect(judgeAt(counter, day, strict).signatures.map(({ subIndication }) => subIndication)).toEqual([
      null,
      'CHAIN_CONSTRAINTS_FAILURE',
    ])
  })

  test('none at all: nothing is judged', () => {
    expect(judgeAt(new FactsBuilder(), day)).toMatchObject({
      signatures: [],
      timestamps: [],
      evidenceRecords: [],
    })
  })
})

test('the judgement names time, policy and its digest', () => {
  expect(judgeAt(basicCase(), day)).toMatchObject({
    at: time(day),
    policy: { name: 'hospital', digest: expect.stringMatching(/^[0-9a-f]{64}$/) },
  })
})

test('facts that name what they lack are no facts', () => {
  expect(() => judgeAt(basicCase().signature({ signingCertificate: 'nobody' }), day)).toThrow(
    expect.objectContaining({ code: 'ERR_VERIFIER_UNEXPECTED' }),
  )
  expect(() => judgeAt(basicCase().signature({ claimedTime: 'yesterday' }), day)).toThrow(
    expect.objectContaining({ code: 'ERR_VERIFIER_UNEXPECTED' }),
  )
})

describe('revocation data made to keep the judge busy', () => {
  test('that vouches for itself in circles is refused, in little time', () => {
    const facts = basicCase().withoutRevocation('ocsp')
    const size = 12
    for (let index = 0; index < size; index++) {
      facts.certificate(`r${index}`, 'ca', ['2025-01-01', '2027-01-01'], {})
    }
    for (let about = 0; about < size; about++) {
      for (let signer = 0; signer < size; signer++) {
        facts.revocation(`ocsp-${about}-${signer}`, {
          about: `r${about}`,
          signer: `r${signer}`,
          from: '2026-05-01T08:05',
          to: '2026-05-02T08:05',
        })
      }
    }
    facts.revocation('ocsp', {
      about: 'signer',
      signer: 'r0',
      from: '2026-05-01T08:05',
      to: '2026-05-02T08:05',
    })
    const start = process.cpuUsage().user
    expect(verdictAt(facts, day)).toBe('INDETERMINATE CERTIFICATE_CHAIN_GENERAL_FAILURE')
    expect(process.cpuUsage().user - start).toBeLessThan(3_000_000)
  })

  test('a long way of responders that ends well is believed', () => {
    const facts = basicCase().withoutRevocation('ocsp')
    for (let index = 0; index < 20; index++) {
      facts.certificate(`r${index}`, 'ca', ['2025-01-01', '2027-01-01'], { ocspNoCheck: index === 19 })
      if (index > 0) {
        for (const copy of ['a', 'b', 'c']) {
          facts.revocation(`ocsp-${copy}${index}`, {
            about: `r${index - 1}`,
            signer: `r${index}`,
            from: '2026-05-01T08:05',
            to: '2026-05-02T08:05',
          })
        }
      }
    }
    facts.revocation('ocsp', {
      about: 'signer',
      signer: 'r0',
      from: '2026-05-01T08:05',
      to: '2026-05-02T08:05',
    })
    expect(verdictAt(facts, day)).toBe('TOTAL-PASSED')
  })
})

describe('policies that are always there', () => {
  test('tt15 does not let a signer use what only others may still use', () => {
    const rsa = {
      algorithm: { digest: 'sha256', mgfDigest: null, scheme: 'rsa-pkcs1', keyBits: 3072 },
    } as const
    expect(verdictAt(basicCase().signature(rsa), day)).toBe('TOTAL-PASSED')
    expect(verdictAt(basicCase().signature(rsa), day, builtInPolicies.tt15)).toBe(
      'INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE_NO_POE',
    )
  })

  test('no-revocation does not overlook a revocation that is known', () => {
    const facts = basicCase().revocation('ocsp', {
      about: 'signer',
      signer: 'ocsp-signer',
      from: '2026-05-01T08:05',
      to: '2026-05-02T08:05',
      status: { status: 'revoked', revokedAt: time('2026-04-01'), reason: null },
    })
    expect(verdictAt(facts, day, builtInPolicies['no-revocation'])).toBe('INDETERMINATE REVOKED_NO_POE')
  })
})
