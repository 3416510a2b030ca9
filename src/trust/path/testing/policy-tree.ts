import { ANY_POLICY, type PolicyMapping } from '../../../formats/index.ts'

interface Node {
  readonly policy: string
  expected: readonly string[]
  children: Node[]
}

/**
 * The valid_policy_tree of RFC 5280, 6.1, word for word and with its exponential growth: what the graph of RFC 9618 must come
 * to the same result as, where certificates have few policies.
 */
export class PolicyTree {
  #root: Node | null = { policy: ANY_POLICY, expected: [ANY_POLICY], children: [] }
  #depth = 0

  get isNull(): boolean {
    return this.#root === null
  }

  #at(depth: number): Node[] {
    let level = this.#root ? [this.#root] : []
    for (let i = 0; i < depth; i++) level = level.flatMap(({ children }) => children)
    return level
  }

  /** 6.1.3 (d), (e) */
  addCertificate(policies: readonly string[] | null, anyPolicyCounts: boolean): void {
    if (!policies) this.#root = null
    const above = this.#at(this.#depth)
    this.#depth++
    for (const policy of (policies ?? []).filter((oid) => oid !== ANY_POLICY)) {
      const matching = above.filter(({ expected }) => expected.includes(policy))
      const parents = matching.length > 0 ? matching : above.filter((node) => node.policy === ANY_POLICY)
      for (const { children } of parents) children.push({ policy, expected: [policy], children: [] })
    }
    if (policies?.includes(ANY_POLICY) && anyPolicyCounts) {
      for (const { expected, children } of above) {
        for (const policy of expected) {
          if (children.some((child) => child.policy === policy)) continue
          children.push({ policy, expected: [policy], children: [] })
        }
      }
    }
    this.#prune(this.#depth)
  }

  /** 6.1.4 (b) */
  map(mappings: readonly PolicyMapping[], allowed: boolean): void {
    for (const from of new Set(mappings.map(({ issuerDomainPolicy }) => issuerDomainPolicy))) {
      const to = mappings.filter((m) => m.issuerDomainPolicy === from).map((m) => m.subjectDomainPolicy)
      const nodes = this.#at(this.#depth).filter(({ policy }) => policy === from)
      if (!allowed) this.#delete((node, depth) => depth === this.#depth && node.policy === from)
      else if (nodes.length > 0) for (const node of nodes) node.expected = to
      else {
        const hasAny = this.#at(this.#depth).some(({ policy }) => policy === ANY_POLICY)
        const parent = this.#at(this.#depth - 1).find(({ policy }) => policy === ANY_POLICY)
        if (hasAny) parent?.children.push({ policy: from, expected: to, children: [] })
      }
    }
    if (!allowed) this.#prune(this.#depth)
  }

  /** 6.1.5 (g), and the policies that are then valid, sorted. */
  constrainTo(initial: readonly string[]): string[] {
    const underAny = (): Node[] =>
      Array.from({ length: this.#depth }, (_none, i) => this.#at(i))
        .flat()
        .filter(({ policy }) => policy === ANY_POLICY)
        .flatMap(({ children }) => children)
    if (!initial.includes(ANY_POLICY)) {
      const unwanted = new Set(
        underAny().filter(({ policy }) => policy !== ANY_POLICY && !initial.includes(policy)),
      )
      this.#delete((node) => unwanted.has(node))
      const parent = this.#at(this.#depth - 1).find(({ children }) =>
        children.some((c) => c.policy === ANY_POLICY),
      )
      if (parent) {
        const known = new Set(underAny().map(({ policy }) => policy))
        parent.children = parent.children.filter(({ policy }) => policy !== ANY_POLICY)
        for (const policy of initial) {
          if (!known.has(policy)) parent.children.push({ policy, expected: [policy], children: [] })
        }
      }
      this.#prune(this.#depth)
    }
    const last = this.#at(this.#depth).some(({ policy }) => policy === ANY_POLICY) ? [ANY_POLICY] : []
    const found = underAny().filter(({ policy }) => policy !== ANY_POLICY)
    return [...new Set([...found.map(({ policy }) => policy), ...last])].sort()
  }

  #delete(unwanted: (node: Node, depth: number) => boolean): void {
    const visit = (node: Node, depth: number): void => {
      node.children = node.children.filter((child) => !unwanted(child, depth + 1))
      for (const child of node.children) visit(child, depth + 1)
    }
    if (this.#root) visit(this.#root, 0)
  }

  /** Nodes above `depth` without children go. */
  #prune(depth: number): void {
    const keep = (node: Node, at: number): boolean => {
      if (at === depth) return true
      node.children = node.children.filter((child) => keep(child, at + 1))
      return node.children.length > 0
    }
    if (this.#root && !keep(this.#root, 0)) this.#root = null
  }
}
