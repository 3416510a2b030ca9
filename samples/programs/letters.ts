const vowels = [...'aăâeêioôơuưy']
const tones = ['', '\u0300', '\u0309', '\u0303', '\u0301', '\u0323']

/** The 146 letters that Vietnamese has beside plain consonants: 12 vowels by 6 tones and đ, in both cases. */
const vietnameseLetters: readonly string[] = [
  ...vowels.flatMap((vowel) => tones.map((tone) => (vowel + tone).normalize('NFC'))),
  'đ',
].flatMap((letter) => [letter, letter.toUpperCase()])

/** A table of the letters, one row a vowel. */
export function lettersTable(): string {
  const cell = (letter: string): string => `<td><p align="center">${letter}</p></td>`
  const rows: string[] = []
  for (let at = 0; at < vietnameseLetters.length; at += 12) {
    rows.push(
      `<tr>${vietnameseLetters
        .slice(at, at + 12)
        .map(cell)
        .join('')}</tr>`,
    )
  }
  return `<table width="100%" class="letters">${rows.join('\n')}</table>`
}
