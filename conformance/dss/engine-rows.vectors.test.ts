import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { describeWith, needs, vectorsFolder } from '../../test/support/requirements.ts'
import { readCases } from '../cases.ts'
import { judgeEngineRow } from './engine-rows.ts'

describeWith(needs.vectors, "what EU DSS observed, through our engine under EU DSS' stock policy", () => {
  test('gives the indications and sub-indications that its own tests assert', () => {
    const read = (path: string) => readFileSync(join(vectorsFolder()!, path))
    const rows = readCases(vectorsFolder()!, 'dss').filter(({ kind }) => kind === 'en319102-process')
    const judged = rows.map((row) => ({ id: row.id, ...judgeEngineRow(row, read) }))
    expect(judged.filter(({ agrees }) => agrees === false)).toEqual([])
    expect(judged.filter(({ agrees }) => agrees).length).toBeGreaterThanOrEqual(57)
    for (const { agrees, skipped } of judged) {
      if (agrees === null) expect(skipped).toMatch(/^(another policy|another time|asserted by expressions)/)
    }
  })
})
