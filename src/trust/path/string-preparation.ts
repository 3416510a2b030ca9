/** Mapped to a space: separators and the controls that act as such (RFC 4518, 2.2). */
const spaces = /[\t-\r\u0085\p{Z}]+/gu
/** Mapped to nothing: the other controls, format characters, variation selectors, what only joins or stands in. */
const nothing = /\p{Cc}|\p{Cf}|\p{Variation_Selector}|\u034f|\ufffc/gu
const plain = /^[!-~]+(?: [!-~]+)*$/

/**
 * A text as names compare it: case folded, NFKC, white space insignificant (RFC 5280, 7.1, with RFC 4518's caseIgnoreMatch).
 * Prohibited and unassigned characters are left as they stand.
 */
export function prepareString(text: string): string {
  if (plain.test(text)) return text.toLowerCase()
  const mapped = text.replace(spaces, ' ').replace(nothing, '').normalize('NFKC')
  const folded = foldCase(mapped).normalize('NFKC')
  // NFKC may bring spaces of its own: U+00A8 becomes a space with a combining mark
  return folded.replace(/ +/g, ' ').replace(/^ | $/g, '')
}

/** Lower case without regard to what stands beside a letter, and the two letters whose folding is another one. */
const foldCase = (text: string): string => text.toLowerCase().replace(/ς/g, 'σ').replace(/ß/g, 'ss')
