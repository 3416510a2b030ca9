import { hashPin, hashToken, scopesOfRole } from '../../api/index.ts'
import { type Database, DbError, type Id, type SystemRepository } from '../../db/index.ts'
import type { Random } from '../../signer/index.ts'
import type { Certified } from './credentials.ts'
import { evaluationCredentials, evaluationHospitals, offices } from './declaration.ts'
import type { Plan } from './plan.ts'

/**
 * Writes hospitals, persons, credentials and API keys into the database, whichever of them are not there yet.
 *
 * Throws `ERR_DB_…`.
 */
export async function provision(options: {
  readonly database: Database
  readonly plan: Plan
  readonly certified: readonly Certified[]
  readonly random: Random
}): Promise<void> {
  const { database, plan, certified } = options
  if (await isComplete(database.system, plan)) return
  for (const { code, name } of evaluationHospitals) {
    const hospital = plan.hospitals[code]!
    await once(database.system.createHospital({ id: hospital.id, name, code }))
    const own = certified.filter(({ declaration }) => declaration.hospital === code)
    for (const credential of own) await provisionCredential(options, hospital.id, credential)
    const credentialIds = own.map(({ declaration }) => plan.credentials[declaration.name]!.id)
    // the EMR's key comes last, and what it may use: where that is there, everything before it is
    for (const { role, name: holder } of offices) {
      const { personId, apiKeyId, apiKey } = hospital.offices[role]!
      if (personId && holder) {
        const person = { id: personId, hospitalId: hospital.id, name: holder, role, identifier: null }
        await once(database.system.createPerson(person))
      }
      const usable = role === 'client' ? credentialIds : []
      await once(
        database.system.createApiKey({
          id: apiKeyId,
          hospitalId: hospital.id,
          personId,
          label: holder ?? 'EMR',
          role,
          sha256: hashToken(apiKey),
          scopes: scopesOfRole[role],
          credentialIds: usable,
        }),
      )
      await database.system.grantCredentials(hospital.id, apiKeyId, usable)
    }
  }
}

async function provisionCredential(
  { database, plan, random }: { database: Database; plan: Plan; random: Random },
  hospitalId: Id,
  { declaration, key, chain }: Certified,
): Promise<void> {
  const { id, personId, pin } = plan.credentials[declaration.name]!
  const { holder, kind, citizenId } = declaration
  if (personId) {
    const identifier = `CCCD:${citizenId}`
    await once(
      database.system.createPerson({ id: personId, hospitalId, name: holder, role: 'doctor', identifier }),
    )
  }
  await once(
    database.system.createCredential({
      id,
      hospitalId,
      personId,
      holder,
      kind,
      algorithm: key.algorithm,
      keyProvider: key.software ? 'file' : 'pkcs11',
      keyId: key.id,
      chain: chain.map(({ der }) => der),
      disabled: false,
      pinHash: pin === null ? null : await hashPin(pin, random),
    }),
  )
}

/** Each hospital's EMR may use each of its credentials, those that this version added included. */
async function isComplete(system: SystemRepository, plan: Plan): Promise<boolean> {
  for (const { code } of evaluationHospitals) {
    const { apiKey } = plan.hospitals[code]!.offices['client']!
    const usable = (await system.findCallerByKeyHash(hashToken(apiKey)))?.credentialIds ?? []
    const own = evaluationCredentials.filter(({ hospital }) => hospital === code)
    if (!own.every(({ name }) => usable.includes(plan.credentials[name]!.id))) return false
  }
  return true
}

/** A row that a run before this one wrote stays as it is. */
async function once(creation: Promise<void>): Promise<void> {
  try {
    await creation
  } catch (error) {
    if (!(error instanceof DbError && error.code === 'ERR_DB_DUPLICATE')) throw error
  }
}
