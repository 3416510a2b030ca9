// The one native build, allowed by name. Its failure is no error: the service then keeps keys in files and says so.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { npm, root, say } from './common.mjs'

const folder = join(root, 'node_modules', 'pkcs11js')
const binary = join(folder, 'build', 'Release', 'pkcs11.node')

/** What a build depends on: while this text stays the same, trying again would end the same way. */
export function addonAttempt() {
  const tools = ['c++', 'g++', 'clang++', 'make', 'python3'].filter(onPath)
  const built = existsSync(binary)
  // Node-API is stable: an addon that another Node built is taken over
  return built ? `built ${process.platform}-${process.arch}` : `missing ${process.version} ${tools.join(' ')}`
}

/** Builds the addon unless it loads already. Returns 'ok', or why it cannot be had. */
export function buildAddon() {
  if (!existsSync(folder)) return 'pkcs11js is not installed'
  if (loads()) return 'ok'
  say('Đang dịch thành phần PKCS#11… (building the PKCS#11 addon)')
  const headers = findHeaders()
  const env = headers ? { ...process.env, npm_config_nodedir: headers } : process.env
  const built = npm(['rebuild', 'pkcs11js', '--ignore-scripts=false', '--foreground-scripts'], 'pipe', env)
  if (built.status === 0 && loads()) return 'ok'
  const reason = reasonOf(`${built.stdout ?? ''}\n${built.stderr ?? ''}`)
  say(`Không dịch được thành phần PKCS#11 (${reason}); khóa sẽ nằm trong tệp.`)
  say(`The PKCS#11 addon could not be built (${reason}); keys will live in files.`)
  return reason
}

/** Headers beside this Node, or an installed one's: node-gyp would download them, which fails without internet. */
function findHeaders() {
  const prefixes = [dirname(dirname(process.execPath)), '/usr', '/usr/local']
  return prefixes.find((prefix) => existsSync(join(prefix, 'include', 'node', 'node_api.h')))
}

function reasonOf(output) {
  if (/find Python.*not found|Could not find any Python/i.test(output) && !onPath('python3'))
    return 'python3 is missing'
  if (!onPath('make')) return 'make is missing'
  if (!['c++', 'g++', 'clang++'].some(onPath)) return 'a C++ compiler is missing'
  return /(?:gyp ERR! stack Error: |error: )(.*)/.exec(output)?.[1] ?? 'the build gave no reason'
}

const onPath = (program) =>
  (process.env.PATH ?? '').split(delimiter).some((path) => path !== '' && existsSync(join(path, program)))

/** Loads it in a process of its own: a failed load is remembered by Node, and a bad one may end the process. */
function loads() {
  if (!existsSync(binary)) return false
  const code = `require(${JSON.stringify(folder)})`
  return spawnSync(process.execPath, ['-e', code], { stdio: 'ignore' }).status === 0
}
