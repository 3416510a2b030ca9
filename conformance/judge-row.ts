import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { VectorCase } from './cases.ts'
import type { Judgement, Suite } from './judgement.ts'
import { findRule } from './rules.ts'

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
  const explained = judgement.agrees === false && row.file !== null
  return {
    judgement,
    rule: explained ? (findRule(read(row.file))?.id ?? null) : null,
    cpuMs: (user + system) / 1000,
    maxRssMiB: process.resourceUsage().maxRSS / 1024,
  }
}
