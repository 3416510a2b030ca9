import { execFile, execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import {
  findPkcs11Module,
  initialiseSoftHsmToken,
  writeSoftHsmConfiguration,
} from '../../src/pkcs11/index.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const run = promisify(execFile)

/** A SoftHSM token of its own, the C program that signs with it as fast as it goes, and the module that dawdles. */
export interface BenchToken {
  readonly folder: string
  readonly module: string
  readonly environment: Readonly<Record<string, string>>
  readonly pinFile: string
}

export async function makeBenchToken(): Promise<BenchToken> {
  const folder = mkdtempSync(join(tmpdir(), 'anky-bench-'))
  const found = await findPkcs11Module({ cacheFolder: join(folder, 'cache') })
  if (found.module === null) throw new Error(`no PKCS#11 module: ${found.reason}`)
  const { environment } = await writeSoftHsmConfiguration(folder)
  const pinFile = join(folder, 'pin')
  const securityOfficerPinFile = join(folder, 'so-pin')
  for (const file of [pinFile, securityOfficerPinFile])
    writeFileSync(file, randomBytes(8).toString('hex'), { mode: 0o600 })
  const { module } = found
  await initialiseSoftHsmToken({ module, label: 'bench', pinFile, securityOfficerPinFile, environment })
  const raw = ['-O2', '-w', '-o', join(folder, 'raw'), join(root, 'bench/raw-sign.c'), '-ldl', '-lpthread']
  execFileSync('cc', raw)
  const shim = join(root, 'test/pkcs11-shim/shim.c')
  execFileSync('cc', ['-O2', '-shared', '-fPIC', '-o', join(folder, 'shim.so'), shim, '-ldl'])
  return { folder, module, environment, pinFile }
}

const THREADS = 2

/** Signatures a second of C_SignInit and C_Sign alone with the RSA key `id` (hex), for `ms`. */
export async function rawSignRate(token: BenchToken, id: string, ms: number): Promise<number> {
  const { folder, module, environment, pinFile } = token
  // CKM_RSA_PKCS over a DigestInfo of SHA-256
  const args = [module, 'bench', pinFile, id, '1', '51', String(THREADS), String(ms)]
  const { stdout } = await run(join(folder, 'raw'), args, { env: { ...process.env, ...environment } })
  return Number(stdout)
}
