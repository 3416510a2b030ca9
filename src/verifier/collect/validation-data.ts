import type { CertificateFacts, Facts, SignatureFacts, StatusFacts } from '../facts.ts'

/**
 * Whether a signature brings along revocation data for every certificate that needs any, of its own path and of those of its
 * time-stamps but the last archive time-stamp's, whose data are for the next one (EN 319 122-1 V1.3.1, 6.3). By parts alone:
 * neither freshness nor trust is asked, and paths are the best that can be built.
 */
export function hasValidationData(signature: SignatureFacts, facts: Facts): boolean {
  const own = facts.timestamps.filter(({ id }) => signature.timestamps.includes(id))
  const archive = own.filter(({ type }) => type === 'archive' || type === 'document')
  const last = archive.at(-1)
  const brought = new Set([signature, ...own].flatMap(({ embedded }) => embedded.map(({ object }) => object)))
  const byId = new Map(facts.certificates.map((certificate) => [certificate.id, certificate]))
  return [signature, ...own.filter((timestamp) => timestamp !== last)].every(
    ({ signingCertificate }) => signingCertificate !== null && isComplete(byId, signingCertificate, brought),
  )
}

function isComplete(
  byId: ReadonlyMap<string, CertificateFacts>,
  signer: string,
  brought: ReadonlySet<string>,
): boolean {
  const path = byId.get(signer)?.paths[0]?.certificates ?? [signer]
  return path.every((id) => {
    const certificate = byId.get(id)
    if (!certificate) return false
    return (
      certificate.selfSigned ||
      certificate.trusted ||
      certificate.ocspNoCheck ||
      certificate.shortTerm ||
      certificate.statuses.some(
        ({ revocation, problems }) => problems.length === 0 && brought.has(revocation),
      )
    )
  })
}

/** Who may answer for whom is a question of trust; the answer is there, and about this certificate. */
const trustProblems: ReadonlySet<string> = new Set([
  'OCSP_RESPONDER_UNAUTHORIZED',
  'OCSP_RESPONDER_PURPOSE',
  'OCSP_RESPONDER_KEY_USAGE',
  'OCSP_RESPONDER_NOT_VALID',
])

/** Whether revocation data about a certificate is there as a part, whether it counts or not. */
export const isPresent = ({ problems }: StatusFacts): boolean =>
  problems.every(({ code }) => trustProblems.has(code))
