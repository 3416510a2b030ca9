// Compiles src/ into dist/ when a source is newer than the last build.
import { spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fail, root, say } from './common.mjs'

const dist = join(root, 'dist')
const stamp = join(dist, '.built')

export function build({ force = false } = {}) {
  const newestSource = Math.max(newest(join(root, 'src')), mtime(join(root, 'tsconfig.json')))
  if (!force && newestSource < mtime(stamp)) return
  say('Đang biên dịch… (compiling)')
  const started = new Date()
  const next = `${dist}.${process.pid}.new`
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const compiled = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.json', '--outDir', next], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  })
  if (compiled.status !== 0) {
    rmSync(next, { recursive: true, force: true })
    fail('Biên dịch không thành công.', 'The build failed.')
  }
  copyAssets(join(root, 'src'), next)
  writeFileSync(join(next, '.built'), '')
  // a source saved while the compiler ran is newer than this build
  utimesSync(join(next, '.built'), started, started)
  replaceDist(next)
}

/** Whole at once: a service that runs from dist/ starts further processes from there, while others build. */
function replaceDist(next) {
  const old = `${dist}.${process.pid}.old`
  try {
    if (existsSync(dist)) renameSync(dist, old)
    renameSync(next, dist)
  } catch (error) {
    // another command has just put the same build there
    if (!existsSync(stamp)) throw error
    rmSync(next, { recursive: true, force: true })
  }
  rmSync(old, { recursive: true, force: true })
}

/** What the compiler leaves behind: SQL migrations and the files of pages. */
function copyAssets(from, to) {
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const source = join(from, entry.name)
    const target = join(to, entry.name)
    if (entry.isDirectory()) copyAssets(source, target)
    else if (!entry.name.endsWith('.ts') && !entry.name.endsWith('.md')) {
      mkdirSync(to, { recursive: true })
      cpSync(source, target)
    }
  }
}

function newest(folder) {
  let latest = mtime(folder)
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) latest = Math.max(latest, newest(path))
    else if (!/\.test\.ts$/.test(entry.name)) latest = Math.max(latest, mtime(path))
  }
  return latest
}

function mtime(path) {
  try {
    return statSync(path).mtimeMs
  } catch {
    return 0
  }
}
