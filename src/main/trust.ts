import { promises as fs } from 'node:fs'
import { join } from 'node:path'
import { type Certificate, parseCertificate, parsePem } from '../formats/index.ts'
import { MainError } from './errors.ts'

/**
 * The anchors that `ANKY_TRUST` adds: of a PEM file (or one certificate in DER), or of every `.pem`, `.crt` and `.cer` of a
 * folder.
 *
 * Throws `ERR_CONFIG_FILE` and `ERR_CONFIG_TRUST_FILE`, also for a folder without any.
 */
export async function loadTrust(path: string | null): Promise<Certificate[]> {
  if (path === null) return []
  const files = await listFiles(path)
  const found = await Promise.all(files.map(readCertificates))
  if (found.length === 0) throw new MainError('ERR_CONFIG_TRUST_FILE', { details: { path } })
  return found.flat()
}

async function listFiles(path: string): Promise<string[]> {
  try {
    if (!(await fs.stat(path)).isDirectory()) return [path]
    const names = await fs.readdir(path)
    return names.filter((name) => /\.(pem|crt|cer)$/i.test(name)).map((name) => join(path, name))
  } catch (cause) {
    throw new MainError('ERR_CONFIG_FILE', { details: { name: 'ANKY_TRUST', path }, cause })
  }
}

async function readCertificates(path: string): Promise<Certificate[]> {
  try {
    const bytes = await fs.readFile(path)
    const isDer = bytes[0] === 0x30
    return (isDer ? [bytes] : parsePem(bytes.toString('utf8'))).map((der) => parseCertificate(der))
  } catch (cause) {
    throw new MainError('ERR_CONFIG_TRUST_FILE', { details: { path }, cause })
  }
}
