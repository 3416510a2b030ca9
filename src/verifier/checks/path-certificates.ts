import type { CertificateFacts, PathFacts } from '../facts.ts'
import type { CertificateRole, PolicyContext } from '../policy.ts'
import { isPassed } from './block.ts'
import type { CaseFile } from './case-file.ts'
import { acceptRevocationData } from './revocation-acceptance.ts'
import { answersFor, latestOf, type StatusAnswer } from './status-answers.ts'
import { belowAnchor, needsRevocationData, roleAt } from './trust-anchors.ts'

/** One certificate of a path, below its anchor, with the newest revocation data that counts for it. */
export interface PathCertificate {
  readonly certificate: CertificateFacts
  readonly role: CertificateRole
  readonly needsRevocation: boolean
  readonly answer: StatusAnswer | null
}

/** The certificates below the anchor, each with the newest revocation data that counts. */
export function pathCertificates(
  file: CaseFile,
  path: PathFacts,
  context: PolicyContext,
): readonly PathCertificate[] {
  return belowAnchor(path).map((id, index) => {
    const certificate = file.certificate(id)
    const role = roleAt(index)
    const needsRevocation = needsRevocationData(certificate, file.certificatePolicy(context, role))
    return {
      certificate,
      role,
      needsRevocation,
      answer: needsRevocation ? latestAnswer(file, certificate) : null,
    }
  })
}

const latestAnswer = (file: CaseFile, certificate: CertificateFacts): StatusAnswer | null =>
  file.once(`latest ${certificate.id}`, () =>
    latestOf(
      answersFor(file, certificate).filter((answer) =>
        isPassed(acceptRevocationData(file, certificate, answer)),
      ),
    ),
  )
