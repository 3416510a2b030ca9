import {
  type Certificate,
  type GeneralName,
  type GeneralNameKind,
  type GeneralSubtree,
  type NameConstraints,
  nameValues,
  subjectAltName,
} from '../../formats/index.ts'
import { isLocated, isReadableSubtree, locate } from './subtrees.ts'

export interface NameProblem {
  readonly code:
    | 'NAME_CONSTRAINTS'
    | 'NAME_CONSTRAINTS_UNSUPPORTED'
    | 'EXTENSION_MALFORMED'
    | 'BUDGET_EXHAUSTED'
  /** The kind of name, never the name. */
  readonly detail: string
}

const EMAIL_ADDRESS = '1.2.840.113549.1.9.1'

/**
 * permitted_subtrees and excluded_subtrees (RFC 5280, 6.1.1 (h) and (i)): what is permitted is kept certificate by
 * certificate, so that a name must lie within each one's subtrees of its kind; what is excluded is joined.
 */
export class NameConstraintState {
  readonly #permitted: Map<GeneralNameKind, readonly GeneralSubtree[]>[] = []
  readonly #excluded = new Map<GeneralNameKind, GeneralSubtree[]>()
  /** Comparisons left (quadratic work: CVE-2017-3735 and its like). */
  #comparisons: number

  constructor(comparisons: number) {
    this.#comparisons = comparisons
  }

  /** A certificate's constraints bind all below it (6.1.4 (g)). */
  add({ permitted, excluded }: NameConstraints): void {
    const own = new Map<GeneralNameKind, GeneralSubtree[]>()
    for (const subtree of permitted) append(own, subtree)
    if (own.size > 0) this.#permitted.push(own)
    for (const subtree of excluded) append(this.#excluded, subtree)
  }

  /**
   * What is wrong with a certificate's names (6.1.3 (b) and (c)): its subject, the alternative names, and any e-mail
   * address within the subject, of which RFC 5280 speaks only where there is no alternative name. null: nothing.
   */
  check(certificate: Certificate): NameProblem | null {
    if (this.#permitted.length === 0 && this.#excluded.size === 0) return null
    for (const name of namesOf(certificate)) {
      const problem = this.#checkName(name)
      if (problem) return problem
    }
    return null
  }

  #checkName(name: GeneralName): NameProblem | null {
    const excluded = this.#excluded.get(name.kind) ?? []
    const sets = this.#permitted.flatMap((own) => own.get(name.kind) ?? [])
    if (excluded.length + sets.length === 0) return null
    this.#comparisons -= excluded.length + sets.length
    if (this.#comparisons < 0) return { code: 'BUDGET_EXHAUSTED', detail: 'name constraints' }
    const inExcluded = this.#position(name, excluded)
    if (typeof inExcluded !== 'boolean') return inExcluded
    if (inExcluded) return { code: 'NAME_CONSTRAINTS', detail: name.kind }
    for (const own of this.#permitted) {
      const subtrees = own.get(name.kind)
      if (!subtrees) continue
      const inPermitted = this.#position(name, subtrees, 'permitted')
      if (typeof inPermitted !== 'boolean') return inPermitted
      if (!inPermitted) return { code: 'NAME_CONSTRAINTS', detail: name.kind }
    }
    return null
  }

  /** Whether the name lies in one of the subtrees; when in doubt, it is excluded and not permitted. */
  #position(
    name: GeneralName,
    subtrees: readonly GeneralSubtree[],
    list = 'excluded',
  ): boolean | NameProblem {
    if (subtrees.length === 0) return false
    for (const { base, plain } of subtrees) {
      // 4.2.1.10: what is not processed of a kind that the certificate has is refused
      if (!plain || !isLocated(name) || !isLocated(base)) {
        return { code: 'NAME_CONSTRAINTS_UNSUPPORTED', detail: name.kind }
      }
      if (!isReadableSubtree(base))
        return { code: 'EXTENSION_MALFORMED', detail: `nameConstraints ${base.kind}` }
      const position = locate(name, base)
      if (position === 'unreadable') return { code: 'NAME_CONSTRAINTS', detail: name.kind }
      if (position === 'inside' || (position === 'touching' && list === 'excluded')) return true
    }
    return false
  }
}

function append(map: Map<GeneralNameKind, GeneralSubtree[]>, subtree: GeneralSubtree): void {
  const known = map.get(subtree.base.kind)
  if (known) known.push(subtree)
  else map.set(subtree.base.kind, [subtree])
}

function namesOf(certificate: Certificate): GeneralName[] {
  const { subject } = certificate
  const own: GeneralName[] = subject.rdns.length > 0 ? [{ kind: 'directoryName', name: subject }] : []
  const addresses = nameValues(subject, EMAIL_ADDRESS)
  return [
    ...own,
    ...(subjectAltName(certificate) ?? []),
    ...addresses.map((value): GeneralName => ({ kind: 'rfc822Name', value })),
  ]
}
