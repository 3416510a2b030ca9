#!/usr/bin/env node
// anky: the command line, from dist/. Prepares and builds first, as every command of the project does.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from './lib/build.mjs'
import { root } from './lib/common.mjs'
import { prepare } from './lib/prepare.mjs'

prepare()
build()
const { runCli } = await import('../dist/cli/index.js')
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const { stdout, stderr, env } = process
// whoever read what we say may be gone before us
for (const stream of [stdout, stderr]) stream.on('error', () => process.exit(74))
process.exitCode = await runCli(
  process.argv.slice(2),
  { stdout, stderr, env, clock: () => new Date() },
  version,
)
