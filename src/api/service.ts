import { createTrustCache } from '../trust/index.ts'
import type { AppDeps } from './deps.ts'
import type { FaultPoint } from './fault-points.ts'
import { Gate, HeldBytes, KeyedLock } from './gates.ts'
import { SignerGuard } from './guard/signer-guard.ts'
import { createId } from './ids.ts'
import { Keyring } from './keyring.ts'
import { resolveLimits, WAIT_MS } from './limits.ts'
import { createMetrics } from './metrics.ts'
import { PatientReferences } from './patient-references.ts'
import { Recovery } from './recovery.ts'

/** What all requests of one running service share. */
export type Service = ReturnType<typeof createService>

/** The parts that requests share, over what the composition root gives. */
export function createService(deps: AppDeps) {
  const limits = resolveLimits(deps.limits)
  const signing = new Gate(limits.signing, limits.waiting, WAIT_MS)
  const verifying = new Gate(limits.verifying, limits.waiting, WAIT_MS)
  const heldBytes = new HeldBytes(limits.heldBytes)
  const verificationContext = {
    anchors: deps.trust.issuers,
    evidence: { certificates: [], crls: [], ocspResponses: [] },
  }
  const trustCache = createTrustCache()
  const { database, liveEvidence, clock, random, log } = deps
  const guard = new SignerGuard({
    source: liveEvidence,
    store: database.evidence,
    anchors: deps.trust.issuers,
    cache: trustCache,
    statusAgeMs: limits.statusAgeMs,
    statusDeadlineMs: limits.statusDeadlineMs,
    clock,
    random,
    log,
  })
  return {
    deps,
    limits,
    signing,
    verifying,
    heldBytes,
    /** What every file is judged with; the rest is in the file, or fetched. */
    verificationContext,
    trustCache,
    guard,
    /** Two at a time: each takes 32 MiB and a core for a while. */
    pinChecks: new Gate(2, limits.waiting, WAIT_MS),
    locks: new KeyedLock(),
    keyring: new Keyring(deps.keys),
    recovery: new Recovery(deps),
    patientReferences: new PatientReferences(deps.dataFolder, deps.random),
    metrics: createMetrics({ signing, verifying, heldBytes }),
    newId: () => createId(deps),
    faultPoint: async (name: FaultPoint): Promise<void> => deps.faultPoint?.(name),
  }
}
