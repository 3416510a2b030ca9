import { and, eq, isNull, sql } from 'drizzle-orm'
import { DbError } from '../errors.ts'
import { isUuid } from '../ids.ts'
import type { HospitalRepository } from '../ports.ts'
import { apiKeys, pinStates, pinUnlockApprovals } from '../schema/index.ts'
import type { Executor } from '../session.ts'
import type { Id, PinState } from '../values.ts'
import { insertAudit } from './audit.ts'
import type { HospitalContext } from './context.ts'

/** Wrong PINs in a row that lock (outside contract). */
export const PIN_TRIES = 5

type Pins = Pick<HospitalRepository, 'pinState' | 'countPinFailure' | 'resetPinFailures' | 'approveUnlock'>

export function createPins(context: HospitalContext): Pins {
  return {
    async pinState(credentialId) {
      if (!isUuid(credentialId)) return null
      return context.transaction((tx) => findPin(tx, credentialId))
    },

    countPinFailure: (credentialId, audit) =>
      context.transaction(async (tx) => {
        const now = context.now()
        const [counted] = await tx
          .update(pinStates)
          .set({
            failures: sql`${pinStates.failures} + 1`,
            locked_at: sql`case when ${pinStates.failures} + 1 >= ${PIN_TRIES}::integer
              then ${now.toISOString()}::timestamptz end`,
          })
          .where(and(eq(pinStates.credential_id, credentialId), isNull(pinStates.locked_at)))
          .returning()
        const state = counted ? toPinState(counted) : await findPin(tx, credentialId)
        if (!state) throw new DbError('ERR_DB_PIN_MISSING')
        await insertAudit(tx, context, audit)
        return state
      }),

    resetPinFailures: (credentialId) =>
      context.transaction(async (tx) => {
        const reset = await tx
          .update(pinStates)
          .set({ failures: 0 })
          .where(and(eq(pinStates.credential_id, credentialId), isNull(pinStates.locked_at)))
          .returning({ id: pinStates.credential_id })
        if (reset.length > 0) return
        throw new DbError((await findPin(tx, credentialId)) ? 'ERR_DB_PIN_LOCKED' : 'ERR_DB_PIN_MISSING')
      }),

    approveUnlock: (credentialId, apiKeyId, role, audit) =>
      context.transaction(async (tx) => {
        const [pin] = await tx
          .select({ lockedAt: pinStates.locked_at })
          .from(pinStates)
          .where(eq(pinStates.credential_id, credentialId))
          .for('update')
        if (!pin) throw new DbError('ERR_DB_PIN_MISSING')
        if (!pin.lockedAt) throw new DbError('ERR_DB_PIN_NOT_LOCKED')
        const personId = await findApprover(tx, apiKeyId, role)
        const others = await tx
          .select({ role: pinUnlockApprovals.role, personId: pinUnlockApprovals.person_id })
          .from(pinUnlockApprovals)
          .where(eq(pinUnlockApprovals.credential_id, credentialId))
        const other = others.find((approval) => approval.role !== role)
        if (other?.personId === personId) throw new DbError('ERR_DB_UNLOCK_SAME_PERSON')
        if (other) await unlock(tx, credentialId)
        else
          await tx
            .insert(pinUnlockApprovals)
            .values({
              credential_id: credentialId,
              role,
              hospital_id: context.hospitalId,
              api_key_id: apiKeyId,
              person_id: personId,
              approved_at: context.now(),
            })
            // The same role once more changes nothing: the first approval stands.
            .onConflictDoNothing()
        await insertAudit(tx, context, audit)
        return other ? 'unlocked' : 'waiting'
      }),
  }
}

async function findPin(tx: Executor, credentialId: Id): Promise<PinState | null> {
  const [row] = await tx.select().from(pinStates).where(eq(pinStates.credential_id, credentialId))
  return row ? toPinState(row) : null
}

const toPinState = (row: typeof pinStates.$inferSelect): PinState => ({
  hash: row.hash,
  failures: row.failures,
  lockedAt: row.locked_at,
})

/** The person whose key approves; the role is the key's own, not what the caller says. */
async function findApprover(tx: Executor, apiKeyId: Id, role: 'administrator' | 'approver'): Promise<Id> {
  const [key] = await tx
    .select({ personId: apiKeys.person_id, role: apiKeys.role })
    .from(apiKeys)
    .where(and(eq(apiKeys.id, apiKeyId), isNull(apiKeys.revoked_at)))
  if (key?.role !== role || key.personId === null)
    throw new DbError('ERR_DB_UNLOCK_ROLE', { details: { role } })
  return key.personId
}

async function unlock(tx: Executor, credentialId: Id): Promise<void> {
  await tx.delete(pinUnlockApprovals).where(eq(pinUnlockApprovals.credential_id, credentialId))
  await tx
    .update(pinStates)
    .set({ failures: 0, locked_at: null })
    .where(eq(pinStates.credential_id, credentialId))
}
