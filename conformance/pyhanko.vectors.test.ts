import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { describeWith, needs, vectorsFolder } from '../test/support/requirements.ts'
import { readCases } from './cases.ts'
import { judgePyhanko } from './pyhanko.ts'
import { findRule, rules } from './rules.ts'

describeWith(needs.vectors, 'pyHanko’s rows', () => {
  test('each row of kind parse agrees or is explained by as many rows as the page says', () => {
    const folder = vectorsFolder() ?? ''
    const read = (path: string) => readFileSync(join(folder, path))
    const explained = new Map<string, number>()
    const missed: string[] = []
    for (const row of readCases(folder, 'pyhanko')) {
      if (judgePyhanko(row, read).agrees !== false || row.file === null) continue
      const rule = findRule(read(row.file))
      if (rule) explained.set(rule.id, (explained.get(rule.id) ?? 0) + 1)
      else missed.push(row.id)
    }
    expect(missed).toEqual([])
    const page = readFileSync(new URL('../docs/disagreements.md', import.meta.url), 'utf8')
    for (const { id } of rules) {
      const section = page.split(`### \`${id}\``)[1]?.split(/^##/m)[0]
      expect(section).toContain(`_Explains:_ ${explained.get(id) ?? 0} row`)
    }
  })
})
