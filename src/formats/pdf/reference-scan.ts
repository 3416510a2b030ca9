import { isDigit, isRegular, skipSpace, startsWith } from './lexer.ts'

/**
 * Hands each reference within one object to `visit`: its object number. `at` is where the object begins, behind
 * `12 0 obj`; nothing is built, and what is no object ends it. Returns how far it looked. A stream's data is not looked at.
 */
export function scanReferences(bytes: Uint8Array, at: number, visit: (num: number) => void): number {
  let depth = 0
  let pos = at
  // The two numbers before an R.
  let first = -1
  let second = -1
  let secondEnd = -1
  for (;;) {
    pos = skipSpace(bytes, pos)
    const byte = bytes[pos]
    if (byte === undefined) return pos
    if (isDigit(byte)) {
      let value = 0
      while (isDigit(bytes[pos])) value = value * 10 + (bytes[pos++]! - 48)
      if (isRegular(bytes[pos])) {
        // A real number, or a word.
        while (isRegular(bytes[pos])) pos++
        first = second = -1
        if (depth === 0) return pos
        continue
      }
      first = second
      second = value
      secondEnd = pos
      if (depth === 0 && !goesOn(bytes, pos, first >= 0)) return pos
      continue
    }
    if (byte === 82 && first >= 0 && pos > secondEnd && !isRegular(bytes[pos + 1])) {
      visit(first)
      first = second = -1
      pos++
      if (depth === 0) return pos
      continue
    }
    first = second = -1
    const end = endOfToken(bytes, pos, byte)
    if (end < 0) return pos
    depth += nestingOf(bytes, pos, byte)
    pos = end
    if (depth <= 0) return pos
  }
}

/** 1 for what opens an array or a dictionary, -1 for what closes one. */
function nestingOf(bytes: Uint8Array, at: number, byte: number): number {
  if (byte === 91) return 1
  if (byte === 93) return -1
  if (byte === 60 && bytes[at + 1] === 60) return 1
  return byte === 62 && bytes[at + 1] === 62 ? -1 : 0
}

/** Whether a number that stands alone may be the beginning of a reference, or the two before it are. */
function goesOn(bytes: Uint8Array, at: number, isSecond: boolean): boolean {
  const next = bytes[skipSpace(bytes, at)]
  return isSecond ? next === 82 : isDigit(next)
}

/** The offset behind one token; -1 where no object goes on here. */
function endOfToken(bytes: Uint8Array, at: number, byte: number): number {
  if ((byte === 60 || byte === 62) && bytes[at + 1] === byte) return at + 2
  if (byte === 91 || byte === 93) return at + 1
  if (byte === 40) return endOfString(bytes, at)
  if (byte === 60) {
    const end = bytes.indexOf(62, at)
    return end < 0 ? bytes.length : end + 1
  }
  if (byte === 47) return endOfWord(bytes, at + 1)
  return !isRegular(byte) || startsWith(bytes, at, 'endobj') ? -1 : endOfWord(bytes, at)
}

function endOfWord(bytes: Uint8Array, at: number): number {
  let i = at
  while (isRegular(bytes[i])) i++
  return i
}

function endOfString(bytes: Uint8Array, at: number): number {
  let nesting = 0
  for (let i = at; i < bytes.length; i++) {
    const byte = bytes[i]
    if (byte === 92) i++
    else if (byte === 40) nesting++
    else if (byte === 41 && --nesting === 0) return i + 1
  }
  return bytes.length
}
