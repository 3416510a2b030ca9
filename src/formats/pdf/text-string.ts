/** What PDFDocEncoding has at 0x18–0x1F and 0x80–0xA0 (ISO 32000-2, annex D.3); elsewhere it is Latin 1. */
const low = '˘ˇˆ˙˝˛˚˜'
const high = '•†‡…—–ƒ⁄‹›−‰„“”‘’‚™ﬁﬂŁŒŠŸŽıłœšž\ufffd€'

/** The text of a text string (ISO 32000-2, 7.9.2.2): UTF-16BE or UTF-8 with a byte order mark, else PDFDocEncoding. */
export function decodeTextString(bytes: Uint8Array): string {
  if (bytes[0] === 0xfe && bytes[1] === 0xff) {
    const text = Buffer.from(bytes.subarray(2, bytes.length - (bytes.length % 2)))
    return text.swap16().toString('utf16le')
  }
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf)
    return Buffer.from(bytes.subarray(3)).toString('utf8')
  let text = ''
  for (const byte of bytes) {
    if (byte >= 0x18 && byte <= 0x1f) text += low[byte - 0x18]
    else if (byte >= 0x80 && byte <= 0xa0) text += high[byte - 0x80]
    else text += String.fromCharCode(byte)
  }
  return text
}

/** A text string that says `text`: as ASCII where it is no more than that, else UTF-16BE with a byte order mark. */
export function encodeTextString(text: string): Uint8Array {
  if (/^[\x20-\x7e]*$/.test(text)) return Buffer.from(text, 'latin1')
  return Buffer.from(`\ufeff${text}`, 'utf16le').swap16()
}
