/** Whether `text` is base64 with its padding and nothing else (RFC 4648, 4); empty text is. Takes texts of any length. */
export const isBase64 = (text: string): boolean =>
  // groups of four in a pattern would run out of stack at some megabytes
  text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text)
