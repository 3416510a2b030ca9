import { asc, eq } from 'drizzle-orm'
import { isUuid } from '../ids.ts'
import type { HospitalRepository } from '../ports.ts'
import { credentials } from '../schema/index.ts'
import type { Credential } from '../values.ts'
import type { HospitalContext } from './context.ts'

type Credentials = Pick<HospitalRepository, 'listCredentials' | 'findCredential'>

export function createCredentials(context: HospitalContext): Credentials {
  return {
    listCredentials: () =>
      context.transaction(async (tx) =>
        (await tx.select().from(credentials).orderBy(asc(credentials.id))).map(toCredential),
      ),
    async findCredential(id) {
      if (!isUuid(id)) return null
      const query = context.transaction((tx) =>
        tx.select().from(credentials).where(eq(credentials.id, id)).prepare('find_credential').execute(),
      )
      const [row] = await query
      return row ? toCredential(row) : null
    },
  }
}

export const toCredentialRow = (credential: Credential): typeof credentials.$inferInsert => ({
  id: credential.id,
  hospital_id: credential.hospitalId,
  person_id: credential.personId,
  holder: credential.holder,
  kind: credential.kind,
  algorithm: credential.algorithm,
  key_provider: credential.keyProvider,
  key_id: credential.keyId,
  chain: credential.chain.map((der) => Buffer.from(der).toString('base64')),
  disabled: credential.disabled,
})

const toCredential = (row: typeof credentials.$inferSelect): Credential => ({
  id: row.id,
  hospitalId: row.hospital_id,
  personId: row.person_id,
  holder: row.holder,
  kind: row.kind,
  algorithm: row.algorithm,
  keyProvider: row.key_provider,
  keyId: row.key_id,
  chain: row.chain.map((base64) => new Uint8Array(Buffer.from(base64, 'base64'))),
  disabled: row.disabled,
})
