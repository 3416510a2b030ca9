// Compiles src/ into dist/ when a source is newer than the last build.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fail, root, say } from './prepare.mjs'

const stamp = join(root, 'dist', '.built')

export function build({ force = false } = {}) {
  if (!force && newest(join(root, 'src')) < mtime(stamp) && mtime(join(root, 'tsconfig.json')) < mtime(stamp))
    return
  say('Đang biên dịch… (compiling)')
  rmSync(join(root, 'dist'), { recursive: true, force: true })
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const compiled = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.json'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  })
  if (compiled.status !== 0) fail('Biên dịch không thành công.', 'The build failed.')
  copyAssets(join(root, 'src'), join(root, 'dist'))
  mkdirSync(join(root, 'dist'), { recursive: true })
  writeFileSync(stamp, '')
}

/** What the compiler leaves behind: SQL migrations and the files of pages. */
function copyAssets(from, to) {
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const source = join(from, entry.name)
    const target = join(to, entry.name)
    if (entry.isDirectory()) copyAssets(source, target)
    else if (/\.(sql|css|html|js)$/.test(entry.name)) {
      mkdirSync(to, { recursive: true })
      cpSync(source, target)
    }
  }
}

function newest(folder) {
  let latest = 0
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    latest = Math.max(latest, entry.isDirectory() ? Math.max(mtime(path), newest(path)) : mtime(path))
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
