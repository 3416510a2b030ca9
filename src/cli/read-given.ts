import { readFile } from 'node:fs/promises'
import { type Certificate, parseCertificate, readCertificates } from '../formats/index.ts'
import { CliError } from './errors.ts'
import { listFiles } from './list-files.ts'

/** A file that an option names. Throws `ERR_CLI_FILE`. */
export async function readGiven(option: string, path: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'unknown'
    throw new CliError('ERR_CLI_FILE', { details: { option, path, reason }, cause })
  }
}

/** The first line. Throws `ERR_CLI_FILE`. */
export async function readPassword(path: string): Promise<string> {
  const text = (await readGiven('--password-file', path)).toString('utf8')
  return text.split(/\r?\n/, 1)[0]!
}

/**
 * Anchors of files and folders (PEM, DER or `.p7b`). In a folder only `.pem`, `.crt`, `.cer`, `.der` and `.p7b` count.
 *
 * Throws `ERR_CLI_FILE`, and `ERR_CLI_TRUST` for a file that holds none and for a folder without any.
 */
export async function readTrust(paths: readonly string[]): Promise<Certificate[]> {
  const anchors = new Map<string, Certificate>()
  for (const path of paths) {
    let found = 0
    for await (const file of listFiles([path])) {
      if (file !== path && !/\.(?:pem|crt|cer|der|p7b)$/i.test(file)) continue
      const bytes = await readGiven('--trust', file)
      for (const certificate of readAnchors(file, bytes)) {
        anchors.set(certificate.sha256, certificate)
        found++
      }
    }
    if (found === 0) throw new CliError('ERR_CLI_TRUST', { details: { path } })
  }
  return [...anchors.values()]
}

function readAnchors(path: string, bytes: Uint8Array): Certificate[] {
  try {
    return readCertificates(bytes).map(parseCertificate)
  } catch (cause) {
    throw new CliError('ERR_CLI_TRUST', { details: { path }, cause })
  }
}
