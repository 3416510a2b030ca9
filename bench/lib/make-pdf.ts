/**
 * `image`: few objects, one large stream each; `object`: very many small ones, as tagged records have; `structure`: as
 * `image`, with a structure tree that is one flat array of references.
 */
export type PdfShape = 'image' | 'object' | 'structure'

/** Children of the structure tree of a `structure`. */
export const STRUCTURE_REFERENCES = 49_000

const PIECE = 512 * 1024

/** A valid PDF of about `size` bytes with a cross-reference table. */
export function makePdf(size: number, shape: PdfShape): Buffer {
  const parts: Buffer[] = []
  const offsets: number[] = []
  let length = 0
  const push = (part: Buffer): void => {
    parts.push(part)
    length += part.length
  }
  const add = (...body: (string | Buffer)[]): void => {
    offsets.push(length)
    push(Buffer.from(`${offsets.length} 0 obj\n`))
    for (const part of body) push(typeof part === 'string' ? Buffer.from(part) : part)
    push(Buffer.from('\nendobj\n'))
  }
  push(Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n', 'latin1'))
  add(`<< /Type /Catalog /Pages 2 0 R${shape === 'structure' ? ' /StructTreeRoot 5 0 R' : ''} >>`)
  add('<< /Type /Pages /Kids [3 0 R] /Count 1 >>')
  add('<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> /Contents 4 0 R >>')
  add('<< /Length 0 >>\nstream\n\nendstream')
  if (shape === 'structure') addStructure(add)
  if (shape === 'object') fillWithObjects(size, add, () => length)
  else fillWithStreams(size, add, () => length)
  const at = length
  const lines = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`)
  push(Buffer.from(`xref\n0 ${offsets.length + 1}\n0000000000 65535 f \n${lines.join('')}`))
  push(Buffer.from(`trailer\n<< /Size ${offsets.length + 1} /Root 1 0 R >>\nstartxref\n${at}\n%%EOF\n`))
  return Buffer.concat(parts)
}

type Add = (...body: (string | Buffer)[]) => void

function fillWithStreams(size: number, add: Add, length: () => number): void {
  let seed = 1
  const noise = Buffer.alloc(PIECE)
  for (let i = 0; i < noise.length; i++) {
    seed = (seed * 48271) % 2147483647
    noise[i] = seed & 0xff
  }
  while (length() < size) {
    const piece = noise.subarray(0, Math.max(1, Math.min(PIECE, size - length())))
    add(`<< /Type /XObject /Subtype /Image /Length ${piece.length} >>\nstream\n`, piece, '\nendstream')
  }
}

function fillWithObjects(size: number, add: Add, length: () => number): void {
  for (let i = 0; length() < size * 0.92; i++) {
    add(
      `<< /Type /StructElem /S /Span /P 2 0 R /K ${i} /Pg 3 0 R /A << /O /Layout /SpaceAfter ${i % 50} >> /Alt (muc ${i}) >>`,
    )
  }
}

/** Objects 5 to 6 and behind. */
function addStructure(add: Add): void {
  const kids = Array.from({ length: STRUCTURE_REFERENCES }, (_, i) => `${7 + i} 0 R`).join(' ')
  add('<< /Type /StructTreeRoot /K 6 0 R >>')
  add(`<< /Type /StructElem /S /Document /P 5 0 R /K [${kids}] >>`)
  for (let i = 0; i < STRUCTURE_REFERENCES; i++) {
    add('<< /Type /StructElem /S /P /P 6 0 R /Pg 3 0 R /K 0 >>')
  }
}
