import { createHash } from 'node:crypto'
import { and, eq, lt, notExists, sql } from 'drizzle-orm'
import type { Clock } from '../../signer/index.ts'
import type { EvidenceKey } from '../../trust/index.ts'
import type { EvidenceRepository } from '../ports.ts'
import { evidence, evidencePlaces, serialIndexes, signatureEvidence } from '../schema/index.ts'
import type { Executor, Session } from '../session.ts'
import { DAY_MS } from './idempotency.ts'

/** What nobody asked for as long is fetched again. */
const PLACE_KEPT_MS = 30 * DAY_MS
/** Nothing refers to it any more, nor did so lately: what was just stored is referred to a moment later. */
const UNREFERENCED_KEPT_MS = DAY_MS
const INDEX_KEPT_MS = 30 * DAY_MS

/** Fetched evidence, outside any hospital: it is public. */
export function createEvidence(session: Session, now: Clock): EvidenceRepository {
  return {
    cache: {
      async find(key) {
        if (!isStorable(key)) return null
        const [row] = await session.transaction('instance', (tx) =>
          tx
            .select()
            .from(evidencePlaces)
            .innerJoin(evidence, eq(evidence.sha256, evidencePlaces.sha256))
            .where(isPlace(key))
            .prepare('find_evidence')
            .execute(),
        )
        if (!row) return null
        const {
          fetched_at: fetchedAt,
          this_update: thisUpdate,
          next_update: nextUpdate,
        } = row.evidence_places
        return { bytes: row.evidence.bytes, fetchedAt, thisUpdate, nextUpdate }
      },
      put: (key, { bytes, fetchedAt, thisUpdate, nextUpdate }) =>
        session.transaction('instance', async (tx) => {
          const columns = {
            sha256: await store(tx, key.kind, bytes, now()),
            fetched_at: fetchedAt,
            this_update: thisUpdate,
            next_update: nextUpdate,
          }
          if (!isStorable(key)) return
          await tx
            .insert(evidencePlaces)
            .values({ kind: key.kind, url: key.url, id: key.id, ...columns })
            .onConflictDoUpdate({
              target: [evidencePlaces.kind, evidencePlaces.url, evidencePlaces.id],
              set: columns,
            })
            .prepare('put_evidence')
            .execute()
        }),
    },
    serialIndexes: {
      async find(crlSha256) {
        const [row] = await session.transaction('instance', (tx) =>
          tx.select().from(serialIndexes).where(eq(serialIndexes.crl_sha256, crlSha256)),
        )
        return row?.bytes ?? null
      },
      put: (crlSha256, index) =>
        session.transaction('instance', async (tx) => {
          await tx
            .insert(serialIndexes)
            .values({ crl_sha256: crlSha256, bytes: index, stored_at: now() })
            .onConflictDoUpdate({ target: serialIndexes.crl_sha256, set: { stored_at: now() } })
        }),
    },
    keep: (kind, bytes) => session.transaction('instance', (tx) => store(tx, kind, bytes, now())),
    async find(sha256) {
      const [row] = await session.transaction('instance', (tx) =>
        tx.select().from(evidence).where(eq(evidence.sha256, sha256)),
      )
      return row?.bytes ?? null
    },
    prune: () => session.transaction('housekeeping', (tx) => prune(tx, now())),
  }
}

/** An address from a certificate may be anything; one that is none is fetched anew each time. */
const isStorable = ({ url, id }: EvidenceKey): boolean => /^[\x21-\x7e]{1,2048}$/.test(url) && id.length <= 64

const isPlace = ({ kind, url, id }: EvidenceKey) =>
  and(eq(evidencePlaces.kind, kind), eq(evidencePlaces.url, url), eq(evidencePlaces.id, id))

async function store(
  tx: Executor,
  kind: EvidenceKey['kind'],
  bytes: Uint8Array,
  seenAt: Date,
): Promise<string> {
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  // a large CRL is not sent to the server a second time
  const seen = await tx
    .update(evidence)
    .set({ seen_at: sql`greatest(${evidence.seen_at}, ${seenAt.toISOString()}::timestamptz)` })
    .where(eq(evidence.sha256, sha256))
    .returning({ sha256: evidence.sha256 })
    .prepare('see_evidence')
    .execute()
  if (seen.length === 0)
    await tx
      .insert(evidence)
      .values({ sha256, kind, bytes, seen_at: seenAt })
      .onConflictDoNothing()
      .prepare('store_evidence')
      .execute()
  return sha256
}

async function prune(tx: Executor, now: Date): Promise<number> {
  const before = (ms: number): Date => new Date(now.getTime() - ms)
  await tx.delete(evidencePlaces).where(lt(evidencePlaces.fetched_at, before(PLACE_KEPT_MS)))
  await tx.delete(serialIndexes).where(lt(serialIndexes.stored_at, before(INDEX_KEPT_MS)))
  const removed = await tx
    .delete(evidence)
    .where(
      and(
        lt(evidence.seen_at, before(UNREFERENCED_KEPT_MS)),
        notExists(tx.select().from(evidencePlaces).where(eq(evidencePlaces.sha256, evidence.sha256))),
        notExists(
          tx.select().from(signatureEvidence).where(eq(signatureEvidence.evidence_sha256, evidence.sha256)),
        ),
      ),
    )
    .returning({ sha256: evidence.sha256 })
  return removed.length
}
