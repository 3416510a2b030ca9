import type { PathFacts } from '../facts.ts'
import type { Conclusion } from '../judgement.ts'
import { certificateAlgorithm, weighAlgorithms } from './algorithm-constraints.ts'
import { Block, isPassed } from './block.ts'
import { type CaseFile, instant, nameOfCertificate, type Token } from './case-file.ts'
import { weighConstraints } from './chain-constraints.ts'
import type { PathCertificate } from './path-certificates.ts'
import type { ProofsOfExistence } from './proofs-of-existence.ts'
import type { StatusAnswer } from './status-answers.ts'
import { slideValidationTime } from './validation-time-sliding.ts'

export interface PastCertificateValidation {
  readonly conclusion: Conclusion
  readonly path: PathFacts | null
  readonly controlTime: number
  readonly certificates: readonly PathCertificate[]
}

/**
 * EN 319 102-1 V1.4.1, 5.6.2.1: each path in turn, at a date inside the validity periods of all its certificates, with its
 * latest provable time; of those that hold, the one with the latest.
 */
export function validatePastCertificate(
  file: CaseFile,
  token: Token,
  proofs: ProofsOfExistence,
  signerAnswers: readonly StatusAnswer[] | null,
): PastCertificateValidation {
  const signer = file.certificate(token.facts.signingCertificate!)
  const results = signer.paths.map((path) => validatePath(file, token, path, proofs, signerAnswers))
  const [first, ...others] = results
  if (!first) {
    const block = new Block('past-certificate-validation', '5.6.2.1', token.facts.id)
    block.fail(noPath(nameOfCertificate(signer)))
    const controlTime = Number.NEGATIVE_INFINITY
    return { conclusion: block.conclude(), path: null, controlTime, certificates: [] }
  }
  return others.reduce((a, b) => {
    const [aHolds, bHolds] = [isPassed(a.conclusion), isPassed(b.conclusion)]
    if (aHolds !== bHolds) return aHolds ? a : b
    return b.controlTime > a.controlTime ? b : a
  }, first)
}

const noPath = (certificate: string) => ({
  sub: 'NO_CERTIFICATE_CHAIN_FOUND' as const,
  code: 'PATH_NOT_FOUND' as const,
  clause: '5.6.2.1.4',
  details: { certificate },
})

function validatePath(
  file: CaseFile,
  token: Token,
  path: PathFacts,
  proofs: ProofsOfExistence,
  signerAnswers: readonly StatusAnswer[] | null,
): PastCertificateValidation {
  const { context, facts } = token
  const block = new Block('past-certificate-validation', '5.6.2.1', facts.id)
  const signer = file.certificate(path.certificates[0]!)
  block.weigh(path.anchored, file.contextPolicy(context).checks.pathFound, () =>
    noPath(nameOfCertificate(signer)),
  )
  const { conclusion, controlTime, certificates } = slideValidationTime(
    file,
    token,
    path,
    proofs,
    signerAnswers,
  )
  weighConstraints(block, file, path, certificates, context)
  weighCommonPeriod(block, file, token, certificates)
  block.adopt(conclusion)
  if (!block.failed && Number.isFinite(controlTime)) {
    const uses = certificates.map(({ certificate, role }) =>
      certificateAlgorithm(file, certificate, context, role),
    )
    weighAlgorithms(block, uses, controlTime)
  }
  return { conclusion: block.conclude(), path, controlTime, certificates }
}

/** 5.6.2.1.4, step 2: there is a date within the validity periods of all certificates of the path. */
function weighCommonPeriod(
  block: Block,
  file: CaseFile,
  { context }: Token,
  certificates: readonly PathCertificate[],
): void {
  const asked = certificates.filter(
    ({ role }) => file.certificatePolicy(context, role).checks.validityPeriod !== 'IGNORE',
  )
  const from = Math.max(...asked.map(({ certificate }) => instant(certificate.notBefore)))
  const to = Math.min(...asked.map(({ certificate }) => instant(certificate.notAfter)))
  block.weigh(asked.length === 0 || from <= to, 'FAIL', () => ({
    sub: 'CERTIFICATE_CHAIN_GENERAL_FAILURE',
    code: 'VALIDITY_PERIODS_DISJOINT',
    clause: '5.6.2.1.4',
  }))
}
