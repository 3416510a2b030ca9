import { isPassed } from '../checks/block.ts'
import type { CaseFile } from '../checks/case-file.ts'
import type { PathCertificate } from '../checks/path-certificates.ts'
import { acceptRevocationData } from '../checks/revocation-acceptance.ts'
import { answersFor } from '../checks/status-answers.ts'
import type { SignatureFacts, SignatureLevel, TimestampFacts } from '../facts.ts'
import type { Conclusion } from '../judgement.ts'

/** The level below, for a level whose own part does not hold. */
const below: Readonly<Partial<Record<SignatureLevel, SignatureLevel>>> = {
  'B-LTA': 'B-LT',
  'B-LT': 'B-T',
  'B-T': 'B-B',
  A: 'LT',
  XL: 'T',
  X: 'T',
  C: 'T',
  LT: 'T',
  T: 'BES',
  LTV: 'T',
  ERS: 'BES',
}

/**
 * The level by the parts that are there (EN 319 122-1 and 142-1, clause 6) and by what of them holds: a time-stamp that was
 * not found to have failed, and validation data that counts for every certificate of the path, brought by the signature
 * itself. What cannot be told for want of trust keeps the level of its parts up to T.
 */
export function levelThatHolds(
  file: CaseFile,
  facts: SignatureFacts,
  certificates: readonly PathCertificate[] | null,
  timestamps: ReadonlyMap<string, Conclusion>,
): SignatureLevel {
  let level = facts.level
  for (let holds = false; !holds; ) {
    holds = levelHolds(file, facts, level, certificates, timestamps)
    const next = below[level]
    if (!holds && next === undefined) return level
    if (!holds) level = next!
  }
  return level
}

function levelHolds(
  file: CaseFile,
  facts: SignatureFacts,
  level: SignatureLevel,
  certificates: readonly PathCertificate[] | null,
  timestamps: ReadonlyMap<string, Conclusion>,
): boolean {
  const stands = (types: readonly TimestampFacts['type'][]): boolean =>
    facts.timestamps
      .map(file.timestamp)
      .some(
        ({ id, type, digests, valueIntact }) =>
          types.includes(type) &&
          valueIntact === true &&
          digests.every(({ intact }) => intact) &&
          timestamps.get(id)?.indication !== 'FAILED',
      )
  switch (level) {
    case 'B-LTA':
    case 'A':
      return stands(['archive', 'document']) && hasOwnEvidence(file, facts, certificates)
    case 'B-LT':
    case 'LT':
    case 'XL':
    case 'LTV':
      return stands(['signature', 'document', 'archive']) && hasOwnEvidence(file, facts, certificates)
    case 'B-T':
    case 'T':
    case 'C':
    case 'X':
      return stands(['signature', 'document', 'archive'])
    default:
      return true
  }
}

/** Whether the signature brings, for each certificate that needs it, revocation data that counts. */
function hasOwnEvidence(
  file: CaseFile,
  facts: SignatureFacts,
  certificates: readonly PathCertificate[] | null,
): boolean {
  if (!certificates) return false
  const own = new Set(facts.embedded.filter(({ kind }) => kind !== 'certificate').map(({ object }) => object))
  return certificates.every(
    ({ certificate, needsRevocation }) =>
      !needsRevocation ||
      answersFor(file, certificate).some(
        (answer) =>
          own.has(answer.revocation.id) && isPassed(acceptRevocationData(file, certificate, answer)),
      ),
  )
}
