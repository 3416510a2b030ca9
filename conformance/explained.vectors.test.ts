import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { describeWith, needs, vectorsFolder } from '../test/support/requirements.ts'
import { readCases } from './cases.ts'
import { judgeCase } from './judge-row.ts'
import { rules } from './rules.ts'
import { suites } from './suites.ts'

describeWith(needs.vectors, 'rows about files', () => {
  test('agree, or are explained by as many rows as the page says', () => {
    const folder = vectorsFolder()!
    const explained = new Map<string, number>()
    const missed: string[] = []
    for (const name of ['dss', 'pyhanko']) {
      for (const row of readCases(folder, name)) {
        if (row.kind === 'en319102-process') continue
        const { judgement, rule } = judgeCase(folder, row, suites[name]!)
        if (judgement.agrees !== false) continue
        if (rule === null) missed.push(row.id)
        for (const id of rule?.split(', ') ?? []) explained.set(id, (explained.get(id) ?? 0) + 1)
      }
    }
    expect(missed).toEqual([])
    const page = readFileSync(new URL('../docs/disagreements.md', import.meta.url), 'utf8')
    for (const { id } of rules) {
      const section = page.split(`### \`${id}\``)[1]?.split(/^##/m)[0]
      expect(section).toContain(`_Explains:_ ${explained.get(id) ?? 0} row`)
    }
  }, 60_000)
})
