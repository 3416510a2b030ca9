// Brings a fresh clone to the point where it can build: the right Node, the locked dependencies, the native addon.
// Uses nothing but Node itself, since nothing else is there yet. Every step is skipped when already done.
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { addonAttempt, buildAddon } from './addon.mjs'
import { fail, npm, root, say } from './common.mjs'

const stampFile = join(root, 'node_modules', '.anky-prepared.json')

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  fail(
    `Ấn Ký cần Node 20.19 trở lên; máy này có ${process.versions.node}.`,
    `Ấn Ký needs Node 20.19 or later; this is ${process.versions.node}.`,
  )
}

/**
 * Installs what package-lock.json names, unless that very lock was installed before, and builds the addon, unless that
 * was tried with this same Node and compiler. Returns `native`: 'ok', or why there is no addon.
 */
export function prepare() {
  requireNode()
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  let done = readStamp()
  if (done?.lock !== lock) {
    installLocked()
    done = { lock }
  }
  if (done.attempt !== addonAttempt()) {
    const native = buildAddon()
    done = { lock, native, attempt: addonAttempt() }
    writeFileSync(stampFile, JSON.stringify(done))
  }
  return { native: done.native }
}

function installLocked() {
  say('Đang cài các thư viện đã khóa phiên bản… (installing the locked dependencies)')
  // NODE_ENV=production would leave out the compiler that the build needs
  const wanted = ['--ignore-scripts', '--include=dev', '--include=optional', '--no-audit', '--no-fund']
  const install = npm(['ci', ...wanted], 'inherit')
  if (install.status === 0) return
  fail(
    'Không cài được thư viện; xem lỗi của npm ở trên.',
    'The dependencies could not be installed; npm says why above.',
  )
}

function readStamp() {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8'))
  } catch {
    return null
  }
}
