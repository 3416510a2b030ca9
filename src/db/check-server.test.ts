import { describe, expect, it } from 'vitest'
import { checkServer } from './check-server.ts'
import type { MigrationConnection } from './migrate.ts'

const server = (version: string, number: number, encoding: string): MigrationConnection => ({
  exec: async () => {},
  query: async () => [{ version, number, encoding }],
})

describe('what the server must be', () => {
  it.each([
    ['14.13', 140_013],
    ['9.6.24', 90_624],
  ])('PostgreSQL %s: ERR_DB_VERSION', async (version, number) => {
    await expect(checkServer(server(version, number, 'UTF8'))).rejects.toMatchObject({
      code: 'ERR_DB_VERSION',
      details: { version },
    })
  })

  it('another encoding: ERR_DB_ENCODING', async () => {
    await expect(checkServer(server('15.0', 150_000, 'SQL_ASCII'))).rejects.toMatchObject({
      code: 'ERR_DB_ENCODING',
      details: { encoding: 'SQL_ASCII' },
    })
  })

  it('PostgreSQL 15 and later in UTF-8 will do', async () => {
    await checkServer(server('15.0', 150_000, 'UTF8'))
    await checkServer(server('19.1', 190_001, 'UTF8'))
  })
})
