import { FormatError } from '../errors.ts'
import { asBuffer } from './lexer.ts'
import { PdfDict, PdfName, type PdfObject, PdfRef, PdfStream, PdfString } from './objects.ts'

/** How the strings and stream of one object are encrypted. */
export interface ObjectEncryption {
  string(plain: Uint8Array): Uint8Array
  stream(plain: Uint8Array, dict: PdfDict): Uint8Array
}

/**
 * An object as it is written between `obj` and `endobj` (ISO 32000-2, 7.3).
 *
 * /Length of a stream is that of the bytes written. /Contents of a dictionary with /ByteRange is not encrypted
 * (7.6.2). Throws `ERR_PDF_NUMBER` for a number that PDF cannot say.
 */
export function serializeObject(object: PdfObject, encryption?: ObjectEncryption): Uint8Array {
  if (!(object instanceof PdfStream)) return latin1(writeObject(object, encryption))
  const raw = encryption ? encryption.stream(object.raw, object.dict) : object.raw
  const dict = writeObject(object.dict.with({ Length: raw.length }), encryption)
  return Buffer.concat([latin1(`${dict}\nstream\n`), raw, latin1('\nendstream')])
}

const latin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1')

function writeObject(object: PdfObject, encryption: ObjectEncryption | undefined): string {
  if (object === null) return 'null'
  if (typeof object === 'boolean') return String(object)
  if (typeof object === 'number') return writeNumber(object)
  if (object instanceof PdfName) return writeName(object.value)
  if (object instanceof PdfString) return writeString(object, encryption)
  if (object instanceof PdfRef) return object.toString()
  if (object instanceof PdfDict) return writeDict(object, encryption)
  // A stream is always an indirect object of its own (7.3.8.1).
  if (object instanceof PdfStream) throw new TypeError('a stream within an object')
  return `[${object.map((item) => writeObject(item, encryption)).join(' ')}]`
}

function writeDict(dict: PdfDict, encryption: ObjectEncryption | undefined): string {
  const isSignature = dict.has('ByteRange')
  let text = '<<'
  for (const [key, value] of dict.entries) {
    const isPlain = isSignature && key === 'Contents'
    text += `${writeName(key)} ${writeObject(value, isPlain ? undefined : encryption)}\n`
  }
  return `${text}>>`
}

/** Without an exponent, which PDF does not know (7.3.3). */
function writeNumber(value: number): string {
  if (!Number.isFinite(value) || Math.abs(value) >= 1e21) throw new FormatError('ERR_PDF_NUMBER')
  if (Number.isInteger(value)) return String(value === 0 ? 0 : value)
  const text = String(value)
  if (!text.includes('e')) return text
  return value
    .toFixed(20)
    .replace(/\.?0+$/, '')
    .replace(/^-0$/, '0')
}

function writeName(value: string): string {
  const escaped = value.replace(
    /[^!-~]|[#()<>[\]{}/%]/g,
    (char) => `#${(char.charCodeAt(0) & 0xff).toString(16).padStart(2, '0')}`,
  )
  return `/${escaped}`
}

/** Longer ones are written in hexadecimal: looking for what to escape would take long. */
const longString = 64 * 1024

const escapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r' }

function writeString({ bytes, hex }: PdfString, encryption: ObjectEncryption | undefined): string {
  const data = asBuffer(encryption ? encryption.string(bytes) : bytes)
  if (hex || encryption || bytes.length > longString) return `<${data.toString('hex')}>`
  const text = data.toString('latin1').replace(/[\\()\r\n]/g, (char) => escapes[char] ?? `\\${char}`)
  return `(${text})`
}
