import type { Clock } from '../../signer/index.ts'
import type { HospitalRepository } from '../ports.ts'
import type { Session } from '../session.ts'
import type { Id } from '../values.ts'
import { createActivations } from './activations.ts'
import { createAudit } from './audit.ts'
import type { HospitalContext } from './context.ts'
import { createCredentials } from './credentials.ts'
import { createIdempotency } from './idempotency.ts'
import { createIntents } from './intents.ts'
import { createPins } from './pins.ts'
import { createSignatures } from './signatures.ts'
import { createSigningRequests } from './signing-requests.ts'

/** Everything of one hospital; its transactions see no other's rows. */
export function createHospitalRepository(session: Session, hospitalId: Id, now: Clock): HospitalRepository {
  const context: HospitalContext = {
    hospitalId,
    now,
    transaction: (work) => session.transaction({ hospital: hospitalId }, work),
  }
  return {
    ...createCredentials(context),
    ...createIntents(context),
    ...createIdempotency(context),
    ...createSignatures(context),
    ...createPins(context),
    ...createActivations(context),
    ...createSigningRequests(context),
    ...createAudit(context),
  }
}
