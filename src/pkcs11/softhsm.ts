import { execFile } from 'node:child_process'
import { existsSync, promises as fs } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { forkEntry } from './entry.ts'
import { Pkcs11Error, toError } from './errors.ts'
import type { InitialiseReply, InitialiseRequest } from './initialise-child.ts'

const run = promisify(execFile)

/** Where packages put SoftHSM: Debian and Ubuntu, Fedora and RHEL, Alpine, Arch, Homebrew, FreeBSD. */
const usualPlaces = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib64/pkcs11/libsofthsm2.so',
  '/usr/lib64/softhsm/libsofthsm2.so',
  '/usr/lib/libsofthsm2.so',
  '/opt/homebrew/lib/softhsm/libsofthsm2.so',
  '/usr/local/lib/softhsm/libsofthsm2.so',
] as const

export interface FoundModule {
  readonly module: string
  /** `configured` modules bring their own configuration; for the others we write SoftHSM's. */
  readonly source: 'configured' | 'installed' | 'unpacked'
}

export interface NoModule {
  readonly module: null
  /** For the log, English. */
  readonly reason: string
}

/**
 * Looks for a PKCS#11 module: the configured one, SoftHSM where packages install it, SoftHSM unpacked from Debian's
 * packages into `cacheFolder` without root (a download, made only with `unpack` and where apt-get and dpkg exist).
 *
 * A configured path that is not there throws `ERR_P11_MODULE_LOAD`: another module would hold other keys.
 */
export async function findPkcs11Module(options: {
  readonly configured?: string | null
  readonly cacheFolder: string
  readonly unpack?: boolean
  readonly places?: readonly string[]
}): Promise<FoundModule | NoModule> {
  if (options.configured) {
    if (existsSync(options.configured)) return { module: options.configured, source: 'configured' }
    throw new Pkcs11Error('ERR_P11_MODULE_LOAD', { details: { module: options.configured } })
  }
  const installed = (options.places ?? usualPlaces).find((path) => existsSync(path))
  if (installed) return { module: installed, source: 'installed' }
  const unpacked = await findUnpacked(options.cacheFolder)
  if (unpacked) return { module: unpacked, source: 'unpacked' }
  if (options.unpack === false) return { module: null, reason: 'SoftHSM is not installed' }
  return unpackSoftHsm(options.cacheFolder)
}

async function findUnpacked(folder: string): Promise<string | null> {
  const root = join(folder, 'softhsm')
  const places = usualPlaces.slice(0, 3).map((path) => join(root, path))
  return places.find((path) => existsSync(path)) ?? null
}

async function unpackSoftHsm(folder: string): Promise<FoundModule | NoModule> {
  const target = join(folder, 'softhsm')
  const download = join(folder, 'packages')
  try {
    await fs.mkdir(download, { recursive: true, mode: 0o700 })
    await run('apt-get', ['download', 'libsofthsm2', 'softhsm2'], { cwd: download, timeout: 30_000 })
    const packages = (await fs.readdir(download)).filter((name) => name.endsWith('.deb'))
    for (const name of packages) await run('dpkg', ['-x', join(download, name), target], { timeout: 30_000 })
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    return {
      module: null,
      reason: missing ? 'SoftHSM is not installed and this is not Debian' : 'SoftHSM could not be downloaded',
    }
  }
  const module = await findUnpacked(folder)
  return module
    ? { module, source: 'unpacked' }
    : { module: null, reason: 'the downloaded package holds no SoftHSM module' }
}

/** The file SOFTHSM2_CONF has to name, and the folder of tokens it points to. Both are made, readable by their owner only. */
export async function writeSoftHsmConfiguration(
  folder: string,
): Promise<{ readonly environment: Readonly<Record<string, string>> }> {
  const tokens = join(folder, 'tokens')
  const file = join(folder, 'softhsm2.conf')
  await fs.mkdir(tokens, { recursive: true, mode: 0o700 })
  const lines = [
    `directories.tokendir = ${tokens}`,
    'objectstore.backend = file',
    'log.level = ERROR',
    'slots.removable = false',
  ]
  await fs.writeFile(file, `${lines.join('\n')}\n`, { mode: 0o600 })
  return { environment: { SOFTHSM2_CONF: file } }
}

/**
 * Makes a token through PKCS#11 itself (C_InitToken, C_InitPIN), in a process that ends with it, and returns its serial
 * number. A token of this label that exists is left as it is.
 *
 * Both PIN files must have mode 0600. Throws `ERR_P11_PIN_FILE_…`, `ERR_P11_MODULE_…`, `ERR_P11_TOKEN_ABSENT` where no
 * slot is free, or what the module answered.
 */
export function initialiseSoftHsmToken(
  options: InitialiseRequest & { readonly environment: Readonly<Record<string, string>> },
): Promise<{ readonly serialNumber: string; readonly created: boolean }> {
  const { environment, module, label, securityOfficerPinFile, pinFile } = options
  const child = forkEntry('initialise-child', environment)
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), 30_000)
    child.once('message', (reply: InitialiseReply) => {
      if ('fault' in reply) reject(toError(reply.fault))
      else resolve(reply)
    })
    child.once('error', (cause) => reject(new Pkcs11Error('ERR_P11_CHILD_START', { cause })))
    child.once('exit', () => {
      clearTimeout(timer)
      reject(new Pkcs11Error('ERR_P11_CHILD_DIED'))
    })
    const request: InitialiseRequest = { module, label, securityOfficerPinFile, pinFile }
    child.send(request, () => {})
  })
}
