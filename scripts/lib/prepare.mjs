// Brings a fresh clone to the point where it can build: the right Node, the locked dependencies, the native addon.
// Uses nothing but Node itself, since nothing else is there yet. Every step is skipped when already done.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const stampFile = join(root, 'node_modules', '.anky-prepared.json')

export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  fail(
    `Ấn Ký cần Node 20.19 trở lên; máy này có ${process.versions.node}.`,
    `Ấn Ký needs Node 20.19 or later; this is ${process.versions.node}.`,
  )
}

/** Installs what package-lock.json names, unless that very lock was installed before. */
export function prepare() {
  requireNode()
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  const stamp = readStamp()
  if (stamp?.lock === lock) return stamp
  say('Đang cài các thư viện đã khóa phiên bản… (installing the locked dependencies)')
  // NODE_ENV=production would leave out the compiler that the build needs
  const install = npm(
    ['ci', '--ignore-scripts', '--include=dev', '--include=optional', '--no-audit', '--no-fund'],
    'inherit',
  )
  if (install.status !== 0) {
    fail(
      'Không cài được thư viện; xem lỗi của npm ở trên.',
      'The dependencies could not be installed; npm says why above.',
    )
  }
  const native = buildAddon()
  const done = { lock, native }
  writeFileSync(stampFile, JSON.stringify(done))
  return done
}

/** The one native build, allowed by name. Its failure is no error: the service then keeps keys in files and says so. */
function buildAddon() {
  const addon = join(root, 'node_modules', 'pkcs11js')
  if (!existsSync(addon)) return 'pkcs11js is not installed'
  const env = { ...process.env }
  const prefix = dirname(dirname(process.execPath))
  // node-gyp otherwise downloads headers, which fails on a machine without internet
  if (existsSync(join(prefix, 'include', 'node', 'node_api.h'))) env.npm_config_nodedir = prefix
  say('Đang dịch thành phần PKCS#11… (building the PKCS#11 addon)')
  const built = npm(['rebuild', 'pkcs11js', '--ignore-scripts=false', '--foreground-scripts'], 'pipe', env)
  if (built.status === 0 && loads()) return 'ok'
  const output = `${built.stdout ?? ''}${built.stderr ?? ''}`
  const reason = /(?:gyp ERR! stack Error: |error: )(.*)/.exec(output)?.[1] ?? 'the build gave no reason'
  say(
    `Không dịch được thành phần PKCS#11 (${reason}); khóa sẽ nằm trong tệp. (The addon could not be built; keys will live in files.)`,
  )
  return reason
}

function loads() {
  try {
    createRequire(join(root, 'package.json'))('pkcs11js')
    return true
  } catch {
    return false
  }
}

function readStamp() {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8'))
  } catch {
    return null
  }
}

function npm(args, stdio, env = process.env) {
  // inside `npm start` npm tells where it is itself; outside, the one on the PATH
  const cli = process.env.npm_execpath
  const options = { cwd: root, stdio: stdio === 'inherit' ? ['ignore', 2, 2] : 'pipe', env, encoding: 'utf8' }
  return cli?.endsWith('.js')
    ? spawnSync(process.execPath, [cli, ...args], options)
    : spawnSync(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, {
        ...options,
        shell: process.platform === 'win32',
      })
}

export const say = (line) => process.stderr.write(`${line}\n`)

export function fail(vi, en) {
  process.stderr.write(`${vi}\n${en}\n`)
  process.exit(1)
}
