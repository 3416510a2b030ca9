// `npm run conformance [-- SUITE…]`: holds our code against third-party vectors and writes conformance.json.
import { existsSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { readCases, type VectorCase } from './cases.ts'
import { ConformanceError } from './errors.ts'
import type { CaseResult, Suite } from './judgement.ts'
import { countSuite, describeSuite } from './report.ts'
import { runCase } from './run-case.ts'
import { selectSuites, suites } from './suites.ts'

const atOnce = 2

/** Exit codes: 0 all is well, 1 an unexplained miss, 2 vectors are absent, 64 a suite that there is not. */
async function main(names: readonly string[]): Promise<number> {
  const selected = selectSuites(names)
  const folder = process.env['VECTORS_DIR'] ?? ''
  if (folder === '' || !existsSync(folder)) {
    throw new ConformanceError('ERR_CONFORMANCE_VECTORS_ABSENT', {
      details: { path: folder || 'VECTORS_DIR' },
    })
  }
  const rows = selected.map((suite) => readCases(folder, suite))
  const results: CaseResult[][] = []
  for (const [i, suite] of selected.entries()) {
    const judged = await runAll(folder, rows[i] ?? [], suites[suite]!)
    results.push(judged)
    for (const miss of judged.filter(({ outcome }) => outcome === 'unexplained')) {
      console.error(`${miss.id}: expected ${JSON.stringify(miss.expected)}, got ${JSON.stringify(miss.got)}`)
    }
    console.log(describeSuite(countSuite(suite, judged), judged))
  }
  const report = {
    suites: selected.map((suite, i) => countSuite(suite, results[i] ?? [])),
    cases: results.flat(),
  }
  const path = fileURLToPath(new URL('../conformance.json', import.meta.url))
  writeFileSync(path, `${JSON.stringify(report, null, 1)}\n`)
  return report.suites.some((suite) => suite.unexplained > 0) ? 1 : 0
}

/** Judges all rows, two at a time, and keeps their order. */
async function runAll(folder: string, rows: readonly VectorCase[], suite: Suite): Promise<CaseResult[]> {
  const results: CaseResult[] = []
  let next = 0
  const work = async (): Promise<void> => {
    for (let i = next++; i < rows.length; i = next++) {
      results[i] = await runCase(folder, rows[i]!, suite)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return results
}

const exitCodes: Readonly<Record<string, number>> = {
  ERR_CONFORMANCE_VECTORS_ABSENT: 2,
  ERR_CONFORMANCE_SUITE_UNKNOWN: 64,
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof ConformanceError)) throw error
  console.error(`${error.code}: ${error.messageVi}\n${error.code}: ${error.message}`)
  process.exitCode = exitCodes[error.code] ?? 70
}
