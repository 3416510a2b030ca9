import { ApiError } from '../errors.ts'

export interface MediaType {
  /** Lower case, without parameters: `application/pdf`. */
  readonly type: string
  readonly parameters: ReadonlyMap<string, string>
}

const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+"
const typePattern = new RegExp(`^(${token}/${token})\\s*(?:;|$)`)
const parameterPattern = new RegExp(`;\\s*(${token})=(?:(${token})|"((?:[^"\\\\]|\\\\.)*)")\\s*`, 'y')

/** Reads a media type (RFC 9110, 8.3.1); null where it is malformed. */
export function parseMediaType(text: string): MediaType | null {
  const type = typePattern.exec(text)?.[1]
  return type ? withParameters(type.toLowerCase(), text, type.length) : null
}

/** `type` with the parameters that stand in `text` from `start` on, to its very end; null where they are malformed. */
export function withParameters(type: string, text: string, start: number): MediaType | null {
  const parameters = new Map<string, string>()
  let at = start + /^\s*/.exec(text.slice(start))![0].length
  while (at < text.length) {
    parameterPattern.lastIndex = at
    const match = parameterPattern.exec(text)
    if (!match) return null
    const name = match[1]!.toLowerCase()
    if (parameters.has(name)) return null
    parameters.set(name, match[2] ?? match[3]!.replace(/\\(.)/g, '$1'))
    at = parameterPattern.lastIndex
  }
  return { type, parameters }
}

/**
 * The media type of a body. Throws `ERR_API_MEDIA_TYPE_MISSING`, `ERR_API_MEDIA_TYPE_UNSUPPORTED` where it is malformed,
 * and `ERR_API_CONTENT_ENCODING`.
 */
export function requireMediaType(headers: Headers, expected: string): MediaType {
  const encoding = headers.get('content-encoding') ?? 'identity'
  const transfer = headers.get('transfer-encoding') ?? 'chunked'
  if (encoding.toLowerCase() !== 'identity' || transfer.toLowerCase() !== 'chunked')
    throw new ApiError('ERR_API_CONTENT_ENCODING')
  const text = headers.get('content-type')
  if (!text) throw new ApiError('ERR_API_MEDIA_TYPE_MISSING')
  return parseMediaType(text) ?? refuseMediaType(text, expected)
}

/** Throws `ERR_API_MEDIA_TYPE_UNSUPPORTED`. */
export function refuseMediaType(actual: string, expected: string): never {
  throw new ApiError('ERR_API_MEDIA_TYPE_UNSUPPORTED', { details: { actual: actual.slice(0, 80), expected } })
}
