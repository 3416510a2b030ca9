/** A PDF whose structure tree's root has `count` children in one flat array, each an object of its own. */
export function structuredPdf(count: number): Buffer {
  const first = 6
  const kids = Array.from({ length: count }, (_, i) => `${first + i} 0 R`).join(' ')
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R /StructTreeRoot 4 0 R /MarkInfo << /Marked true >> >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> >>',
    '<< /Type /StructTreeRoot /K 5 0 R >>',
    `<< /Type /StructElem /S /Document /P 4 0 R /K [${kids}] >>`,
    ...Array.from({ length: count }, () => '<< /Type /StructElem /S /P /P 5 0 R /Pg 3 0 R /K 0 >>'),
  ]
  const parts = ['%PDF-1.7\n%\xe2\xe3\xcf\xd3\n']
  let at = parts[0]!.length
  const lines = objects.map((object, i) => {
    const line = `${String(at).padStart(10, '0')} 00000 n \n`
    const text = `${i + 1} 0 obj\n${object}\nendobj\n`
    parts.push(text)
    at += text.length
    return line
  })
  parts.push(
    `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${lines.join('')}`,
    `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${at}\n%%EOF\n`,
  )
  return Buffer.from(parts.join(''), 'latin1')
}
