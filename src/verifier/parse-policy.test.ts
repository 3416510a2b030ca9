import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parsePolicy } from './parse-policy.ts'
import { builtInPolicies, builtInPolicyNames } from './policies/index.ts'
import { policyDigest } from './policy-digest.ts'
import { policyJsonSchema } from './policy-schema.ts'
import { basicCase } from './testing/hospital-case.ts'
import { signatureAt, verdictAt } from './testing/verdict.ts'

const own = (changes: object = {}) => ({ extends: 'hospital', name: 'own', ...changes })
const invalid = (path: string) =>
  expect.objectContaining({
    code: 'ERR_VERIFIER_POLICY_INVALID',
    details: expect.objectContaining({ path }),
  })

describe('a policy', () => {
  test('that extends a built-in one is it, but for what it says itself', () => {
    const policy = parsePolicy(
      own({ contexts: { signature: { signingCertificate: { checks: { revocationDataPresent: 'WARN' } } } } }),
    )
    const { hospital } = builtInPolicies
    expect(policy.contexts.signature.signingCertificate.checks).toEqual({
      ...hospital.contexts.signature.signingCertificate.checks,
      revocationDataPresent: 'WARN',
    })
    expect(policy.contexts.timestamp).toEqual(hospital.contexts.timestamp)
    expect(verdictAt(basicCase().withoutRevocation('ocsp'), '2026-05-01T12:00', policy)).toBe('TOTAL-PASSED')
    expect(verdictAt(basicCase().withoutRevocation('ocsp'), '2026-05-01T12:00')).not.toBe('TOTAL-PASSED')
  })

  test('that is complete needs no other', () => {
    for (const name of builtInPolicyNames) {
      const copy = JSON.parse(JSON.stringify({ ...builtInPolicies[name], name: 'copy' }))
      expect(parsePolicy(copy)).toEqual({ ...builtInPolicies[name], name: 'copy' })
    }
  })

  test('may name a suite of algorithms, or bring one of its own', () => {
    expect(parsePolicy(own({ algorithms: { suite: 'tt15-2025' } })).algorithms.suite).toEqual(
      builtInPolicies.tt15.algorithms.suite,
    )
    const suite = {
      name: 'ours',
      source: 'BỆNH VIỆN THỬ NGHIỆM A',
      digests: [{ digest: 'sha256', until: '2026-04-01' }],
      schemes: [{ scheme: 'ecdsa', minBits: 256, until: null }],
    }
    const policy = parsePolicy(own({ algorithms: { suite } }))
    expect(signatureAt(basicCase(), '2026-05-01T12:00', policy).subIndication).toBe(
      'CRYPTO_CONSTRAINTS_FAILURE_NO_POE',
    )
  })

  test('may let an end of after the last revision of its suite be a warning', () => {
    const suite = {
      name: 'ours',
      source: 'BỆNH VIỆN THỬ NGHIỆM A',
      digests: [{ digest: 'sha256', until: '2026-04-01' }],
      schemes: [{ scheme: 'ecdsa', minBits: 256, until: null }],
    }
    const updated = (date: string) =>
      parsePolicy(own({ algorithms: { suite, after: { date, level: 'WARN' } } }))
    expect(signatureAt(basicCase(), '2026-05-01T12:00', updated('2026-01-01'))).toMatchObject({
      indication: 'TOTAL-PASSED',
      reasons: expect.arrayContaining([
        expect.objectContaining({ code: 'ALGORITHM_NOT_RELIABLE', level: 'warn' }),
      ]),
    })
    expect(verdictAt(basicCase(), '2026-05-01T12:00', updated('2026-04-02'))).not.toBe('TOTAL-PASSED')
  })
})

describe('what is no policy', () => {
  test.each([
    ['a list', [], '$'],
    ['a text', 'hospital', '$'],
    ['null', null, '$'],
    ['no name', { extends: 'hospital' }, '$.name'],
    ['the name of a built-in one', { extends: 'hospital', name: 'tt15' }, '$.name'],
    ['a member that nobody knows', own({ strict: true }), '$'],
    ['a level that nobody knows', own({ findings: { otherwise: 'OFF' } }), '$.findings.otherwise'],
    [
      'a check that nobody knows',
      own({ contexts: { signature: { checks: { everythingFine: 'IGNORE' } } } }),
      '$.contexts.signature.checks',
    ],
    ['an incomplete one', { name: 'own', description: '' }, '$.algorithms'],
    [
      'a date that is none',
      own({ algorithms: { after: { date: 'tomorrow', level: 'WARN' } } }),
      '$.algorithms.after.date',
    ],
    [
      'an algorithm that nobody knows',
      own({
        algorithms: {
          suite: { name: 'a', source: 'b', digests: [{ digest: 'crc32', until: null }], schemes: [] },
        },
      }),
      expect.stringMatching(/^\$\.algorithms\.suite/),
    ],
    [
      'an age below nothing',
      own({ contexts: { signature: { timestampDelaySeconds: -1 } } }),
      '$.contexts.signature.timestampDelaySeconds',
    ],
  ])('%s', (_, json, path) => {
    expect(() => parsePolicy(json)).toThrow(invalid(path as string))
  })

  test.each([['clinic'], ['__proto__'], [7]])('one that extends %s', (name) => {
    expect(() => parsePolicy({ extends: name, name: 'own' })).toThrow(
      expect.objectContaining({ code: 'ERR_VERIFIER_POLICY_UNKNOWN' }),
    )
  })

  test('a member called __proto__ reaches no object', () => {
    const json = JSON.parse('{"extends":"hospital","name":"own","__proto__":{"x":1}}')
    expect(() => parsePolicy(json)).toThrow()
    expect(({} as { x?: number }).x).toBeUndefined()
  })
})

describe('the digest', () => {
  test('is of the content, not of the order of its members', () => {
    const { hospital } = builtInPolicies
    const turned = Object.fromEntries(Object.entries(hospital).reverse()) as unknown as typeof hospital
    expect(policyDigest(turned)).toBe(policyDigest(hospital))
  })

  test('changes with every member', () => {
    const digests = [
      ...builtInPolicyNames.map((name) => policyDigest(builtInPolicies[name])),
      policyDigest(parsePolicy(own())),
      policyDigest(parsePolicy(own({ findings: { codes: { TRAILING_DATA: 'WARN' } } }))),
      policyDigest(parsePolicy(own({ revocationData: { notSelfIssued: 'WARN' } }))),
    ]
    expect(new Set(digests).size).toBe(digests.length)
  })
})

test('the published schema is that of the code, and names every context and check', () => {
  const schema = readFileSync(new URL('../../docs/validation-policy.schema.json', import.meta.url), 'utf8')
  expect(JSON.parse(schema)).toEqual(JSON.parse(JSON.stringify(policyJsonSchema())))
  for (const word of [
    'counterSignature',
    'revocationFresh',
    'timestampsInOrder',
    'objectIntact',
    'minBits',
  ]) {
    expect(schema).toContain(`"${word}"`)
  }
})
