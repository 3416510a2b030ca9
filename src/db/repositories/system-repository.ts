import { and, asc, eq, isNull, lte } from 'drizzle-orm'
import type { Clock } from '../../signer/index.ts'
import { DbError } from '../errors.ts'
import { isSha256 } from '../ids.ts'
import type { SystemRepository } from '../ports.ts'
import {
  apiKeyCredentials,
  apiKeys,
  credentials,
  hospitals,
  idempotentRequests,
  instance,
  intents,
  persons,
  pinStates,
  signingRequests,
} from '../schema/index.ts'
import type { Session } from '../session.ts'
import type { Caller, Id, Role } from '../values.ts'
import { toCredentialRow } from './credentials.ts'
import { DAY_MS } from './idempotency.ts'
import { toIntent } from './intents.ts'

/** Calls outside any hospital, and provisioning, each in the hospital it provisions. */
export function createSystemRepository(session: Session, now: Clock): SystemRepository {
  return { ...createStartUp(session), ...createHousekeeping(session, now), ...createProvisioning(session) }
}

type StartUp = Pick<SystemRepository, 'findCallerByKeyHash' | 'bindInstance' | 'ping'>

function createStartUp(session: Session): StartUp {
  return {
    async findCallerByKeyHash(sha256) {
      if (!isSha256(sha256)) return null
      const [row] = await session.query(`select anky.find_caller('${sha256}') as caller`)
      return toCaller(row?.['caller'])
    },
    bindInstance: (instanceId) =>
      session.transaction('instance', async (tx) => {
        await tx.insert(instance).values({ instance_id: instanceId }).onConflictDoNothing()
        const [row] = await tx.select().from(instance)
        if (row?.instance_id !== instanceId) throw new DbError('ERR_DB_OTHER_DATA_FOLDER')
      }),
    async ping() {
      await session.query('select 1')
    },
  }
}

/** As `anky.find_caller` builds it. */
interface FoundCaller {
  readonly apiKeyId: Id
  readonly hospitalId: Id
  readonly hospitalName: string
  readonly role: Role
  readonly scopes: readonly string[]
  readonly allCredentials: boolean
  readonly credentialIds: readonly Id[]
}

function toCaller(json: unknown): Caller | null {
  if (json === null || json === undefined) return null
  const { allCredentials, credentialIds, ...caller } = json as FoundCaller
  return { ...caller, credentialIds: allCredentials ? '*' : credentialIds }
}

type Housekeeping = Pick<SystemRepository, 'unfinishedIntents' | 'releaseAbandonedRequests' | 'removeLapsed'>

function createHousekeeping(session: Session, now: Clock): Housekeeping {
  return {
    unfinishedIntents: () =>
      session.transaction('housekeeping', async (tx) => {
        const rows = await tx
          .select()
          .from(intents)
          .where(eq(intents.state, 'running'))
          .orderBy(asc(intents.created_at))
        return rows.map(toIntent)
      }),
    releaseAbandonedRequests: (isRunning) =>
      session.transaction('housekeeping', async (tx) => {
        const unanswered = and(isNull(idempotentRequests.intent_id), isNull(idempotentRequests.answer_status))
        const found = await tx.select().from(idempotentRequests).where(unanswered)
        let released = 0
        for (const row of found) {
          if (isRunning({ apiKeyId: row.api_key_id, key: row.key })) continue
          const same = and(
            eq(idempotentRequests.hospital_id, row.hospital_id),
            eq(idempotentRequests.api_key_id, row.api_key_id),
            eq(idempotentRequests.key, row.key),
            // a row that lapsed may have been taken over by a new request meanwhile
            eq(idempotentRequests.started_at, row.started_at),
            eq(idempotentRequests.fingerprint, row.fingerprint),
          )
          const removed = await tx
            .delete(idempotentRequests)
            .where(and(same, unanswered))
            .returning({ key: idempotentRequests.key })
          released += removed.length
        }
        return released
      }),
    removeLapsed: () =>
      session.transaction('housekeeping', async (tx) => {
        const time = now()
        await tx.delete(idempotentRequests).where(lte(idempotentRequests.expires_at, time))
        const removed = await tx
          .delete(signingRequests)
          .where(lte(signingRequests.expires_at, new Date(time.getTime() - DAY_MS)))
          .returning({ file: signingRequests.document_file })
        return { documentFiles: removed.map((row) => row.file) }
      }),
  }
}

type Provisioning = Pick<
  SystemRepository,
  'createHospital' | 'createPerson' | 'createApiKey' | 'createCredential' | 'grantCredentials'
>

function createProvisioning(session: Session): Provisioning {
  return {
    createHospital: (row) =>
      session.transaction({ hospital: row.id }, async (tx) => {
        await tx.insert(hospitals).values({ id: row.id, code: row.code, name: row.name })
      }),
    createPerson: ({ hospitalId, ...row }) =>
      session.transaction({ hospital: hospitalId }, async (tx) => {
        await tx.insert(persons).values({ ...row, hospital_id: hospitalId })
      }),
    createApiKey: (row) =>
      session.transaction({ hospital: row.hospitalId }, async (tx) => {
        await tx.insert(apiKeys).values({
          id: row.id,
          hospital_id: row.hospitalId,
          person_id: row.personId,
          label: row.label,
          role: row.role,
          sha256: row.sha256,
          scopes: row.scopes,
          all_credentials: row.credentialIds === '*',
        })
        if (row.credentialIds === '*' || row.credentialIds.length === 0) return
        await tx.insert(apiKeyCredentials).values(grants(row.hospitalId, row.id, row.credentialIds))
      }),
    grantCredentials: (hospitalId, apiKeyId, credentialIds) =>
      session.transaction({ hospital: hospitalId }, async (tx) => {
        if (credentialIds.length === 0) return
        await tx
          .insert(apiKeyCredentials)
          .values(grants(hospitalId, apiKeyId, credentialIds))
          .onConflictDoNothing()
      }),
    createCredential: ({ pinHash, ...credential }) =>
      session.transaction({ hospital: credential.hospitalId }, async (tx) => {
        await tx.insert(credentials).values(toCredentialRow(credential))
        if (pinHash === null) return
        await tx.insert(pinStates).values({
          credential_id: credential.id,
          hospital_id: credential.hospitalId,
          hash: pinHash,
        })
      }),
  }
}

const grants = (hospitalId: Id, apiKeyId: Id, credentialIds: readonly Id[]) =>
  credentialIds.map((credentialId) => ({
    hospital_id: hospitalId,
    api_key_id: apiKeyId,
    credential_id: credentialId,
  }))
