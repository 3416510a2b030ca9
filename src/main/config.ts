import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { z } from 'zod'
import { MainError } from './errors.ts'
import { refuseUnknownVariables } from './variables.ts'

/** What the environment says, checked. */
export interface Config {
  readonly host: string
  /** 0: any free port. */
  readonly port: number
  readonly tls: { readonly certFile: string; readonly keyFile: string } | null
  /** Absolute path. */
  readonly dataFolder: string
  readonly trustedProxies: readonly string[]
  readonly uploadBytes: number
  /** No `url`: the embedded database. */
  readonly database: { readonly url: string | null; readonly ownerUrl: string | null }
  readonly keys: {
    /** null: the best that is found. */
    readonly kind: 'pkcs11' | 'file' | null
    readonly module: string | null
    readonly token: string | null
    readonly pinFile: string | null
  }
  readonly timestamps: {
    /** Empty: the evaluation's own. */
    readonly urls: readonly string[]
    readonly deadlineMs: number
  }
  /** PEM file or folder of added anchors. */
  readonly trust: string | null
  readonly netAllow: readonly string[]
  readonly logLevel: string
}

const integer = (expected: string, min: number, max: number, fallback: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, expected)
    .transform(Number)
    .refine((value) => value >= min && value <= max, expected)
    .default(fallback)
const list = z
  .string()
  .default('')
  .transform((text) => text.split(',').map((part) => part.trim()))
  .transform((parts) => parts.filter((part) => part !== ''))
const listOf = (expected: string, test: (part: string) => boolean) =>
  list.refine((parts) => parts.every(test), expected)
const path = z
  .string()
  .transform((value) => resolve(value))
  .optional()
const url = (protocols: readonly string[], expected: string) =>
  z
    .string()
    .refine((text) => isUrl(text, protocols), expected)
    .optional()

/** Messages of this schema are what is needed instead, in both languages, and never the value: it may hold a secret. */
const schema = z.object({
  ANKY_PROFILE: z.enum(['evaluation', 'production'], 'evaluation').default('evaluation'),
  HOST: z
    .string()
    .regex(/^[0-9A-Za-z.:_-]+$/, 'an address or a host name (địa chỉ hoặc tên máy)')
    .default('127.0.0.1'),
  PORT: integer('a number from 0 to 65535 (số từ 0 đến 65535)', 0, 65535, 8080),
  ANKY_TLS_CERT_FILE: path,
  ANKY_TLS_KEY_FILE: path,
  ANKY_DATA: z
    .string()
    .default('data')
    .transform((value) => resolve(value)),
  ANKY_TRUSTED_PROXY: listOf('addresses or networks, such as 10.0.0.0/8 (địa chỉ hoặc dải mạng)', isNetwork),
  ANKY_UPLOAD_MIB: integer('a number from 1 to 2047 (số từ 1 đến 2047)', 1, 2047, 512),
  DATABASE_URL: url(['postgres:', 'postgresql:'], 'postgres://USER@HOST/DATABASE'),
  DATABASE_OWNER_URL: url(['postgres:', 'postgresql:'], 'postgres://USER@HOST/DATABASE'),
  ANKY_KEYS: z.enum(['pkcs11', 'file'], 'pkcs11 / file').optional(),
  ANKY_PKCS11_MODULE: path,
  ANKY_PKCS11_TOKEN: z.string().optional(),
  ANKY_PKCS11_PIN_FILE: path,
  ANKY_TSA_URLS: listOf(
    'http or https addresses, separated by commas (các địa chỉ http hoặc https)',
    (text) => isUrl(text, ['http:', 'https:']),
  ),
  ANKY_TSA_DEADLINE_MS: integer('milliseconds from 100 to 600000 (mili giây)', 100, 600_000, 10_000),
  ANKY_TRUST: path,
  ANKY_NET_ALLOW: listOf('hosts or networks, separated by commas (tên máy hoặc dải mạng)', isHostOrNetwork),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], 'trace … silent')
    .default('info'),
})

/**
 * The service's configuration from its environment; an empty variable counts as not set.
 *
 * Throws `ERR_CONFIG_…`. Files are not opened here.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  refuseUnknownVariables(env)
  const set = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''),
  )
  const parsed = schema.safeParse(set)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const details = { name: String(issue?.path[0]), expected: issue?.message ?? '' }
    throw new MainError('ERR_CONFIG_INVALID', { details })
  }
  const read = parsed.data
  if (read.ANKY_PROFILE === 'production') throw new MainError('ERR_CONFIG_PROFILE_UNSUPPORTED')
  const tls = readTls(read)
  if (!tls && !isLoopback(read.HOST) && read.ANKY_TRUSTED_PROXY.length === 0)
    throw new MainError('ERR_CONFIG_HOST_EXPOSED', { details: { host: read.HOST } })
  return {
    host: read.HOST,
    port: read.PORT,
    tls,
    dataFolder: read.ANKY_DATA,
    trustedProxies: read.ANKY_TRUSTED_PROXY,
    uploadBytes: read.ANKY_UPLOAD_MIB * 1024 * 1024,
    database: { url: read.DATABASE_URL ?? null, ownerUrl: read.DATABASE_OWNER_URL ?? null },
    keys: {
      kind: read.ANKY_KEYS ?? null,
      module: read.ANKY_PKCS11_MODULE ?? null,
      token: read.ANKY_PKCS11_TOKEN ?? null,
      pinFile: read.ANKY_PKCS11_PIN_FILE ?? null,
    },
    timestamps: { urls: read.ANKY_TSA_URLS, deadlineMs: read.ANKY_TSA_DEADLINE_MS },
    trust: read.ANKY_TRUST ?? null,
    netAllow: read.ANKY_NET_ALLOW.length > 0 ? read.ANKY_NET_ALLOW : ['127.0.0.1'],
    logLevel: read.LOG_LEVEL,
  }
}

function readTls(read: { ANKY_TLS_CERT_FILE?: string | undefined; ANKY_TLS_KEY_FILE?: string | undefined }) {
  const { ANKY_TLS_CERT_FILE: certFile, ANKY_TLS_KEY_FILE: keyFile } = read
  if (certFile && keyFile) return { certFile, keyFile }
  if (!certFile && !keyFile) return null
  const missing = certFile ? 'ANKY_TLS_KEY_FILE' : 'ANKY_TLS_CERT_FILE'
  throw new MainError('ERR_CONFIG_TLS_INCOMPLETE', { details: { missing } })
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))

function isUrl(text: string, protocols: readonly string[]): boolean {
  return URL.canParse(text) && protocols.includes(new URL(text).protocol)
}

function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/')
  const version = isIP(address)
  if (version === 0 || rest.length > 0) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128))
}

function isHostOrNetwork(text: string): boolean {
  return isNetwork(text) || /^[0-9A-Za-z._-]+$/.test(text)
}
