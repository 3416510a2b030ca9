import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { softHsmModule } from '../../../test/support/requirements.ts'
import { type KeyProvider, openPkcs11Provider, type Pkcs11ProviderOptions } from '../index.ts'
import { initialiseSoftHsmToken, writeSoftHsmConfiguration } from '../softhsm.ts'

/** A SoftHSM token of its own in a temporary folder, and providers opened on it, all gone after `dispose`. */
export interface SoftToken {
  readonly folder: string
  readonly module: string
  readonly pinFile: string
  readonly environment: Readonly<Record<string, string>>
  open(options?: Partial<Pkcs11ProviderOptions>): Promise<KeyProvider>
  /** The same token behind the shim, which misbehaves as `rules` say. */
  openFaulty(
    rules: Readonly<Record<string, string>>,
    options?: Partial<Pkcs11ProviderOptions>,
  ): Promise<KeyProvider>
  /** What the shim wrote down, line by line. */
  log(): string[]
  dispose(): Promise<void>
}

const PIN = '24681357'

export async function makeSoftToken(label = 'thu-nghiem'): Promise<SoftToken> {
  const folder = mkdtempSync(join(tmpdir(), 'anky-token-'))
  const module = softHsmModule()
  const pinFile = join(folder, 'pin')
  const securityOfficerPinFile = join(folder, 'so-pin')
  for (const file of [pinFile, securityOfficerPinFile]) writeFileSync(file, `${PIN}\n`, { mode: 0o600 })
  const { environment } = await writeSoftHsmConfiguration(folder)
  await initialiseSoftHsmToken({ module, label, pinFile, securityOfficerPinFile, environment })
  const opened: KeyProvider[] = []
  const logFile = join(folder, 'shim.log')
  const open: SoftToken['open'] = async (options = {}) => {
    const provider = await openPkcs11Provider({
      module,
      token: label,
      pinFile,
      environment,
      sessions: 2,
      ...options,
    })
    opened.push(provider)
    return provider
  }
  return {
    folder,
    module,
    pinFile,
    environment,
    open,
    openFaulty: (rules, options = {}) =>
      open({
        module: shim(),
        environment: { ...environment, SHIM_MODULE: module, SHIM_LOG: logFile, ...rules },
        ...options,
      }),
    log: () => {
      try {
        return readFileSync(logFile, 'utf8').trim().split('\n')
      } catch {
        return []
      }
    },
    dispose: async () => {
      await Promise.all(opened.map((provider) => provider.close()))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

let built: string | null = null

/** Compiles the shim once per process. */
function shim(): string {
  if (built) return built
  const folder = mkdtempSync(join(tmpdir(), 'anky-shim-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  chmodSync(folder, 0o755)
  built = join(folder, 'shim.so')
  const source = fileURLToPath(new URL('../../../test/pkcs11-shim/shim.c', import.meta.url))
  execFileSync('cc', ['-O1', '-shared', '-fPIC', '-o', built, source, '-ldl'])
  return built
}

/** Waits until `condition` holds; throws after `ms`. */
export async function eventually(condition: () => boolean | Promise<boolean>, ms = 5_000): Promise<void> {
  const deadline = Date.now() + ms
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`not so within ${ms} ms`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
