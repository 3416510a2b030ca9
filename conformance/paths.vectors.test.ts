import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { describeWith, needs, vectorsFolder } from '../test/support/requirements.ts'
import { readCases } from './cases.ts'
import { judgeLimbo } from './limbo.ts'
import { judgePkits } from './pkits.ts'

describeWith(needs.vectors, 'certification paths of others', () => {
  const read = (path: string) => readFileSync(join(vectorsFolder()!, path))

  test('PKITS: every run as NIST says, for the reason its title names, with the policies asserted', () => {
    const rows = readCases(vectorsFolder()!, 'pkits')
    const missed = rows
      .map((row) => ({ id: row.id, ...judgePkits(row, read) }))
      .filter(({ agrees }) => !agrees)
    expect(missed).toEqual([])
    expect(rows.length).toBeGreaterThanOrEqual(248)
  })

  test('x509-limbo: core as asserted, in time; lint is refused by nothing', () => {
    const rows = readCases(vectorsFolder()!, 'limbo').filter(({ kind }) => kind !== 'alg')
    const missed = rows.map((row) => ({ id: row.id, ...judgeLimbo(row) })).filter(({ agrees }) => !agrees)
    expect(missed).toEqual([])
  })
})
