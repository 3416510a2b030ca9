import { ANY_POLICY, type PolicyMapping } from '../../formats/index.ts'

interface Node {
  readonly policy: string
  expected: readonly string[]
  readonly parents: readonly Node[]
}
type Level = Map<string, Node>

/**
 * valid_policy_graph (RFC 9618, 5.1): at each depth one node a policy, so that it grows with the certificates and not with
 * the paths through it. Nodes without children are passed over when it is read, which is what deleting them comes to.
 */
export class PolicyGraph {
  #level: Level = new Map([[ANY_POLICY, { policy: ANY_POLICY, expected: [ANY_POLICY], parents: [] }]])
  /** The level above, from which mapping makes nodes. */
  #above: Level = new Map()

  /** Whether it is NULL: no policy is valid so far. */
  get isNull(): boolean {
    return this.#level.size === 0
  }

  /**
   * The next certificate's policies (RFC 9618, 5.3, steps (d) and (e)); null: it has no such extension. `anyPolicyCounts`:
   * inhibit_anyPolicy is above 0, or the certificate is self-issued and not the last.
   */
  addCertificate(policies: readonly string[] | null, anyPolicyCounts: boolean): void {
    const above = this.#level
    const level: Level = new Map()
    if (policies && above.size > 0) {
      const expecting = groupByExpected(above)
      for (const policy of policies) {
        if (policy === ANY_POLICY) continue
        const anyAbove = above.get(ANY_POLICY)
        const parents = expecting.get(policy) ?? (anyAbove ? [anyAbove] : [])
        if (parents.length > 0) level.set(policy, { policy, expected: [policy], parents })
      }
      if (policies.includes(ANY_POLICY) && anyPolicyCounts) {
        for (const [policy, parents] of expecting) {
          if (!level.has(policy)) level.set(policy, { policy, expected: [policy], parents })
        }
      }
    }
    this.#above = above
    this.#level = level
  }

  /** Policy mappings of an intermediate certificate (RFC 9618, 5.4, step (b)); `allowed`: policy_mapping is above 0. */
  map(mappings: readonly PolicyMapping[], allowed: boolean): void {
    const targets = new Map<string, string[]>()
    for (const { issuerDomainPolicy, subjectDomainPolicy } of mappings) {
      const known = targets.get(issuerDomainPolicy)
      if (known) known.push(subjectDomainPolicy)
      else targets.set(issuerDomainPolicy, [subjectDomainPolicy])
    }
    for (const [policy, list] of targets) {
      const expected = [...new Set(list)]
      const node = this.#level.get(policy)
      if (!allowed) this.#level.delete(policy)
      else if (node) node.expected = expected
      else if (this.#level.has(ANY_POLICY)) {
        this.#level.set(policy, { policy, expected, parents: [this.#above.get(ANY_POLICY)!] })
      }
    }
  }

  /** user_constrained_policy_set (RFC 9618, 5.5, step (g)), sorted. */
  constrainTo(initialPolicySet: readonly string[]): string[] {
    const authority = this.#authorityConstrained()
    if (initialPolicySet.includes(ANY_POLICY)) return [...authority].sort()
    const wanted = new Set(initialPolicySet)
    return [...wanted].filter((policy) => authority.has(policy) || authority.has(ANY_POLICY)).sort()
  }

  /** The policies right below anyPolicy that reach the last certificate, and anyPolicy where it does itself. */
  #authorityConstrained(): Set<string> {
    const found = new Set<string>()
    const seen = new Set<Node>()
    const open = [...this.#level.values()]
    if (this.#level.has(ANY_POLICY)) found.add(ANY_POLICY)
    for (let node = open.pop(); node; node = open.pop()) {
      if (seen.has(node)) continue
      seen.add(node)
      for (const parent of node.parents) open.push(parent)
      const [parent, ...others] = node.parents
      if (node.policy !== ANY_POLICY && parent?.policy === ANY_POLICY && others.length === 0)
        found.add(node.policy)
    }
    return found
  }
}

/** Which nodes expect a policy, in the order in which the policies come up. */
function groupByExpected(level: Level): Map<string, Node[]> {
  const groups = new Map<string, Node[]>()
  for (const node of level.values()) {
    for (const policy of node.expected) {
      const group = groups.get(policy)
      if (group) group.push(node)
      else groups.set(policy, [node])
    }
  }
  return groups
}
