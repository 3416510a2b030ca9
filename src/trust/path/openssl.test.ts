import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeWith, needs } from '../../../test/support/requirements.ts'
import { ANY_POLICY, type NameAttributeInput } from '../../formats/index.ts'
import { OpensslFolder } from '../../test-certs/testing/openssl.ts'
import {
  alternativeNames,
  constrainTo,
  general,
  type Holder,
  issue,
  keyUsageOf,
  mappings,
  noAnyPolicyAfter,
  policies,
  policyLimits,
} from './testing/issue.ts'
import type { PathInputs } from './types.ts'
import { validatePath } from './validate-path.ts'

const at = new Date('2026-06-01T00:00:00Z')
const hosts = ['example.com', 'a.example.com', 'b.a.example.com', 'example.org', 'xexample.com']
const host = fc.constantFrom(...hosts)
const organization = (value: string): NameAttributeInput[][] => [
  [{ oid: '2.5.4.6', value: 'VN' }],
  [{ oid: '2.5.4.10', value }],
]
const subtree = fc.oneof(
  host.map(general.dns),
  fc.constantFrom(...hosts, '.example.com', 'u@example.com', 'u@a.example.com').map(general.email),
  fc.constantFrom(...hosts, '.example.com').map(general.uri),
  fc.constantFrom(0, 255).map((mask) => general.ip(10, 1, 0, 0, 255, mask, 0, 0)),
  fc.constantFrom('A', 'B').map((value) => general.directory(organization(value))),
)
const name = fc.oneof(
  host.map(general.dns),
  fc.tuple(fc.constantFrom('u', 'v'), host).map(([user, at]) => general.email(`${user}@${at}`)),
  fc.tuple(host, fc.constantFrom('', '/x', ':8/')).map(([at, rest]) => general.uri(`https://${at}${rest}`)),
  fc.constantFrom(1, 2).map((octet) => general.ip(10, octet, 3, 4)),
  fc.constantFrom('A', 'b', 'B').map((value) => general.directory(organization(value))),
)
const named = fc.constantFrom('1.2.3.1', '1.2.3.2', '1.2.3.3')
const policyList = fc
  .uniqueArray(fc.oneof({ weight: 3, arbitrary: named }, fc.constant(ANY_POLICY)), {
    minLength: 1,
    maxLength: 3,
  })
  .map((oids) => policies(...oids))
const pairs = fc.uniqueArray(fc.tuple(named, named), { minLength: 1, maxLength: 2, selector: String })
const limit = fc.option(fc.nat(2), { nil: null })

const constraints = fc
  .tuple(fc.array(subtree, { maxLength: 1 }), fc.array(subtree, { maxLength: 1 }))
  .map(([permitted, excluded]) =>
    permitted.length + excluded.length > 0 ? [constrainTo(permitted, excluded)] : [],
  )
const maybe = (extension: fc.Arbitrary<Uint8Array>, one: number): fc.Arbitrary<Uint8Array[]> =>
  fc.option(
    extension.map((value) => [value]),
    { freq: one, nil: [] },
  )
const authority = fc.record({
  ca: fc.oneof(
    fc.constant(true as const),
    fc.nat(2).map((pathLength) => ({ pathLength })),
  ),
  extensions: fc
    .tuple(
      fc.oneof(fc.constant([]), constraints),
      maybe(policyList, 4),
      maybe(
        pairs.map((list) => mappings(...list)),
        1,
      ),
      maybe(
        fc.tuple(limit, fc.nat(2)).map(([explicit, mapping]) => policyLimits(explicit, mapping)),
        1,
      ),
      maybe(fc.nat(2).map(noAnyPolicyAfter), 1),
    )
    .map((lists) => lists.flat()),
})
const endEntity = fc
  .tuple(
    fc.array(name, { maxLength: 2 }).map((names) => (names.length > 0 ? [alternativeNames(...names)] : [])),
    maybe(policyList, 4),
  )
  .map((lists) => lists.flat())
const subject = fc.tuple(fc.constantFrom('A', 'B', 'a'), fc.option(host, { freq: 1, nil: null }))
const inputs = fc.record({
  initialPolicySet: fc.oneof(
    fc.constant([ANY_POLICY]),
    named.map((oid) => [oid]),
  ),
  initialExplicitPolicy: fc.boolean(),
  initialPolicyMappingInhibit: fc.boolean(),
  initialAnyPolicyInhibit: fc.boolean(),
})

describeWith(needs.openssl, 'OpenSSL and our paths', () => {
  let folder: OpensslFolder
  beforeAll(() => {
    folder = new OpensslFolder()
  })
  afterAll(() => folder.remove())

  async function acceptedByOpenssl(
    root: Holder,
    chain: readonly Holder[],
    signer: Holder,
    wanted: Required<PathInputs>,
  ): Promise<boolean> {
    folder.pem('root.pem', 'CERTIFICATE', root.certificate.der)
    folder.pem('chain.pem', 'CERTIFICATE', ...chain.map(({ certificate }) => certificate.der))
    folder.pem('signer.pem', 'CERTIFICATE', signer.certificate.der)
    const said = await folder.run(
      ...['verify', '-CAfile', 'root.pem', '-untrusted', 'chain.pem', '-attime', String(at.getTime() / 1000)],
      ...['-policy_check', '-policy', wanted.initialPolicySet[0]!],
      ...(wanted.initialExplicitPolicy ? ['-explicit_policy'] : []),
      ...(wanted.initialPolicyMappingInhibit ? ['-inhibit_map'] : []),
      ...(wanted.initialAnyPolicyInhibit ? ['-inhibit_any'] : []),
      'signer.pem',
    )
    return said.code === 0
  }

  it('say the same of any path: policies, mappings, lengths, names', async () => {
    const outcomes = new Map<boolean, number>()
    const chains = fc.array(authority, { minLength: 1, maxLength: 3 })
    await fc.assert(
      fc.asyncProperty(
        chains,
        endEntity,
        subject,
        inputs,
        async (levels, extensions, [organisation, address], wanted) => {
          const root = issue({ subject: 'ROOT', ca: true, keyUsage: keyUsageOf(5, 6) })
          const chain: Holder[] = []
          levels.forEach((level, i) => {
            const unit: NameAttributeInput[] = [{ oid: '2.5.4.3', value: `CA ${i}` }]
            const by = chain.at(-1) ?? root
            chain.push(
              issue({ ...level, subject: [...organization('A'), unit], by, keyUsage: keyUsageOf(5, 6) }),
            )
          })
          const email = address === null ? [] : [[{ oid: '1.2.840.113549.1.9.1', value: `u@${address}` }]]
          const signer = issue({
            subject: [...organization(organisation), ...email],
            by: chain.at(-1)!,
            keyUsage: keyUsageOf(0),
            extensions,
          })
          const { valid } = validatePath({
            certificate: signer.certificate,
            pool: { anchors: [root.certificate], intermediates: chain.map(({ certificate }) => certificate) },
            at,
            inputs: wanted,
          })
          expect(valid).toBe(await acceptedByOpenssl(root, chain, signer, wanted))
          outcomes.set(valid, (outcomes.get(valid) ?? 0) + 1)
        },
      ),
      { numRuns: 40, seed: 5280 },
    )
    expect(Math.min(outcomes.get(true) ?? 0, outcomes.get(false) ?? 0)).toBeGreaterThan(5)
  })
})
