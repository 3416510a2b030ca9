// npm test [-- what vitest takes]: prepare, build, run the tests; the last line is `N passed, N failed, N skipped`.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from './lib/build.mjs'
import { root, say } from './lib/common.mjs'
import { prepare } from './lib/prepare.mjs'

const { native } = prepare()
if (native !== 'ok') say(`PKCS#11: ${native}`)
build()

const folder = mkdtempSync(join(tmpdir(), 'anky-test-'))
const summary = join(folder, 'summary.json')
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
const run = spawnSync(process.execPath, [vitest, 'run', ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, TEST_SUMMARY_FILE: summary },
})
const counts = readCounts()
rmSync(folder, { recursive: true, force: true })
const { passed, failed, skipped } = counts ?? { passed: 0, failed: 1, skipped: 0 }
// vitest may fail for a reason that no test has, such as a worker that died
const failures = run.status === 0 ? failed : Math.max(failed, 1)
console.log(`${passed} passed, ${failures} failed, ${skipped} skipped`)
process.exit(failures === 0 ? 0 : 1)

function readCounts() {
  try {
    return JSON.parse(readFileSync(summary, 'utf8'))
  } catch {
    return null
  }
}
