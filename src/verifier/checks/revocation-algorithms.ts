import type { RevocationFacts } from '../facts.ts'
import { type AlgorithmUse, certificateAlgorithm, valueAlgorithms } from './algorithm-constraints.ts'
import { type CaseFile, revocationToken } from './case-file.ts'
import { pathOfSigner } from './revocation-acceptance.ts'
import { belowAnchor, roleAt } from './trust-anchors.ts'

/** What revocation data relies on: its value, and the certificates of its signer's path below the anchor. */
export function revocationAlgorithms(file: CaseFile, revocation: RevocationFacts): AlgorithmUse[] {
  const path = pathOfSigner(file, revocation)
  const certificates = path ? belowAnchor(path) : []
  return [
    ...valueAlgorithms(file, revocationToken(revocation)),
    ...certificates.map((id, index) =>
      certificateAlgorithm(file, file.certificate(id), 'revocation', roleAt(index)),
    ),
  ]
}
