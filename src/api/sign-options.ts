import { z } from '@hono/zod-openapi'
import { ApiError } from './errors.ts'
import { fieldError } from './http/parse-fields.ts'

const line = z.string().regex(/^[^\p{Cc}]{1,500}$/u)
const lines = z
  .string()
  .regex(/^[^\p{Cc}\n]*(\n[^\p{Cc}\n]*){0,20}$/u)
  .min(1)
  .max(2000)
const coordinate = z.number().min(-20_000).max(20_000)
const extent = z.number().positive().max(20_000)
const page = z
  .int()
  .min(-1)
  .max(1_000_000)
  .refine((value) => value !== 0)

const rectangle = z.strictObject({ page, x: coordinate, y: coordinate, width: extent, height: extent })
const number = '-?\\d{1,6}(?:\\.\\d{1,6})?'
const rectangleText = z
  .string()
  .regex(new RegExp(`^-?\\d{1,7}(?:,${number}){4}$`))
  .transform((text) => {
    const [page, x, y, width, height] = text.split(',').map(Number)
    return { page, x, y, width, height }
  })
  .pipe(rectangle)

const choices = {
  format: z.enum(['pades', 'cades']).optional(),
  level: z.enum(['B-B', 'B-T', 'B-LT', 'B-LTA']).optional(),
  timestamp: z.enum(['required', 'deferred']).optional(),
  packaging: z.enum(['detached', 'enveloping']).optional(),
  digest: z.enum(['sha256', 'sha384', 'sha512', 'sha3-256', 'sha3-384', 'sha3-512']).optional(),
  scheme: z.enum(['pss', 'pkcs1']).optional(),
  reason: line.optional(),
  location: line.optional(),
  contact: line.optional(),
  field: line.optional(),
}
const credential = z.string().min(1).max(64)

/** What the query of `POST /v1/sign` carries. */
export const signQuery = z.strictObject({
  credential: credential.optional(),
  ...choices,
  certify: z.enum(['1', '2', '3']).optional(),
  visible: rectangleText.optional().openapi({ type: 'string', description: 'page,x,y,width,height' }),
  store: z.enum(['true', 'false']).optional(),
})

const extras = {
  ...choices,
  certify: z.union([z.literal([1, 2, 3]), z.enum(['1', '2', '3'])]).optional(),
  visible: z
    .union([rectangle, rectangleText])
    .optional()
    .openapi({ description: 'page,x,y,width,height, or an object with these names' }),
  store: z.union([z.boolean(), z.enum(['true', 'false'])]).optional(),
  image: z.base64().min(4).optional().openapi({ description: 'PNG or JPEG, base64' }),
  text: lines.optional(),
  title: line.optional(),
  password: z.string().max(1000).optional(),
  externalId: line.max(200).optional(),
  patientRef: line.max(200).optional(),
  // Known, so that they are refused as coming later and not as unknown.
  lock: z.unknown().optional(),
  contentDigest: z.unknown().optional(),
}

/** What the `options` part of `POST /v1/sign` carries. */
export const signOptions = z.strictObject({ credential: credential.optional(), ...extras })
/** What the `options` part of `POST /v1/signing-requests` carries: the key is the certificate's. */
export const signingRequestOptions = z.strictObject(extras)

export type SignOptions = z.infer<typeof signOptions> | z.infer<typeof signQuery>
type Given = Partial<z.infer<typeof signOptions>>

/** Query and `options` together; throws `ERR_API_FIELD_DUPLICATE` where both give a field. */
export function mergeOptions(query: z.infer<typeof signQuery>, options: Given): Given {
  const twice = Object.keys(query).find((name) => name in options)
  if (twice) throw fieldError('ERR_API_FIELD_DUPLICATE', [twice])
  return { ...query, ...options }
}

/** Throws `ERR_API_…_UNSUPPORTED` for what a later version brings. */
export function requireSupported(options: Given): void {
  const { level } = options
  if (level === 'B-LT' || level === 'B-LTA')
    throw new ApiError('ERR_API_LEVEL_UNSUPPORTED', { details: { level } })
  if (options.timestamp === 'deferred') throw new ApiError('ERR_API_TIMESTAMP_DEFERRED_UNSUPPORTED')
  if (options.packaging === 'enveloping') throw new ApiError('ERR_API_ENVELOPING_UNSUPPORTED')
  if (options.certify !== undefined) throw new ApiError('ERR_API_CERTIFY_UNSUPPORTED')
  if (options.store === true || options.store === 'true') throw new ApiError('ERR_API_STORE_UNSUPPORTED')
  if (options.lock !== undefined) throw new ApiError('ERR_API_LOCK_UNSUPPORTED')
  if (options.contentDigest !== undefined) throw new ApiError('ERR_API_CONTENT_DIGEST_UNSUPPORTED')
}

/** Throws `ERR_API_RESPOND_ASYNC_UNSUPPORTED` (RFC 7240, 4.1). */
export function requireSynchronous(headers: Headers): void {
  if (/(^|[,;\s])respond-async($|[,;\s=])/i.test(headers.get('prefer') ?? ''))
    throw new ApiError('ERR_API_RESPOND_ASYNC_UNSUPPORTED')
}

const padesOnly = [
  'reason',
  'location',
  'contact',
  'field',
  'visible',
  'image',
  'text',
  'title',
  'password',
] as const

/** What is not given is absent, never undefined. */
type Defined<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> }

/** A request to sign, resolved. */
export interface SigningWish {
  readonly format: 'pades' | 'cades'
  readonly level: 'B-B' | 'B-T'
  readonly algorithm: Defined<Pick<Given, 'digest' | 'scheme'>>
  readonly pades: Defined<Pick<Given, 'reason' | 'location' | 'contact' | 'field' | 'password'>>
  readonly visible: (z.infer<typeof rectangle> & { text?: string; title?: string; image?: Uint8Array }) | null
  readonly externalId: string | null
  readonly patientRef: string | null
}

export const PDF = 'application/pdf'

/**
 * Resolves defaults. Throws `ERR_API_MEDIA_TYPE_UNSUPPORTED` where PAdES is asked for of something else than a PDF, and
 * `ERR_API_FIELD_NOT_FOR_FORMAT` or `ERR_API_FIELD_MISSING` for fields that would have no effect.
 */
export function resolveWish(options: Given, mediaType: string): SigningWish {
  const format = options.format ?? (mediaType === PDF ? 'pades' : 'cades')
  if (format === 'pades' && mediaType !== PDF)
    throw new ApiError('ERR_API_MEDIA_TYPE_UNSUPPORTED', { details: { actual: mediaType, expected: PDF } })
  const misplaced =
    format === 'cades'
      ? padesOnly.find((name) => options[name] !== undefined)
      : options.packaging !== undefined && ('packaging' as const)
  if (misplaced) throw new ApiError('ERR_API_FIELD_NOT_FOR_FORMAT', { details: { field: misplaced, format } })
  const { image, text, title, visible, level } = options
  if (!visible && (image ?? text ?? title) !== undefined)
    throw fieldError('ERR_API_FIELD_MISSING', ['visible'])
  const drawn = { ...(text !== undefined && { text }), ...(title !== undefined && { title }) }
  return {
    format,
    level: level === 'B-T' ? 'B-T' : 'B-B',
    algorithm: pick(options, ['digest', 'scheme']),
    pades: pick(options, ['reason', 'location', 'contact', 'field', 'password']),
    visible: visible ? { ...visible, ...drawn, ...(image && { image: Buffer.from(image, 'base64') }) } : null,
    externalId: options.externalId ?? null,
    patientRef: options.patientRef ?? null,
  }
}

function pick<T extends object, K extends keyof T>(from: T, names: readonly K[]): Defined<Pick<T, K>> {
  return Object.fromEntries(
    names.filter((name) => from[name] !== undefined).map((name) => [name, from[name]]),
  ) as Defined<Pick<T, K>>
}

/** Everything of a wish that shapes the answer, without its password and patient reference. */
export function fingerprintOf({ pades, patientRef: _, ...wish }: SigningWish): Record<string, unknown> {
  const { password, ...rest } = pades
  return { ...wish, pades: rest, hasPassword: password !== undefined }
}
