import { createPrivateKey } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseCertificate } from '../formats/index.ts'
import { type Revocation, reasonCodes } from './crl.ts'
import type { RevocationReason } from './declaration.ts'
import type { Entity, Pki } from './entity.ts'
import { TestCertsError } from './errors.ts'

interface IndexEntry {
  readonly issuer: string
  readonly key: boolean
}
interface Index {
  readonly url: string
  readonly entities: Record<string, IndexEntry>
}

interface StatusEntry {
  readonly at: string
  readonly reason: RevocationReason
  readonly invalidityDate?: string
}
type Status = Record<string, StatusEntry>

export const indexFile = (folder: string): string => join(folder, 'pki.json')
export const statusFile = (folder: string): string => join(folder, 'status.json')

/**
 * Writes the PKI into `folder` (0700): `pki.json`, and for each entity `NAME.cer` (DER) and, where its key is held,
 * `NAME.key` (PKCS#8, PEM, 0600, not encrypted: evaluation only).
 * `status.json` keeps what it says and gains the revocations of `pki`.
 */
export function saveCa(folder: string, pki: Pki): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const entities: Record<string, IndexEntry> = {}
  for (const entity of pki.entities.values()) {
    entities[entity.name] = { issuer: entity.issuer, key: entity.key !== null }
    writeWhole(join(folder, `${entity.name}.cer`), entity.certificate.der)
    if (entity.key) {
      writeWhole(join(folder, `${entity.name}.key`), entity.key.export({ type: 'pkcs8', format: 'pem' }))
    }
  }
  const status = readStatus(folder)
  for (const entity of pki.entities.values()) {
    if (entity.revocation) status[entity.name] ??= toStatusEntry(entity.revocation)
  }
  writeWhole(statusFile(folder), JSON.stringify(status, null, 2))
  // last: whoever reads the index finds every file it names
  writeWhole(indexFile(folder), JSON.stringify({ url: pki.url, entities } satisfies Index, null, 2))
}

/**
 * The PKI that `saveCa` wrote, with the revocations of `status.json`.
 *
 * Throws `ERR_TEST_PKI_FOLDER`, `ERR_TEST_PKI_KEY_FILE_MODE` and `ERR_TEST_PKI_STATUS_FILE`.
 */
export function loadCa(folder: string): Pki {
  const index = readIndex(folder)
  const status = readStatus(folder)
  const entities = new Map<string, Entity>()
  for (const [name, { issuer, key }] of Object.entries(index.entities)) {
    const certificate = parseCertificate(readPart(folder, `${name}.cer`))
    const entry = status[name]
    entities.set(name, {
      name,
      issuer,
      certificate,
      key: key ? readKey(folder, `${name}.key`) : null,
      revocation: entry ? toRevocation(entry) : null,
    })
  }
  return { url: index.url, entities }
}

/** Marks the certificate of `name` as revoked, or (null) as good again, for all who read `folder` from now on. */
export function setRevocation(folder: string, name: string, revocation: Revocation | null): void {
  if (!Object.hasOwn(readIndex(folder).entities, name)) {
    throw new TestCertsError('ERR_TEST_PKI_ENTITY_UNKNOWN', { details: { name } })
  }
  const status = readStatus(folder)
  if (revocation) status[name] = toStatusEntry(revocation)
  else delete status[name]
  writeWhole(statusFile(folder), JSON.stringify(status, null, 2))
}

function readIndex(folder: string): Index {
  const index = parseJson(readPart(folder, 'pki.json'), 'pki.json') as Partial<Index> | null
  if (typeof index?.url !== 'string' || typeof index.entities !== 'object') {
    throw new TestCertsError('ERR_TEST_PKI_FOLDER', { details: { file: 'pki.json' } })
  }
  return index as Index
}

function readStatus(folder: string): Status {
  let text: string
  try {
    text = readFileSync(statusFile(folder), 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw statusError('not readable', cause)
  }
  let status: unknown
  try {
    status = JSON.parse(text)
  } catch (cause) {
    throw statusError('not JSON', cause)
  }
  if (typeof status !== 'object' || status === null || Array.isArray(status))
    throw statusError('not an object')
  for (const entry of Object.values(status as Record<string, Partial<StatusEntry> | null>)) {
    if (!entry || !Object.hasOwn(reasonCodes, String(entry.reason))) throw statusError('unknown reason')
    const dates = [entry.at, ...(entry.invalidityDate === undefined ? [] : [entry.invalidityDate])]
    if (dates.some((date) => typeof date !== 'string' || Number.isNaN(Date.parse(date)))) {
      throw statusError('not a date')
    }
  }
  return status as Status
}

const statusError = (reason: string, cause?: unknown): TestCertsError =>
  new TestCertsError('ERR_TEST_PKI_STATUS_FILE', { details: { reason }, cause })

const toStatusEntry = (revocation: Revocation): StatusEntry => ({
  at: revocation.at.toISOString(),
  reason: revocation.reason,
  ...(revocation.invalidityDate && { invalidityDate: revocation.invalidityDate.toISOString() }),
})

const toRevocation = (entry: StatusEntry): Revocation => ({
  at: new Date(entry.at),
  reason: entry.reason,
  ...(entry.invalidityDate !== undefined && { invalidityDate: new Date(entry.invalidityDate) }),
})

function readKey(folder: string, file: string): ReturnType<typeof createPrivateKey> {
  const bytes = readPart(folder, file)
  const mode = statSync(join(folder, file)).mode & 0o777
  if (mode & 0o077) {
    throw new TestCertsError('ERR_TEST_PKI_KEY_FILE_MODE', { details: { file, mode: mode.toString(8) } })
  }
  try {
    return createPrivateKey(Buffer.from(bytes))
  } catch {
    // without its cause, which could quote the key
    throw new TestCertsError('ERR_TEST_PKI_FOLDER', { details: { file } })
  }
}

function readPart(folder: string, file: string): Uint8Array {
  try {
    return readFileSync(join(folder, file))
  } catch (cause) {
    throw new TestCertsError('ERR_TEST_PKI_FOLDER', { details: { file }, cause })
  }
}

function parseJson(bytes: Uint8Array, file: string): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch (cause) {
    throw new TestCertsError('ERR_TEST_PKI_FOLDER', { details: { file }, cause })
  }
}

/** Replaces `path` in one step, mode 0600: a reader sees the old bytes or the new. */
export function writeWhole(path: string, content: string | Uint8Array | Buffer): void {
  const next = `${path}.new`
  writeFileSync(next, content, { mode: 0o600 })
  renameSync(next, path)
}
