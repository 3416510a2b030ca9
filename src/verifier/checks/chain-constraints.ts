import type { CertificateFacts, PathFacts } from '../facts.ts'
import type { CertificatePolicy, PathConstraint, PolicyContext } from '../policy.ts'
import type { Block, Failure } from './block.ts'
import { type CaseFile, nameOfCertificate } from './case-file.ts'
import type { PathCertificate } from './path-certificates.ts'
import { constraintOf, roleAt } from './trust-anchors.ts'

/**
 * EN 319 102-1 V1.4.1, 5.2.6.4: what holds of a path whatever the time: the certification path validation of RFC 5280, 6.1
 * (found as facts), and the constraints that the policy puts on certificates in their role.
 */
export function weighConstraints(
  block: Block,
  file: CaseFile,
  path: PathFacts,
  certificates: readonly PathCertificate[],
  context: PolicyContext,
): void {
  for (const problem of path.problems) {
    const { clause, certificate: sha256, detail } = problem
    const code = constraintOf(problem)
    const certificate = file.certificateByDigest(sha256)
    const index = certificate ? path.certificates.indexOf(certificate.id) : 0
    const policy = file.certificatePolicy(context, roleAt(Math.max(index, 0)))
    block.weigh(false, policy.pathProblems[code], () => ({
      sub: subOf(code, index),
      code: `PATH_${code}`,
      clause,
      details: { certificate: certificate ? nameOfCertificate(certificate) : sha256, detail },
    }))
  }
  for (const { certificate, role } of certificates) {
    weighUse(block, certificate, file.certificatePolicy(context, role))
  }
  const [signer] = path.certificates
  if (certificates.length === 0 && signer !== undefined) {
    const policy = file.certificatePolicy(context, 'signingCertificate')
    const { anchorUse } = policy.checks
    const checks = { ...policy.checks, keyUsage: anchorUse, extendedKeyUsage: anchorUse }
    weighPurpose(block, file.certificate(signer), { ...policy, checks })
  }
}

/** A certificate that is good as such but not for this use breaks a constraint; all else is wrong in the path itself. */
const subOf = (code: PathConstraint, index: number): Failure['sub'] =>
  code === 'EXT_KEY_USAGE' || (code === 'KEY_USAGE' && index === 0)
    ? 'CHAIN_CONSTRAINTS_FAILURE'
    : 'CERTIFICATE_CHAIN_GENERAL_FAILURE'

const constraint = 'CHAIN_CONSTRAINTS_FAILURE'

const failureOf =
  (certificate: CertificateFacts) =>
  (sub: Failure['sub'], code: Failure['code'], clause: string, detail: string | null = null) =>
  (): Failure => ({ sub, code, clause, details: { certificate: nameOfCertificate(certificate), detail } })

function weighUse(block: Block, certificate: CertificateFacts, policy: CertificatePolicy): void {
  const { checks } = policy
  const failure = failureOf(certificate)
  const general = 'CERTIFICATE_CHAIN_GENERAL_FAILURE'
  block.weigh(
    !certificate.selfSigned,
    checks.notSelfSigned,
    failure(constraint, 'CERTIFICATE_SELF_SIGNED', '5.2.6.4'),
  )
  weighPurpose(block, certificate, policy)
  block.weigh(
    certificate.hasIssuerAccess,
    checks.issuerAccess,
    failure(constraint, 'ISSUER_ACCESS_ABSENT', 'RFC 5280, 4.2.2.1'),
  )
  block.weigh(
    !certificate.ocspNoCheck,
    checks.noOcspNoCheck,
    failure(general, 'OCSP_NO_CHECK_UNEXPECTED', 'RFC 6960, 4.2.2.2.1'),
  )
  block.weigh(
    certificate.hasRevocationAccess,
    checks.revocationAccess,
    failure(general, 'REVOCATION_ACCESS_ABSENT', 'RFC 5280, 4.2.1.13'),
  )
}

/** What the key may be used for, by the certificate's own word. */
function weighPurpose(block: Block, certificate: CertificateFacts, policy: CertificatePolicy): void {
  const { checks, keyUsage, extendedKeyUsage } = policy
  const failure = failureOf(certificate)
  block.weigh(
    keyUsage === null ||
      certificate.keyUsage === null ||
      certificate.keyUsage.some((usage) => keyUsage.includes(usage)),
    checks.keyUsage,
    failure(constraint, 'KEY_USAGE_NOT_FOR_THIS', 'RFC 5280, 4.2.1.3', certificate.keyUsage?.join(', ')),
  )
  const purposes = certificate.extKeyUsage?.map(({ oid }) => oid) ?? null
  block.weigh(
    extendedKeyUsage === null || isForPurpose(certificate, purposes, extendedKeyUsage),
    checks.extendedKeyUsage,
    failure(constraint, 'EXTENDED_KEY_USAGE_NOT_FOR_THIS', 'RFC 5280, 4.2.1.12', purposes?.join(', ')),
  )
}

function isForPurpose(
  { extKeyUsageCritical }: CertificateFacts,
  purposes: readonly string[] | null,
  { anyOf, mayBeAbsent, alone }: NonNullable<CertificatePolicy['extendedKeyUsage']>,
): boolean {
  if (purposes === null) return mayBeAbsent
  if (alone && (purposes.length !== 1 || !extKeyUsageCritical)) return false
  return purposes.some((oid) => anyOf.includes(oid))
}
