import { ANY_POLICY, type Certificate } from '../../formats/index.ts'
import type { TrustCache } from '../cache.ts'
import type { PathProblem, PathProblemCode } from '../types.ts'
import {
  mapsAnyPolicy,
  type PathExtensions,
  readPathExtensions,
  unknownCriticalExtensions,
} from './known-extensions.ts'
import { NameConstraintState, type NameProblem } from './name-constraints.ts'
import { PolicyGraph } from './policy-graph.ts'
import { isSameName } from './same-name.ts'
import { defaultPathBudget, type PathInputs } from './types.ts'
import { verifyIssued, workingPublicKey } from './verify-issued.ts'

export interface PathCheck {
  readonly problems: readonly PathProblem[]
  /** Sorted; empty where a policy was asked for and none is valid, and where none is valid (RFC 9618, 5.5 (g)). */
  readonly userConstrainedPolicySet: readonly string[]
}

export interface CheckOptions {
  readonly cache?: TrustCache
  readonly nameComparisons?: number
}

/**
 * What is wrong with a certification path whatever the time: RFC 5280, 6.1, with the policy graph of RFC 9618, without dates
 * and revocation. `certificates`: end entity first, trust anchor last, one at least.
 *
 * Of the anchor, which the algorithm takes as given, its name, its key, its name constraints and its path length count
 * (RFC 5937), and that it may issue at all; an end entity that is the anchor is asked for unknown critical extensions only.
 * Not checked: extended key usage, key strength, algorithms' reliability.
 */
export function checkPath(
  certificates: readonly Certificate[],
  inputs: PathInputs = {},
  options: CheckOptions = {},
): PathCheck {
  const check = new PathValidation(certificates, inputs, options)
  return check.run()
}

/** The state variables of RFC 5280, 6.1.2, moved from certificate to certificate. */
class PathValidation {
  readonly #certificates: readonly Certificate[]
  readonly #inputs: PathInputs
  readonly #cache: TrustCache | undefined
  readonly #names: NameConstraintState
  readonly #graph = new PolicyGraph()
  readonly #problems: PathProblem[] = []
  #explicitPolicy: number
  #policyMapping: number
  #inhibitAnyPolicy: number
  #maxPathLength: number
  #workingKey: Uint8Array
  #policyFailed = false

  constructor(certificates: readonly Certificate[], inputs: PathInputs, options: CheckOptions) {
    const anchor = certificates.at(-1)!
    // 6.1.2 (d), (e), (f): n + 1 is "never"
    const never = certificates.length
    this.#certificates = certificates
    this.#inputs = inputs
    this.#cache = options.cache
    this.#names = new NameConstraintState(options.nameComparisons ?? defaultPathBudget.nameComparisons)
    this.#explicitPolicy = inputs.initialExplicitPolicy ? 0 : never
    this.#policyMapping = inputs.initialPolicyMappingInhibit ? 0 : never
    this.#inhibitAnyPolicy = inputs.initialAnyPolicyInhibit ? 0 : never
    this.#maxPathLength = anchor.basicConstraints?.pathLength ?? never
    this.#workingKey = anchor.publicKey
  }

  run(): PathCheck {
    const last = this.#certificates.length - 1
    const anchor = this.#certificates[last]!
    if (last === 0) this.#checkCriticalExtensions(anchor)
    else this.#startFromAnchor(anchor)
    for (let i = last - 1; i >= 0; i--) {
      const certificate = this.#certificates[i]!
      const extensions = readPathExtensions(certificate)
      const selfIssued = isSameName(certificate.issuer, certificate.subject)
      this.#process(certificate, this.#certificates[i + 1]!, extensions, selfIssued, i === 0)
      if (i > 0) this.#prepareForNext(certificate, extensions, selfIssued)
      else this.#wrapUp(certificate, extensions)
    }
    // a path without certificates below its anchor asks for no policy
    const policies = last === 0 ? [] : this.#graph.constrainTo(this.#inputs.initialPolicySet ?? [ANY_POLICY])
    if (last > 0 && this.#explicitPolicy === 0 && policies.length === 0 && !this.#policyFailed) {
      this.#refuse('POLICY', 'RFC 9618, 5.5 (g)', this.#certificates[0]!)
    }
    return {
      problems: this.#problems,
      userConstrainedPolicySet: this.#policyFailed ? [] : policies,
    }
  }

  /** What RFC 5937, 3 takes from an anchor; and a pinned end entity's certificate makes nobody an issuer. */
  #startFromAnchor(anchor: Certificate): void {
    const { basicConstraints, keyUsage, version } = anchor
    const mayIssue = basicConstraints ? basicConstraints.ca : version < 3 || keyUsage?.includes('keyCertSign')
    if (!mayIssue) this.#refuse('NOT_A_CA', 'RFC 5280, 4.2.1.9', anchor)
    const { names, malformed } = readPathExtensions(anchor)
    if (malformed === '2.5.29.30')
      this.#refuse('EXTENSION_MALFORMED', 'RFC 5280, 4.2.1.10', anchor, malformed)
    if (names) this.#names.add(names)
  }

  /** 6.1.3, without (a)(2) and (a)(3), which depend on the time. */
  #process(
    certificate: Certificate,
    issuer: Certificate,
    extensions: PathExtensions,
    selfIssued: boolean,
    isLast: boolean,
  ): void {
    const issued = verifyIssued(certificate, issuer, this.#workingKey, this.#cache)
    if (issued.result === 'unsupported') {
      this.#refuse('ALGORITHM_UNSUPPORTED', 'RFC 5280, 6.1.3 (a)(1)', certificate, issued.detail)
    } else if (issued.result !== 'valid') {
      this.#refuse('SIGNATURE_INVALID', 'RFC 5280, 6.1.3 (a)(1)', certificate)
    }
    if (!isSameName(certificate.issuer, issuer.subject)) {
      this.#refuse('NAME_CHAINING', 'RFC 5280, 6.1.3 (a)(4)', certificate)
    }
    if (extensions.malformed !== null) {
      this.#refuse('EXTENSION_MALFORMED', 'RFC 5280, 4.2.1', certificate, extensions.malformed)
    } else if (!selfIssued || isLast) {
      const problem = this.#names.check(certificate)
      if (problem) this.#refuse(problem.code, nameClauses[problem.code], certificate, problem.detail)
    }
    this.#graph.addCertificate(extensions.policies, this.#inhibitAnyPolicy > 0 || (selfIssued && !isLast))
    if (this.#explicitPolicy === 0 && this.#graph.isNull) this.#failPolicy('RFC 5280, 6.1.3 (f)', certificate)
  }

  /** 6.1.4 */
  #prepareForNext(certificate: Certificate, extensions: PathExtensions, selfIssued: boolean): void {
    if (mapsAnyPolicy(extensions.mappings)) {
      this.#refuse('POLICY_MAPPING_ANY', 'RFC 5280, 6.1.4 (a)', certificate)
    } else if (extensions.mappings.length > 0) {
      this.#graph.map(extensions.mappings, this.#policyMapping > 0)
    }
    this.#workingKey = workingPublicKey(certificate, this.#workingKey)
    if (extensions.names) this.#names.add(extensions.names)
    this.#count(extensions, selfIssued)
    this.#checkIssuer(certificate, selfIssued)
    this.#checkCriticalExtensions(certificate)
  }

  /** 6.1.4 (h), (i), (j) */
  #count({ constraints, inhibitAny }: PathExtensions, selfIssued: boolean): void {
    if (!selfIssued) {
      this.#explicitPolicy = Math.max(0, this.#explicitPolicy - 1)
      this.#policyMapping = Math.max(0, this.#policyMapping - 1)
      this.#inhibitAnyPolicy = Math.max(0, this.#inhibitAnyPolicy - 1)
    }
    const { requireExplicitPolicy, inhibitPolicyMapping } = constraints
    this.#explicitPolicy = Math.min(this.#explicitPolicy, requireExplicitPolicy ?? this.#explicitPolicy)
    this.#policyMapping = Math.min(this.#policyMapping, inhibitPolicyMapping ?? this.#policyMapping)
    this.#inhibitAnyPolicy = Math.min(this.#inhibitAnyPolicy, inhibitAny ?? this.#inhibitAnyPolicy)
  }

  /** 6.1.4 (k) to (n) */
  #checkIssuer(certificate: Certificate, selfIssued: boolean): void {
    const { version, basicConstraints, keyUsage } = certificate
    // no means beside the certificate says that it is a CA's
    if (version < 3) this.#refuse('CERTIFICATE_VERSION', 'RFC 5280, 6.1.4 (k)', certificate)
    else if (!basicConstraints?.ca) this.#refuse('NOT_A_CA', 'RFC 5280, 6.1.4 (k)', certificate)
    if (!selfIssued) {
      if (this.#maxPathLength <= 0) this.#refuse('PATH_LENGTH', 'RFC 5280, 6.1.4 (l)', certificate)
      else this.#maxPathLength--
    }
    const own = basicConstraints?.pathLength ?? null
    if (own !== null) this.#maxPathLength = Math.min(this.#maxPathLength, own)
    if (keyUsage && !keyUsage.includes('keyCertSign')) {
      this.#refuse('KEY_USAGE', 'RFC 5280, 6.1.4 (n)', certificate, 'keyCertSign')
    }
  }

  /** 6.1.5 (a), (b), (f) */
  #wrapUp(certificate: Certificate, { constraints }: PathExtensions): void {
    this.#explicitPolicy = Math.max(0, this.#explicitPolicy - 1)
    if (constraints.requireExplicitPolicy === 0) this.#explicitPolicy = 0
    this.#checkCriticalExtensions(certificate)
  }

  #checkCriticalExtensions(certificate: Certificate): void {
    for (const oid of unknownCriticalExtensions(certificate)) {
      this.#refuse('UNKNOWN_CRITICAL_EXTENSION', 'RFC 5280, 4.2', certificate, oid)
    }
  }

  #failPolicy(clause: string, certificate: Certificate): void {
    if (this.#policyFailed) return
    this.#policyFailed = true
    this.#refuse('POLICY', clause, certificate)
  }

  #refuse(
    code: PathProblemCode,
    clause: string,
    certificate: Certificate,
    detail: string | null = null,
  ): void {
    this.#problems.push({ code, clause, certificate: certificate.sha256, detail })
  }
}

const nameClauses: Readonly<Record<NameProblem['code'], string>> = {
  NAME_CONSTRAINTS: 'RFC 5280, 6.1.3 (b) and (c)',
  NAME_CONSTRAINTS_UNSUPPORTED: 'RFC 5280, 4.2.1.10',
  EXTENSION_MALFORMED: 'RFC 5280, 4.2.1.10',
  BUDGET_EXHAUSTED: 'RFC 5280, 4.2.1.10',
}
