import { localDay, type SignatureReport, type VerificationReport } from '../verifier/index.ts'

/** A report for people: the sentences, then who signed with what (TT 15/2025, Đ6.4), then why. */
export function describeReport(report: VerificationReport): string {
  const { file, sentence, signatures, error } = report
  const lines = [printable(file ?? ''), `  ${sentence.vi}`, `  ${sentence.en}`]
  for (const signature of signatures) lines.push(...describeSignature(signature, signatures.length > 1))
  const tokens = [...report.timestamps, ...report.evidenceRecords]
  if (signatures.length === 0) lines.push(...tokens.flatMap(({ reasons }) => describeReasons(reasons)))
  if (error) lines.push(`  (${error.code})`)
  return `${lines.map(printable).join('\n')}\n\n`
}

function describeSignature(signature: SignatureReport, isOneOfSeveral: boolean): string[] {
  const { signer, level, signatureAlgorithm, field, sentence } = signature
  const lines = isOneOfSeveral ? [`  · ${field ?? signature.id}: ${sentence.vi}`] : []
  if (signer) {
    const identifiers = signer.identifiers.map(({ type, value }) => `${type}:${value}`)
    const unit = signer.organization === null ? [] : [`đơn vị quản lý: ${signer.organization}`]
    const who = [signer.commonName ?? '?', ...identifiers, ...unit].join('; ')
    const dates = `${localDay(signer.notBefore)}–${localDay(signer.notAfter)}`
    lines.push(`    người ký: ${who}`)
    lines.push(
      `    chứng thư: ${signer.serialNumber}, do ${signer.issuerCommonName ?? signer.issuer} cấp, ${dates}`,
    )
  }
  lines.push(`    mức: ${level}; thuật toán: ${signatureAlgorithm}`)
  return [...lines, ...describeReasons(signature.reasons)]
}

const marks = { fail: '✗', warn: '!', inform: '·' } as const

const describeReasons = (reasons: SignatureReport['reasons']): string[] =>
  reasons
    .filter(({ level }) => level !== 'inform')
    .map(({ level, messageVi, code, clause }) => `    ${marks[level]} ${messageVi} (${code}; ${clause})`)

/** What moves a cursor, changes a colour, ends a line or turns it around: controls and directions (UAX 9). */
const unprintable = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu

/** Names come from files: none of them does anything to a terminal. */
export const printable = (text: string): string => text.replace(unprintable, '\ufffd')

/** A line of JSON that says the same, with what a terminal would obey escaped. */
export const describeAsJson = (report: VerificationReport): string =>
  `${JSON.stringify(report).replace(
    unprintable,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )}\n`
