import type { SignatureFacts, SignatureLevel } from '../facts.ts'
import type { CmsSource } from './cms-source.ts'
import { type LevelParts, readLevelParts } from './level-parts.ts'
import type { SignedSubject } from './signed-subject.ts'
import { hasValidationData } from './validation-data.ts'

/**
 * `facts` with its level (EN 319 122-1 V1.3.1, 6.3 and EN 319 122-2 V1.2.1, 5), by parts alone. Whether validation data are
 * complete shows only when all paths are known: at B-T and above the level is deferred.
 */
export function deferCmsLevel(
  source: CmsSource,
  subject: SignedSubject,
  facts: SignatureFacts,
): SignatureFacts {
  const parts = readLevelParts(source, subject, facts)
  const { registry } = source.context
  if (parts.timestamped) {
    registry.deferLevel(facts.id, (all) => levelOf(parts, () => hasValidationData(facts, all)))
  }
  return { ...facts, level: levelOf(parts, () => false) }
}

/** The ladder; `isComplete` says whether revocation data for everything below the last archive time-stamp is there. */
function levelOf(parts: LevelParts, isComplete: () => boolean): SignatureLevel {
  if (!parts.extended) return 'none'
  if (!parts.timestamped) {
    if (parts.baselineB) return 'B-B'
    return parts.explicitPolicy ? 'EPES' : 'BES'
  }
  const complete = isComplete()
  if (parts.baselineB && parts.baselineLT && complete) {
    if (parts.evidenceRecord) return 'ERS'
    return parts.archivedV3 ? 'B-LTA' : 'B-LT'
  }
  if (parts.references) return levelOverReferences(parts, complete)
  if (complete) {
    if (parts.evidenceRecord) return 'ERS'
    return parts.archived ? 'A' : 'LT'
  }
  return parts.baselineB ? 'B-T' : 'T'
}

/** EN 319 122-2 V1.2.1, 5.3 and on: C, X, X-L, A. */
function levelOverReferences(parts: LevelParts, complete: boolean): SignatureLevel {
  if (complete) {
    if (parts.evidenceRecord) return 'ERS'
    if (parts.archived) return 'A'
    if (parts.referencesTimestamped) return 'XL'
  }
  return parts.referencesTimestamped ? 'X' : 'C'
}
