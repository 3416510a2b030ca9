import type { CertificateFacts, PathFacts, RevocationFacts } from '../facts.ts'
import type { Conclusion } from '../judgement.ts'
import { Block, type Failure, isPassed } from './block.ts'
import { type CaseFile, instant, nameOfCertificate } from './case-file.ts'
import { answersFor, hadHappened, latestOf, revokedAt, type StatusAnswer } from './status-answers.ts'
import { isTrustedAt, mayLeadTo, needsRevocationData } from './trust-anchors.ts'

/** Far more than any file needs: what is beyond was made to keep us busy. */
const MOST_ACCEPTANCES = 50_000

/** Which certificates' status is being looked for already, so that none vouches for itself. */
export type Asked = ReadonlySet<string>

/**
 * Whether revocation data may be believed about a certificate, whatever it says and however old it is (EN 319 102-1
 * V1.4.1, 5.2.6 and 5.6.2.2.4, step 2 a); RFC 5280, 6.3.3 (b) to (l); RFC 6960, 3.2): authorised, its value intact, its
 * signer under a trust anchor and in good standing when it was made, and informed about this certificate.
 */
export function acceptRevocationData(
  file: CaseFile,
  certificate: CertificateFacts,
  answer: StatusAnswer,
  asked: Asked = new Set(),
): Conclusion {
  const key = `accepted ${certificate.id} ${answer.revocation.id}`
  const known = file.kept<Conclusion>(key)
  if (known) return known
  const before = file.circles
  const conclusion = accept(file, certificate, answer, asked)
  // what was refused for the sake of who asks is worked out anew for others
  if (asked.size === 0 || file.circles === before) file.keep(key, conclusion)
  return conclusion
}

function accept(
  file: CaseFile,
  certificate: CertificateFacts,
  { revocation, status }: StatusAnswer,
  asked: Asked,
): Conclusion {
  const { revocationData } = file.policy
  const block = new Block('revocation-acceptance', '5.2.6', revocation.id)
  file.acceptances += 1
  const failure =
    (code: Failure['code'], clause: string, details: Failure['details'] = {}) =>
    () => ({
      sub: 'CERTIFICATE_CHAIN_GENERAL_FAILURE' as const,
      code,
      clause,
      details: { certificate: nameOfCertificate(certificate), ...details },
    })
  const [problem] = status.problems
  block.weigh(
    problem === undefined,
    revocationData.authorised,
    failure('REVOCATION_DATA_REFUSED', problem?.clause ?? '', { why: problem?.code ?? '' }),
  )
  block.weigh(
    status.status !== 'unknown',
    revocationData.statusKnown,
    failure('REVOCATION_STATUS_UNKNOWN', 'RFC 6960, 2.2'),
  )
  const signer =
    revocation.signingCertificate === null ? null : file.certificate(revocation.signingCertificate)
  block.weigh(
    signer !== null,
    revocationData.signerFound,
    failure('REVOCATION_SIGNER_UNKNOWN', 'RFC 5280, 6.3.3 (f)'),
  )
  const sharedPath = pathUnderAnchorOf(file, certificate, revocation)
  const path = sharedPath ?? pathOfSigner(file, revocation)
  block.weigh(
    path !== null,
    revocationData.pathFound,
    failure('REVOCATION_SIGNER_UNTRUSTED', 'RFC 5280, 6.3.3 (f)'),
  )
  block.weigh(
    sharedPath !== null,
    revocationData.sameAnchor,
    failure('REVOCATION_SIGNER_OTHER_ANCHOR', 'RFC 5280, 6.3.3 (f)'),
  )
  block.weigh(
    revocation.valueIntact === true,
    revocationData.valueIntact,
    failure('REVOCATION_VALUE_BROKEN', 'RFC 5280, 6.3.3 (g)'),
  )
  if (signer && revocation.kind === 'ocsp') {
    const producedAt = instant(revocation.producedAt)
    block.weigh(
      instant(signer.notBefore) <= producedAt && producedAt <= instant(signer.notAfter),
      revocationData.signerValidAtProduction,
      failure('REVOCATION_SIGNER_NOT_VALID', 'RFC 6960, 4.2.2.2'),
    )
    block.weigh(
      revocation.certHashMatches !== false,
      revocationData.certHashMatches,
      failure('REVOCATION_CERT_HASH_MISMATCH', 'Common PKI 2.0, part 4, 3.1.2'),
    )
    block.weigh(
      signer.id !== certificate.id,
      revocationData.notSelfIssued,
      failure('REVOCATION_SELF_ISSUED', 'RFC 6960, 4.2.2.2'),
    )
  }
  const thisUpdate = instant(revocation.thisUpdate)
  block.weigh(
    instant(certificate.notBefore) <= thisUpdate,
    revocationData.issuedAfterCertificate,
    failure('REVOCATION_BEFORE_CERTIFICATE', '5.2.6'),
  )
  block.weigh(
    !revocation.datedAhead || hadHappened({ revocation, status }, file.at),
    revocationData.alreadyIssued,
    failure('REVOCATION_DATA_DATED_AHEAD', 'RFC 6960, 4.2.2.1', { thisUpdate: revocation.thisUpdate }),
  )
  block.weigh(
    revocation.certHashMatches === true || instant(certificate.notAfter) >= knownSince(revocation),
    revocationData.coversCertificate,
    failure('REVOCATION_FORGETS_CERTIFICATE', 'RFC 5280, 3.3'),
  )
  block.weigh(
    file.acceptances <= MOST_ACCEPTANCES,
    'FAIL',
    failure('REVOCATION_TOO_ENTANGLED', 'RFC 5280, 6.3.3 (f)'),
  )
  if (path && !block.failed) acceptSigners(file, block, path, revocation, new Set([...asked, certificate.id]))
  return block.conclude()
}

/** Since when its issuer may have forgotten certificates that expired (RFC 5280, 3.3; RFC 6960, 4.4.4; X.509, 9.5.2.8). */
function knownSince({ thisUpdate, coversExpiredSince }: RevocationFacts): number {
  const since = coversExpiredSince === null ? Number.POSITIVE_INFINITY : instant(coversExpiredSince)
  return Math.min(instant(thisUpdate), since)
}

/** The path by which the data's signer is believed; null: there is none. */
export function pathOfSigner(file: CaseFile, { signingCertificate }: RevocationFacts): PathFacts | null {
  if (signingCertificate === null) return null
  return file.once(`revocation-path ${signingCertificate}`, () => {
    const { paths } = file.certificate(signingCertificate)
    return paths.find((path) => mayLeadTo(file, path, 'revocation')) ?? null
  })
}

/** The same to an anchor of the certificate's own paths: two authorities of one name may stand under two anchors. */
function pathUnderAnchorOf(
  file: CaseFile,
  { id }: CertificateFacts,
  { signingCertificate }: RevocationFacts,
): PathFacts | null {
  const anchors = anchorsByCertificate(file).get(id)
  if (signingCertificate === null || !anchors) return null
  return (
    file
      .certificate(signingCertificate)
      .paths.find((path) => mayLeadTo(file, path, 'revocation') && anchors.has(path.certificates.at(-1)!)) ??
    null
  )
}

/** The anchors of all paths that lead through a certificate, by its id. */
const anchorsByCertificate = (file: CaseFile): ReadonlyMap<string, ReadonlySet<string>> =>
  file.once('anchors', () => {
    const anchors = new Map<string, Set<string>>()
    for (const { certificates, anchored } of file.facts.certificates.flatMap(({ paths }) => paths)) {
      if (!anchored) continue
      for (const id of certificates) {
        const known = anchors.get(id) ?? new Set()
        anchors.set(id, known.add(certificates.at(-1)!))
      }
    }
    return anchors
  })

/** Every certificate above the revocation data has acceptable data of its own, and was not revoked when it signed. */
function acceptSigners(
  file: CaseFile,
  block: Block,
  path: PathFacts,
  revocation: RevocationFacts,
  asked: Asked,
): void {
  const producedAt = instant(revocation.producedAt)
  for (const [index, id] of path.certificates.entries()) {
    const certificate = file.certificate(id)
    const role = index === 0 ? 'signingCertificate' : 'caCertificate'
    if (isTrustedAt(file, certificate, 'revocation', role, file.at)) return
    const policy = file.certificatePolicy('revocation', role)
    if (!needsRevocationData(certificate, policy)) continue
    const failure = (code: Failure['code']) => (): Failure => ({
      sub: 'CERTIFICATE_CHAIN_GENERAL_FAILURE',
      code,
      clause: 'RFC 5280, 6.3.3 (f)',
      details: { certificate: nameOfCertificate(certificate) },
    })
    if (asked.has(id)) {
      file.circles += 1
      block.weigh(false, file.policy.revocationData.notSelfIssued, failure('REVOCATION_SELF_ISSUED'))
      continue
    }
    const { revocationDataPresent, revocationDataAcceptable } = policy.checks
    block.weigh(certificate.statuses.length > 0, revocationDataPresent, failure('REVOCATION_DATA_ABSENT'))
    if (certificate.statuses.length === 0) continue
    const latest = latestOf(
      answersFor(file, certificate).filter((answer) =>
        isPassed(acceptRevocationData(file, certificate, answer, asked)),
      ),
    )
    block.weigh(latest !== null, revocationDataAcceptable, failure('REVOCATION_DATA_UNACCEPTABLE'))
    block.weigh(
      latest?.status.status !== 'revoked' || revokedAt(latest) > producedAt,
      file.policy.revocationData.signerNotRevoked,
      failure('REVOCATION_SIGNER_REVOKED'),
    )
    if (block.failed) return
  }
}
