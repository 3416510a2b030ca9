import {
  allReasons,
  type Certificate,
  type Crl,
  completeName,
  type DistributionPoint,
  type DistributionPointName,
  type GeneralName,
  isEqual,
  type Name,
  parseDer,
  type ReasonFlag,
  readDistributionPoints,
} from '../../formats/index.ts'
import { isSameName } from '../path/same-name.ts'
import type { RevocationProblem } from './types.ts'

const CRL_DISTRIBUTION_POINTS = '2.5.29.31'
/** Distribution points of a certificate, and names of one, that are looked at. */
const MAX_POINTS = 64
const MAX_NAMES = 64

const problem = (code: RevocationProblem['code'], clause: string): RevocationProblem => ({ code, clause })

/**
 * The reasons for which `crl` is about `certificate`, over all distribution points that lead to it; or what keeps it from
 * being about it (RFC 5280, 6.3.3 (b) and (d)). The last resort, a CRL of the certificate's own issuer that no
 * distribution point names, is tried as well.
 */
export function findScope(certificate: Certificate, crl: Crl): readonly ReasonFlag[] | RevocationProblem {
  const own = readPoints(certificate)
  if (!own) return problem('CRL_DISTRIBUTION_POINTS_MALFORMED', 'RFC 5280, 4.2.1.13')
  const found = new Set<ReasonFlag>()
  let nearest: RevocationProblem | null = null
  for (const point of [...own, issuersOwn(certificate)]) {
    const scope = matchPoint(certificate, point, crl)
    if ('code' in scope) nearest = nearer(nearest, scope)
    else for (const reason of scope) found.add(reason)
  }
  return found.size > 0
    ? allReasons.filter((reason) => found.has(reason))
    : (nearest ?? problem('CRL_REASONS_INCOMPLETE', 'RFC 5280, 6.3.3 (d)'))
}

/** Whether a CRL issuer's certificate says that its own status stands in its own CRL. */
export const namesItselfCrlIssuer = (certificate: Certificate): boolean =>
  readPoints(certificate)?.some(({ crlIssuer }) =>
    crlIssuer?.some((name) => isDirectoryName(name, certificate.subject)),
  ) === true

const points = new WeakMap<Certificate, readonly DistributionPoint[] | null>()

/** Kept as long as the certificate lives; null: malformed. */
function readPoints(certificate: Certificate): readonly DistributionPoint[] | null {
  let found = points.get(certificate)
  if (found === undefined) {
    found = readPointsNow(certificate)
    points.set(certificate, found)
  }
  return found
}

function readPointsNow({ extensions }: Certificate): readonly DistributionPoint[] | null {
  const extension = extensions.find(({ oid }) => oid === CRL_DISTRIBUTION_POINTS)
  if (!extension) return []
  try {
    return readDistributionPoints(parseDer(extension.value)).slice(0, MAX_POINTS)
  } catch {
    return null
  }
}

/** RFC 5280, 6.3.3, last paragraph: as if a point had the issuer's name, and neither reasons nor cRLIssuer. */
const issuersOwn = ({ issuer }: Certificate): DistributionPoint => ({
  name: { kind: 'fullName', names: [{ kind: 'directoryName', name: issuer }] },
  reasons: null,
  crlIssuer: null,
})

/** Which of two refusals says more: that of the point which came farther. */
const order: readonly RevocationProblem['code'][] = ['CRL_ISSUER', 'CRL_NOT_INDIRECT', 'CRL_SCOPE_NAME']
function rank({ code }: RevocationProblem): number {
  const at = order.indexOf(code)
  return at < 0 ? order.length : at
}

const nearer = (a: RevocationProblem | null, b: RevocationProblem): RevocationProblem =>
  a === null || rank(b) > rank(a) ? b : a

function matchPoint(
  certificate: Certificate,
  point: DistributionPoint,
  crl: Crl,
): readonly ReasonFlag[] | RevocationProblem {
  const scope = crl.issuingDistributionPoint
  if (point.crlIssuer) {
    if (!point.crlIssuer.slice(0, MAX_NAMES).some((name) => isDirectoryName(name, crl.issuer))) {
      return problem('CRL_ISSUER', 'RFC 5280, 6.3.3 (b)(1)')
    }
    if (!scope?.indirectCrl) return problem('CRL_NOT_INDIRECT', 'RFC 5280, 6.3.3 (b)(1)')
  } else if (!isSameName(crl.issuer, certificate.issuer)) {
    return problem('CRL_ISSUER', 'RFC 5280, 6.3.3 (b)(1)')
  }
  if (!scope) return point.reasons ?? allReasons
  if (scope.name && !sharesName(certificate, point, crl, scope.name)) {
    return problem('CRL_SCOPE_NAME', 'RFC 5280, 6.3.3 (b)(2)(i)')
  }
  const isCa = certificate.basicConstraints?.ca === true
  if (scope.onlyContainsUserCerts && isCa) {
    return problem('CRL_SCOPE_USER_ONLY', 'RFC 5280, 6.3.3 (b)(2)(ii)')
  }
  if (scope.onlyContainsCACerts && !isCa) {
    return problem('CRL_SCOPE_CA_ONLY', 'RFC 5280, 6.3.3 (b)(2)(iii)')
  }
  if (scope.onlyContainsAttributeCerts) {
    return problem('CRL_SCOPE_ATTRIBUTE_ONLY', 'RFC 5280, 6.3.3 (b)(2)(iv)')
  }
  return intersect(point.reasons ?? allReasons, scope.onlySomeReasons ?? allReasons)
}

const intersect = (a: readonly ReasonFlag[], b: readonly ReasonFlag[]): ReasonFlag[] =>
  a.filter((reason) => b.includes(reason))

/** RFC 5280, 6.3.3 (b)(2)(i): by the point's own name, or, where it has none, by who issues its CRL. */
function sharesName(
  certificate: Certificate,
  { name, crlIssuer }: DistributionPoint,
  crl: Crl,
  scopeName: DistributionPointName,
): boolean {
  const named = fullNames(scopeName, crl.issuer).slice(0, MAX_NAMES)
  const base = crlIssuer?.flatMap((entry) => (entry.kind === 'directoryName' ? [entry.name] : []))[0]
  const wanted = name ? fullNames(name, base ?? certificate.issuer) : (crlIssuer ?? [])
  return wanted.slice(0, MAX_NAMES).some((a) => named.some((b) => isSameGeneralName(a, b)))
}

/** RFC 5280, 4.2.1.13: a relative name is completed by the CRL issuer's. */
const fullNames = (name: DistributionPointName, crlIssuer: Name): readonly GeneralName[] =>
  name.kind === 'fullName'
    ? name.names
    : [{ kind: 'directoryName', name: completeName(crlIssuer, name.rdn, name.der) }]

const isDirectoryName = (name: GeneralName, wanted: Name): boolean =>
  name.kind === 'directoryName' && isSameName(name.name, wanted)

/** Identical forms alone are the same, but for distinguished names (RFC 5280, 5.2.5). */
function isSameGeneralName(a: GeneralName, b: GeneralName): boolean {
  if (a.kind === 'directoryName') return isDirectoryName(b, a.name)
  if (a.kind !== b.kind) return false
  if ('value' in a && 'value' in b) return a.value === b.value
  if ('octets' in a && 'octets' in b) return isEqual(a.octets, b.octets)
  if ('der' in a && 'der' in b) return isEqual(a.der, b.der)
  return 'oid' in a && 'oid' in b && a.oid === b.oid
}
