import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { VectorCase } from './cases.ts'
import { readFileInputs } from './file-inputs.ts'
import type { Judgement, Suite } from './judgement.ts'
import { collectFileFacts, findRules } from './rules.ts'

/** What came of one row, and what it took. */
export interface Answer {
  readonly judgement: Judgement
  readonly rule: string | null
  readonly cpuMs: number
  readonly maxRssMiB: number
}

/** Judges a row in this process. */
export function judgeCase(folder: string, row: VectorCase, suite: Suite): Answer {
  const read = (path: string): Uint8Array => readFileSync(join(folder, path))
  const before = process.cpuUsage()
  const judgement = suite.judge(row, read)
  const { user, system } = process.cpuUsage(before)
  const maxRssMiB = process.resourceUsage().maxRSS / 1024
  const missed = judgement.agrees === false && row.file !== null
  const found = missed ? findRules(collectFileFacts(readFileInputs(row, read)), differingOf(judgement)) : []
  return {
    judgement,
    rule: found.length > 0 ? found.map(({ id }) => id).join(', ') : null,
    cpuMs: (user + system) / 1000,
    maxRssMiB,
  }
}

/** Names of the assertions that were not met, where the judge tells them one by one. */
function differingOf({ got }: Judgement): string[] | null {
  const { differs } = got
  return Array.isArray(differs) ? differs.map(String) : null
}
