import { describe, expect, it } from 'vitest'
import { der } from '../der/index.ts'
import type { Extension } from './certificate-extensions.ts'
import {
  certificatePolicies,
  crlDistributionPoints,
  type Extended,
  freshestCrl,
  hasOcspNoCheck,
  inhibitAnyPolicy,
  issuerAltName,
  isValidityAssuredShortTerm,
  nameConstraints,
  policyConstraints,
  policyMappings,
  subjectAltName,
} from './certificate-path-extensions.ts'

const holder = (oid: string, value: Uint8Array): Extended => ({
  extensions: [{ oid, critical: false, value }],
})
const codeOf = (action: () => unknown): unknown => {
  try {
    return ['accepted', action()]
  } catch (error) {
    const { code, details } = error as { code?: unknown; details?: { oid?: unknown } }
    return [code, details?.oid]
  }
}
const policy = (...fields: Uint8Array[]): Uint8Array => der.sequence(der.oid('1.2.3'), ...fields)
const dns = der.implicit(2, der.ia5String('a.test'))

const readers = {
  '2.5.29.17': subjectAltName,
  '2.5.29.18': issuerAltName,
  '2.5.29.30': nameConstraints,
  '2.5.29.31': crlDistributionPoints,
  '2.5.29.32': certificatePolicies,
  '2.5.29.33': policyMappings,
  '2.5.29.36': policyConstraints,
  '2.5.29.46': freshestCrl,
  '2.5.29.54': inhibitAnyPolicy,
} as const

describe.each(Object.entries(readers))('%s', (oid, read) => {
  it('absent: undefined', () => {
    expect(read({ extensions: [] })).toBeUndefined()
  })

  it.each([
    ['an empty SEQUENCE', der.sequence()],
    ['a NULL', der.nullValue()],
    ['bytes behind it', new Uint8Array([...der.sequence(), 0])],
    ['nothing', new Uint8Array()],
  ])('%s: malformed, by its OID, each time', (_what, value) => {
    const held = holder(oid, value)
    for (let i = 0; i < 2; i++) expect(codeOf(() => read(held))).toEqual(['ERR_CERTIFICATE_EXTENSION', oid])
  })
})

describe('what is read', () => {
  it('policies, qualifiers passed over', () => {
    const qualified = policy(
      der.sequence(der.sequence(der.oid('1.3.6.1.5.5.7.2.1'), der.ia5String('https://x.test'))),
    )
    expect(certificatePolicies(holder('2.5.29.32', der.sequence(qualified)))).toEqual(['1.2.3'])
  })

  it('policy constraints: each field may be absent', () => {
    const value = (...fields: Uint8Array[]) => policyConstraints(holder('2.5.29.36', der.sequence(...fields)))
    const [explicit, mapping] = [der.implicit(0, der.integer(0)), der.implicit(1, der.integer(200))]
    expect(value(explicit)).toEqual({ requireExplicitPolicy: 0, inhibitPolicyMapping: null })
    expect(value(mapping)).toEqual({ requireExplicitPolicy: null, inhibitPolicyMapping: 200 })
    expect(value(explicit, mapping)).toEqual({ requireExplicitPolicy: 0, inhibitPolicyMapping: 200 })
  })

  it('name constraints, and whether they have distances', () => {
    const subtree = (...distances: Uint8Array[]) => der.sequence(dns, ...distances)
    const list = der.implicit(1, der.sequence(subtree(), subtree(der.implicit(0, der.integer(2)))))
    expect(nameConstraints(holder('2.5.29.30', der.sequence(list)))).toEqual({
      permitted: [],
      excluded: [
        { base: { kind: 'dNSName', value: 'a.test' }, plain: true },
        { base: { kind: 'dNSName', value: 'a.test' }, plain: false },
      ],
    })
  })

  it('is read once', () => {
    const held = holder('2.5.29.17', der.sequence(dns))
    expect(subjectAltName(held)).toBe(subjectAltName(held))
  })

  it('marks that say everything by being there', () => {
    const marks: readonly Extension[] = [
      { oid: '1.3.6.1.5.5.7.48.1.5', critical: false, value: der.nullValue() },
      { oid: '0.4.0.194121.2.1', critical: false, value: der.nullValue() },
    ]
    expect(marks.map((mark) => hasOcspNoCheck({ extensions: [mark] }))).toEqual([true, false])
    expect(marks.map((mark) => isValidityAssuredShortTerm({ extensions: [mark] }))).toEqual([false, true])
  })
})

it.each([
  ['a policy twice', certificatePolicies, '2.5.29.32', der.sequence(policy(), policy())],
  ['a policy with empty qualifiers', certificatePolicies, '2.5.29.32', der.sequence(policy(der.sequence()))],
  [
    'a policy with a third field',
    certificatePolicies,
    '2.5.29.32',
    der.sequence(policy(der.sequence(policy()), der.nullValue())),
  ],
  ['a mapping from nothing', policyMappings, '2.5.29.33', der.sequence(policy())],
  [
    'a negative number of certificates',
    policyConstraints,
    '2.5.29.36',
    der.sequence(der.implicit(0, der.integer(-1))),
  ],
  [
    'constraints in the wrong order',
    policyConstraints,
    '2.5.29.36',
    der.sequence(der.implicit(1, der.integer(1)), der.implicit(0, der.integer(1))),
  ],
  [
    'a constraint twice',
    policyConstraints,
    '2.5.29.36',
    der.sequence(der.implicit(0, der.integer(1)), der.implicit(0, der.integer(1))),
  ],
  ['an unknown constraint', policyConstraints, '2.5.29.36', der.sequence(der.implicit(2, der.integer(1)))],
  ['a negative inhibitAnyPolicy', inhibitAnyPolicy, '2.5.29.54', der.integer(-1)],
  ['an empty list of subtrees', nameConstraints, '2.5.29.30', der.sequence(der.implicit(0, der.sequence()))],
  [
    'a subtree without a base',
    nameConstraints,
    '2.5.29.30',
    der.sequence(der.implicit(0, der.sequence(der.sequence()))),
  ],
])('%s is malformed', (_what, read, oid, value) => {
  expect(codeOf(() => read(holder(oid, value)))).toEqual(['ERR_CERTIFICATE_EXTENSION', oid])
})
