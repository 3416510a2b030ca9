// Runs a TypeScript entry of the project with the arguments given: `node scripts/run.mjs bench/main.ts NAME…`.
import { spawnSync } from 'node:child_process'
import { build } from './lib/build.mjs'
import { root } from './lib/common.mjs'
import { prepare } from './lib/prepare.mjs'

prepare()
build()
const [entry, ...args] = process.argv.slice(2)
const run = spawnSync(process.execPath, [...process.execArgv, '--import', 'tsx', entry, ...args], {
  cwd: root,
  stdio: 'inherit',
})
process.exit(run.status ?? 1)
