import { DbError } from './errors.ts'
import type { MigrationConnection } from './migrate.ts'

/** The role under which the service works: it owns nothing, and row-level security binds it. */
export const SERVICE_ROLE = 'anky_service'

const lastAttempt = 5
/** Two databases of one server being set up at once collide over the roles, which they share. */
const collisions = new Set(['23505', '42710', 'XX000'])

/**
 * Makes the role where it is missing and lets `user` take it. Throws `ERR_DB_ROLE_MISSING`, with the statements an
 * administrator has to run, where the connection's user may do neither.
 */
export async function ensureServiceRole(owner: MigrationConnection, user: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await grantServiceRole(owner, user)
    } catch (error) {
      const code = sqlState(error)
      if (code === '42501') {
        const sql = `CREATE ROLE ${SERVICE_ROLE} NOLOGIN; GRANT ${SERVICE_ROLE} TO ${quoteName(user)};`
        throw new DbError('ERR_DB_ROLE_MISSING', { details: { sql }, cause: error })
      }
      if (attempt === lastAttempt || code === null || !collisions.has(code)) throw error
    }
  }
}

async function grantServiceRole(owner: MigrationConnection, user: string): Promise<void> {
  const [role] = await owner.query('select 1 from pg_roles where rolname = $1', [SERVICE_ROLE])
  if (!role) await owner.exec(`create role ${SERVICE_ROLE} nologin`)
  const [member] = await owner.query("select pg_has_role($1::name, $2::name, 'MEMBER') as yes", [
    user,
    SERVICE_ROLE,
  ])
  if (member?.['yes'] !== true) await owner.exec(`grant ${SERVICE_ROLE} to ${quoteName(user)}`)
}

/** Throws `ERR_DB_ROLE_TOO_STRONG` where the role in force could get around row-level security or the grants. */
export async function checkServiceRole(
  query: (statement: string) => Promise<readonly Record<string, unknown>[]>,
): Promise<void> {
  const [row] = await query(`
    select current_user = '${SERVICE_ROLE}' as taken, r.rolsuper or r.rolbypassrls as unbound,
      exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'anky' and pg_has_role(r.oid, c.relowner, 'USAGE')) as owner
    from pg_roles r where r.rolname = current_user`)
  if (row?.['taken'] !== true || row['unbound'] !== false || row['owner'] !== false)
    throw new DbError('ERR_DB_ROLE_TOO_STRONG')
}

const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`

const sqlState = (error: unknown): string | null => {
  const code = error instanceof Error ? (error as Error & { code?: unknown }).code : null
  return typeof code === 'string' ? code : null
}
