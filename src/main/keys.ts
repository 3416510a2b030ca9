import { existsSync, promises as fs } from 'node:fs'
import { basename, join } from 'node:path'
import {
  findPkcs11Module,
  initialiseSoftHsmToken,
  type KeyProvider,
  openFileProvider,
  openPkcs11Provider,
  Pkcs11Error,
  writeSoftHsmConfiguration,
} from '../pkcs11/index.ts'
import type { Random } from '../signer/index.ts'
import type { Config } from './config.ts'
import { MainError } from './errors.ts'
import { secretFile } from './secrets.ts'

export interface KeyOptions {
  readonly config: Config['keys']
  /** Where this data folder's keys are; null on its first run. */
  readonly kept: 'pkcs11' | 'file' | null
  readonly dataFolder: string
  /** 'ok', or why the PKCS#11 addon cannot be loaded. */
  readonly nativeAddon: string
  readonly random: Random
  /** Places and download of SoftHSM, in tests; default: where packages put it, and yes. */
  readonly search?: { readonly places?: readonly string[]; readonly unpack?: boolean }
}

export interface ChosenKeys {
  readonly provider: KeyProvider
  /** Why keys are in files although nobody asked for that; null otherwise. */
  readonly fallback: string | null
}

const TOKEN_LABEL = 'anky-evaluation'

/**
 * Opens the place of the keys: as configured, or where this data folder has them already, or the best there is: an
 * installed SoftHSM, one unpacked into the data folder, encrypted files.
 *
 * Only a first run that was told nothing falls back to files. Throws `ERR_MAIN_KEYS_…`, `ERR_MAIN_PKCS11_UNAVAILABLE`,
 * `ERR_CONFIG_PIN_FILE_REQUIRED`, `ERR_P11_…`.
 */
export async function openKeys(options: KeyOptions): Promise<ChosenKeys> {
  const { config, kept } = options
  const wanted = config.kind ?? (config.module ? 'pkcs11' : null)
  if (kept && wanted && kept !== wanted) {
    throw new MainError('ERR_MAIN_KEYS_ELSEWHERE', { details: { kept, wanted } })
  }
  const kind = wanted ?? kept
  if (kind === 'file') return { provider: await openFiles(options), fallback: null }
  const token = await openToken(options)
  if (typeof token !== 'string') return { provider: token, fallback: null }
  const details = { reason: token }
  if (wanted) throw new MainError('ERR_MAIN_PKCS11_UNAVAILABLE', { details })
  if (kept) throw new MainError('ERR_MAIN_KEYS_UNAVAILABLE', { details })
  return { provider: await openFiles(options), fallback: token }
}

async function openFiles({ dataFolder, random }: KeyOptions): Promise<KeyProvider> {
  const passphraseFile = await secretFile(dataFolder, 'key-passphrase', random)
  return openFileProvider({ folder: join(dataFolder, 'keys'), passphraseFile })
}

/** The token, or why there is none on this machine; what is wrong with a token that is there is thrown. */
async function openToken(options: KeyOptions): Promise<KeyProvider | string> {
  const { config, dataFolder, nativeAddon, search } = options
  if (nativeAddon !== 'ok') return nativeAddon
  const cacheFolder = join(dataFolder, 'modules')
  const found = await findPkcs11Module({ configured: config.module, cacheFolder, ...search })
  if (found.module === null) return found.reason
  try {
    if (config.pinFile) {
      return await openPkcs11Provider({
        module: found.module,
        token: config.token,
        pinFile: config.pinFile,
      })
    }
    if (found.source === 'configured' && !/softhsm/i.test(basename(found.module))) {
      throw new MainError('ERR_CONFIG_PIN_FILE_REQUIRED')
    }
    return await openOwnToken(options, found.module)
  } catch (error) {
    if (isUnusable(error) && found.source !== 'configured') return error.message
    throw error
  }
}

/** The addon or a module that we found ourselves does not run here; nobody's configuration is at fault. */
const isUnusable = (error: unknown): error is Pkcs11Error =>
  error instanceof Pkcs11Error && /^ERR_P11_(ADDON|MODULE|CHILD)_/.test(error.code)

/** A SoftHSM token of the data folder's own. */
async function openOwnToken(
  { config, kept, dataFolder, random }: KeyOptions,
  module: string,
): Promise<KeyProvider> {
  const label = config.token ?? TOKEN_LABEL
  const folder = join(dataFolder, 'softhsm')
  if (kept && !existsSync(folder)) throw new MainError('ERR_MAIN_KEYS_GONE', { details: { what: folder } })
  const pinFile = await secretFile(dataFolder, 'token-pin', random)
  const securityOfficerPinFile = await secretFile(dataFolder, 'token-so-pin', random)
  if (!existsSync(folder)) {
    // made aside and moved: a token that a crash left without its PIN would never open
    const draft = `${folder}.draft`
    await fs.rm(draft, { recursive: true, force: true })
    const { environment } = await writeSoftHsmConfiguration(draft)
    await initialiseSoftHsmToken({ module, label, securityOfficerPinFile, pinFile, environment })
    await fs.rename(draft, folder)
  }
  const { environment } = await writeSoftHsmConfiguration(folder)
  return openPkcs11Provider({ module, token: label, pinFile, environment })
}
