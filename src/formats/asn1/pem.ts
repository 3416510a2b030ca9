import { FormatError } from '../errors.ts'
import { isBase64 } from './base64.ts'

/** Characters of a PEM text; a thousand certificates fit. */
const MAX_LENGTH = 4 * 1024 * 1024

/** `-----BEGIN label-----`, base64 in lines of 64, `-----END label-----` (RFC 7468, 3). */
export function encodePem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.map((line) => `${line}\n`).join('')}-----END ${label}-----\n`
}

const beginning = /^-----BEGIN ([\x20-\x7e]*)-----$/

/**
 * The binaries of every block with `label` in `text`, in their order (RFC 7468); text around blocks and blocks with
 * another label are passed over.
 *
 * Throws `ERR_PEM_MALFORMED` (also where no block has the label), `ERR_PEM_TOO_LARGE` beyond 4 Mi characters.
 */
export function parsePem(text: string, label = 'CERTIFICATE'): Uint8Array[] {
  if (text.length > MAX_LENGTH) throw new FormatError('ERR_PEM_TOO_LARGE', { details: { limit: MAX_LENGTH } })
  const found: Uint8Array[] = []
  let open: string | null = null
  let body: string[] = []
  for (const raw of text.split(/\r\n|\r|\n/)) {
    const line = raw.trim()
    const begun = beginning.exec(line)?.[1]
    if (open === null) {
      if (begun !== undefined) {
        open = begun
        body = []
      } else if (line.startsWith('-----END ')) {
        throw new FormatError('ERR_PEM_MALFORMED')
      }
    } else if (line === `-----END ${open}-----`) {
      if (open === label) found.push(decodeBody(body.join('')))
      open = null
    } else if (line.startsWith('-----')) {
      throw new FormatError('ERR_PEM_MALFORMED')
    } else {
      body.push(line)
    }
  }
  if (open !== null || found.length === 0) throw new FormatError('ERR_PEM_MALFORMED')
  return found
}

function decodeBody(body: string): Uint8Array {
  const text = body.replace(/[ \t]/g, '')
  if (text === '' || !isBase64(text)) throw new FormatError('ERR_PEM_MALFORMED')
  return new Uint8Array(Buffer.from(text, 'base64'))
}
