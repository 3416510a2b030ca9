import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { describeWith, needs, vectorsFolder } from '../../../../test/support/requirements.ts'
import { AnkyError } from '../../../formats/index.ts'
import { cpuOf } from '../../../formats/pdf/testing/helpers.ts'
import { collect } from '../testing/collect.ts'

describeWith([needs.vectors], 'PDF files of the third-party vectors', () => {
  const listFiles = (): string[] =>
    ['dss', 'pyhanko'].flatMap((suite) => {
      const folder = join(vectorsFolder() ?? '.', suite, 'files')
      return readdirSync(folder).flatMap((name) => (name.endsWith('.pdf') ? [join(folder, name)] : []))
    })

  it('each gives facts or is refused with a code, within two seconds', () => {
    for (const file of listFiles()) {
      const bytes = readFileSync(file)
      let answer: unknown = null
      const cpu = cpuOf(() => {
        try {
          answer = collect(bytes).file.kind
        } catch (error) {
          answer = error
        }
      })
      expect(cpu, file).toBeLessThan(2000)
      if (typeof answer !== 'string') expect(answer, file).toBeInstanceOf(AnkyError)
    }
  })
})
