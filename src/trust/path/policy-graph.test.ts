import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ANY_POLICY } from '../../formats/index.ts'
import { PolicyGraph } from './policy-graph.ts'
import { PolicyTree } from './testing/policy-tree.ts'

const oid = fc.constantFrom('1.1', '1.2', '1.3', '1.4')
const policies = fc.option(
  fc.uniqueArray(fc.oneof(oid, fc.constant(ANY_POLICY)), { minLength: 1, maxLength: 4 }),
  {
    freq: 12,
    nil: null,
  },
)
const mapping = fc.record({ issuerDomainPolicy: oid, subjectDomainPolicy: oid })
const certificate = fc.record({
  policies,
  anyPolicyCounts: fc.boolean(),
  mappings: fc.uniqueArray(mapping, { maxLength: 3, selector: (m) => JSON.stringify(m) }),
  mappingAllowed: fc.boolean(),
})
const initial = fc.oneof(fc.constant([ANY_POLICY]), fc.uniqueArray(oid, { minLength: 1, maxLength: 3 }))

it('the graph comes to what the tree of RFC 5280 comes to', () => {
  let valid = 0
  fc.assert(
    fc.property(fc.array(certificate, { minLength: 1, maxLength: 5 }), initial, (path, wanted) => {
      const both = [new PolicyGraph(), new PolicyTree()]
      path.forEach(({ policies, anyPolicyCounts, mappings, mappingAllowed }, i) => {
        for (const structure of both) structure.addCertificate(policies, anyPolicyCounts)
        expect(both[0]!.isNull).toBe(both[1]!.isNull)
        if (i < path.length - 1) for (const structure of both) structure.map(mappings, mappingAllowed)
        expect(both[0]!.isNull).toBe(both[1]!.isNull)
      })
      const [graph, tree] = both.map((structure) => structure.constrainTo(wanted))
      expect(graph).toEqual(tree)
      if (graph!.length > 0) valid++
    }),
    { numRuns: 3000 },
  )
  expect(valid).toBeGreaterThan(300)
})
