import type { Clock } from '../signer/index.ts'
import type { DatabaseOptions } from './database-options.ts'
import { toDbError } from './map-error.ts'
import { openSession } from './open-session.ts'
import type { Database } from './ports.ts'
import { createEvidence } from './repositories/evidence.ts'
import { createHospitalRepository } from './repositories/hospital-repository.ts'
import { createSystemRepository } from './repositories/system-repository.ts'
import type { Session } from './session.ts'

/**
 * Opens the database, brings its tables up to date, takes the service's role and binds it to the data folder. Throws
 * `DbError` with any code of the first three groups of `dbMessages`; nothing stays open then.
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  try {
    const session = await openSession(options)
    const database = describeDatabase(session, options.now)
    try {
      await database.system.bindInstance(options.instanceId)
      return database
    } catch (error) {
      await session.close()
      throw error
    }
  } catch (error) {
    throw toDbError(error)
  }
}

/** The face of a session that is open. */
export function describeDatabase(session: Session, now: Clock): Database {
  return {
    kind: session.kind,
    system: createSystemRepository(session, now),
    evidence: createEvidence(session, now),
    hospital: (id) => createHospitalRepository(session, id, now),
    onReturn: (listener) => session.onReturn(listener),
    close: () => session.close(),
  }
}
