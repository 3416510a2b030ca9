import { existsSync, promises as fs } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { type Certificate, encodePem } from '../../formats/index.ts'
import {
  buildPki,
  type Environment,
  entityOf,
  evaluationPki,
  loadCa,
  type Pki,
  rootsOf,
  saveCa,
} from '../../test-certs/index.ts'
import { writeFileWhole } from '../files.ts'

export const pkiFolder = (dataFolder: string): string => join(dataFolder, 'pki')
const responderUrl = (port: number): string => `http://127.0.0.1:${port}`

/**
 * The data folder's PKI: roots, CAs, TSA and OCSP responder, made on the first run with keys of its own. Their certificates name
 * the responders' port.
 *
 * Throws `ERR_TEST_PKI_…` where the folder is damaged.
 */
export async function ensureAuthorities(dataFolder: string, port: number, env: Environment): Promise<Pki> {
  const folder = pkiFolder(dataFolder)
  if (!existsSync(join(folder, 'pki.json'))) {
    saveCa(folder, await buildPki(evaluationPki, { ...env, url: responderUrl(port) }))
  }
  return loadCa(folder)
}

/** Writes the anchors as PEM for judges (`trust.pem`) and gives the file's path. */
export async function writeTrust(dataFolder: string, pki: Pki): Promise<string> {
  const path = join(dataFolder, 'trust.pem')
  await writeFileWhole(path, toPem(rootsOf(pki).map(({ certificate }) => certificate)))
  await fs.chmod(path, 0o644)
  return path
}

export const toPem = (certificates: readonly Certificate[]): string =>
  certificates.map(({ der }) => encodePem('CERTIFICATE', der)).join('')

export const tsaCertificate = (pki: Pki): Certificate => entityOf(pki, 'tsa').certificate

/**
 * A free port on loopback, below those that systems hand out to outgoing connections (RFC 6335, 8.1.2 and Linux' 32768):
 * it is written into certificates, and has to be free again at each later start.
 */
export async function choosePort(): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const port = 20_000 + Math.floor(Math.random() * 12_000)
    if (await isFree(port)) return port
  }
  return 0
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
