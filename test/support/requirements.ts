import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { describe } from 'vitest'

/** Something a suite cannot do without. */
export interface Requirement {
  readonly name: string
  /** Why it is missing, and what to install; null where it is there. */
  readonly missing: () => { readonly reason: string; readonly install: string } | null
}

const onPath = (program: string): boolean =>
  (process.env['PATH'] ?? '').split(':').some((folder) => folder !== '' && existsSync(join(folder, program)))

const program = (name: string, debian: string): Requirement => ({
  name,
  missing: () =>
    onPath(name) ? null : { reason: `${name} is not installed`, install: `apt-get install ${debian}` },
})

/** Where Debian, Fedora and Homebrew put the server's programs, which are not on the PATH. */
export function findPostgresPrograms(): string | null {
  const roots = ['/usr/lib/postgresql', '/opt/homebrew/opt', '/usr/local/opt']
  const candidates = roots
    .filter((root) => existsSync(root))
    .flatMap((root) => readdirSync(root).map((entry) => join(root, entry, 'bin')))
  return (
    [...candidates.sort().reverse(), '/usr/bin'].find((folder) => existsSync(join(folder, 'initdb'))) ?? null
  )
}

/** The folder of third-party vectors, or null. */
export const vectorsFolder = (): string | null => {
  const folder = process.env['VECTORS_DIR']
  return folder && existsSync(folder) ? folder : null
}

const softhsmPlaces = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib64/pkcs11/libsofthsm2.so',
  '/opt/homebrew/lib/softhsm/libsofthsm2.so',
]

/** Path of the installed SoftHSM module; throws where `needs.softhsm` is missing. */
export function softHsmModule(): string {
  const found = softhsmPlaces.find((path) => existsSync(path))
  if (!found) throw new Error('SoftHSM is not installed')
  return found
}

function addonLoads(): boolean {
  try {
    createRequire(import.meta.url)('pkcs11js')
    return true
  } catch {
    return false
  }
}

export const needs = {
  softhsm: {
    name: 'softhsm',
    missing: () => {
      if (!addonLoads())
        return { reason: 'the PKCS#11 addon was not built', install: 'apt-get install g++ make python3' }
      return softhsmPlaces.some((path) => existsSync(path))
        ? null
        : { reason: 'SoftHSM is not installed', install: 'apt-get install softhsm2' }
    },
  },
  postgres: {
    name: 'postgres',
    missing: () =>
      findPostgresPrograms()
        ? null
        : { reason: 'PostgreSQL is not installed', install: 'apt-get install postgresql' },
  },
  compiler: program('cc', 'gcc libc6-dev'),
  qpdf: program('qpdf', 'qpdf'),
  pdfsig: program('pdfsig', 'poppler-utils'),
  pdftoppm: program('pdftoppm', 'poppler-utils'),
  openssl: program('openssl', 'openssl'),
  ps: program('ps', 'procps'),
  vectors: {
    name: 'vectors',
    missing: () =>
      vectorsFolder()
        ? null
        : { reason: 'the third-party vectors are not here', install: 'set VECTORS_DIR to their folder' },
  },
} as const satisfies Record<string, Requirement>

/**
 * `describe`, or a skipped suite whose title the reporter turns into `SKIPPED suite: reason: what to install`, which
 * is a failure where `CI=true`.
 */
export function describeWith(
  requirements: Requirement | readonly Requirement[],
  title: string,
  body: () => void,
): void {
  const list = 'missing' in requirements ? [requirements] : requirements
  for (const requirement of list) {
    const missing = requirement.missing()
    if (!missing) continue
    describe.skip(`SKIPPED ${title}: ${missing.reason}: ${missing.install}`, body)
    return
  }
  describe(title, body)
}

/** Runs a program and returns what it printed on stdout; throws with its stderr where it fails. */
export function run(command: string, args: readonly string[], input?: Uint8Array): Buffer {
  return execFileSync(command, args, {
    maxBuffer: 1 << 28,
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(input && { input }),
  })
}
