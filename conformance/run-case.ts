import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { VectorCase } from './cases.ts'
import { ConformanceError } from './errors.ts'
import { type Answer, judgeCase } from './judge-row.ts'
import type { CaseResult, Suite } from './judgement.ts'

const script = fileURLToPath(new URL('./judge-case.ts', import.meta.url))
/** No row may take longer, by the clock. */
const deadlineMs = 60_000
/** What any file may take, however it was made; more is a miss, whatever was found. */
const limits = { cpuMs: 2000, maxRssMiB: 256 } as const

/**
 * Judges one row, where its suite says so in a process of its own, so that its CPU time and memory are its own. Throws
 * `ERR_CONFORMANCE_CHILD`.
 */
export async function runCase(folder: string, row: VectorCase, suite: Suite): Promise<CaseResult> {
  const answer = suite.ownProcess ? await ask(folder, row) : judgeCase(folder, row, suite)
  const { agrees, skipped, got } = answer.judgement
  const isBeyond = suite.ownProcess && agrees !== null && isBeyondLimits(answer)
  const rule = isBeyond ? null : answer.rule
  const missed = rule === null ? 'unexplained' : 'explained'
  return {
    suite: row.suite,
    id: row.id,
    outcome: agrees === null ? 'skipped' : agrees && !isBeyond ? 'agree' : missed,
    expected: row.expect,
    got: isBeyond ? { ...got, beyondLimits: limits } : got,
    rule,
    reason: skipped,
    cpuMs: agrees === null ? null : Math.round(answer.cpuMs * 10) / 10,
    maxRssMiB: agrees === null ? null : Math.round(answer.maxRssMiB),
  }
}

const isBeyondLimits = ({ cpuMs, maxRssMiB }: Answer): boolean =>
  cpuMs > limits.cpuMs || maxRssMiB > limits.maxRssMiB

function ask(folder: string, row: VectorCase): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const child = fork(script, [folder, row.suite, row.id], {
      execArgv: ['--import', 'tsx'],
      timeout: deadlineMs,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    let answer: Answer | null = null
    child.on('message', (message) => {
      answer = message as Answer
    })
    child.on('error', reject)
    child.on('close', () => {
      if (answer) resolve(answer)
      else reject(new ConformanceError('ERR_CONFORMANCE_CHILD', { details: { id: row.id } }))
    })
  })
}
