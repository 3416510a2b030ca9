import type { z } from '@hono/zod-openapi'
import { ApiError } from '../errors.ts'
import { JSON_BYTES } from '../limits.ts'
import { refuseMediaType, requireMediaType } from './media-type.ts'
import { type BodyRules, readBody, readWhole } from './read-body.ts'

/** Holds `value` to `schema`; throws `ERR_API_FIELD_UNKNOWN`, `…_MISSING` or `…_INVALID` for the first fault. */
export function parseFields<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const { issues } = result.error
  const unknown = issues.find((issue) => issue.code === 'unrecognized_keys')
  if (unknown) throw fieldError('ERR_API_FIELD_UNKNOWN', [...unknown.path.map(String), unknown.keys[0]!])
  const issue = issues[0]!
  const path = issue.path.map(String)
  throw fieldError(isAbsent(value, issue.path) ? 'ERR_API_FIELD_MISSING' : 'ERR_API_FIELD_INVALID', path)
}

type FieldErrorCode = Extract<ApiError['code'], `ERR_API_FIELD_${string}`>

/** Names the field only: its value may be a PIN or a patient's. */
export function fieldError(code: FieldErrorCode, path: readonly string[]): ApiError {
  const field = path.join('.').slice(0, 64) || '(body)'
  return new ApiError(code, { details: { field } })
}

function isAbsent(value: unknown, path: readonly PropertyKey[]): boolean {
  let at: unknown = value
  for (const key of path) {
    if (typeof at !== 'object' || at === null) break
    at = (at as Record<PropertyKey, unknown>)[key]
  }
  return at === undefined
}

/** The query's fields; throws also `ERR_API_FIELD_DUPLICATE`. */
export function parseQuery<Schema extends z.ZodType>(schema: Schema, url: string): z.infer<Schema> {
  const fields: Record<string, string> = Object.create(null)
  for (const [name, value] of new URL(url).searchParams) {
    if (name in fields) throw fieldError('ERR_API_FIELD_DUPLICATE', [name])
    fields[name] = value
  }
  return parseFields(schema, { ...fields })
}

/** A JSON text in UTF-8. Throws `ERR_API_JSON_MALFORMED`. */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    // The parser's message may quote the text; only its kind is kept.
    throw new ApiError('ERR_API_JSON_MALFORMED', { cause: (cause as Error).name })
  }
}

/** A JSON body's fields. Throws what its reading and `parseFields` throw. */
export async function readJsonBody<Schema extends z.ZodType>(
  request: Request,
  schema: Schema,
  rules: Omit<BodyRules, 'maxBytes'>,
): Promise<z.infer<Schema>> {
  const { type } = requireMediaType(request.headers, 'application/json')
  if (type !== 'application/json') refuseMediaType(type, 'application/json')
  const bytes = await readWhole(readBody(request.body, { ...rules, maxBytes: JSON_BYTES }), JSON_BYTES)
  return parseFields(schema, parseJson(bytes))
}
