import { writeFileSync } from 'node:fs'
import type { Reporter, SerializedError, TestModule, TestSuite } from 'vitest/node'

interface Counts {
  passed: number
  failed: number
  skipped: number
}

const MARK = 'SKIPPED '

/**
 * Prints `SKIPPED suite: reason: what to install` for each suite that `describeWith` left out, and at the end
 * `N passed, N failed, N skipped`. With `CI=true` a suite left out is a failure, and so is a run without any test.
 *
 * TEST_SUMMARY_FILE, where set, gets the counts as JSON, and the runner prints the last line itself.
 */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const counts = countTests(modules)
    counts.failed += unhandled.length
    const leftOut = modules.flatMap((module) => [...module.children.allSuites()].filter(isLeftOut))
    for (const suite of leftOut) process.stdout.write(`${suite.name}\n`)
    if (process.env['CI'] === 'true' && leftOut.length > 0) {
      process.stdout.write(`${leftOut.length} suites could not run, which counts as failed where CI=true\n`)
      counts.failed += leftOut.length
    }
    if (counts.failed > 0 || counts.passed === 0) process.exitCode = 1
    const file = process.env['TEST_SUMMARY_FILE']
    if (file) writeFileSync(file, JSON.stringify(counts))
    else process.stdout.write(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`)
  }
}

const isLeftOut = (suite: TestSuite): boolean => suite.name.startsWith(MARK)

/** A file or a hook that fails outside any test counts as one failure, since the tests behind it did not run. */
function countTests(modules: readonly TestModule[]): Counts {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 }
  for (const module of modules) {
    counts.failed += module.errors().length
    for (const suite of module.children.allSuites()) counts.failed += suite.errors().length
    for (const test of module.children.allTests()) {
      const { state } = test.result()
      // a test that never came to an end, since its worker did, is no test that was left out
      counts[state === 'pending' ? 'failed' : state]++
    }
  }
  return counts
}
