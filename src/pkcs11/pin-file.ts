import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'
import { Fault } from './fault.ts'

/** A secret from a file, and what tells one state of the file from another without saying anything of its content. */
export interface SecretFile {
  readonly secret: string
  readonly stamp: string
}

const MAX_SECRET_BYTES = 1024

/**
 * Reads a PIN or passphrase: one line of UTF-8, a single line break at its end taken off.
 *
 * Throws `Fault` `ERR_P11_PIN_FILE_MISSING`; `ERR_P11_PIN_FILE_MODE` unless only the owner, who is this process' user or
 * root, may read and write the regular file; `ERR_P11_PIN_FORMAT` where it is empty, over 1 KiB, not UTF-8, or holds
 * control characters (a trailing NUL costs a try on some cards). Windows has no mode to check.
 */
export function readSecretFile(path: string): SecretFile {
  const file = open(path)
  try {
    const stat = fstatSync(file, { bigint: true })
    checkMode(stat)
    if (stat.size > BigInt(MAX_SECRET_BYTES)) throw new Fault('ERR_P11_PIN_FORMAT')
    const secret = decodeSecret(readFileSync(file))
    return { secret, stamp: [stat.dev, stat.ino, stat.size, stat.mtimeNs, stat.ctimeNs].join(':') }
  } finally {
    closeSync(file)
  }
}

function open(path: string): number {
  try {
    // Without O_NONBLOCK a named pipe would hold us until somebody writes to it.
    return openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  } catch (cause) {
    throw new Fault('ERR_P11_PIN_FILE_MISSING', {}, cause)
  }
}

function checkMode(stat: { mode: bigint; uid: bigint; isFile(): boolean }): void {
  if (!stat.isFile()) throw new Fault('ERR_P11_PIN_FILE_MISSING')
  if (process.platform === 'win32') return
  const mode = (stat.mode & 0o777n).toString(8).padStart(4, '0')
  const owner = process.getuid?.() ?? 0
  const foreign = stat.uid !== 0n && stat.uid !== BigInt(owner)
  if (stat.mode & 0o077n || foreign) throw new Fault('ERR_P11_PIN_FILE_MODE', { mode })
}

/** The secret in a file's bytes; throws `Fault` `ERR_P11_PIN_FORMAT`. */
export function decodeSecret(bytes: Uint8Array): string {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new Fault('ERR_P11_PIN_FORMAT')
  }
  const secret = text.replace(/\r?\n$/, '')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (secret === '' || /[\u0000-\u001f\u007f-\u009f\ufeff]/.test(secret))
    throw new Fault('ERR_P11_PIN_FORMAT')
  return secret
}

/** Throws `Fault` `ERR_P11_PIN_LENGTH` unless the token allows a PIN as long as this (bytes; a maximum of 0 is none). */
export function checkPinLength(pin: string, token: { minPinLen: number; maxPinLen: number }): void {
  const length = Buffer.byteLength(pin)
  const { minPinLen: min, maxPinLen: max } = token
  if (length < min || (max > 0 && length > max)) throw new Fault('ERR_P11_PIN_LENGTH', { min, max })
}
