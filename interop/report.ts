import { algorithms } from './matrix/algorithms.ts'
import type { Cell, Findings } from './matrix/findings.ts'
import type { Refusal } from './matrix/third-party.ts'

const mostShown = 60

/** The tables of a run: by suite, rows against judges, `agrees/judged`; then everything that was not agreed on. */
export function printReport(findings: Findings, refusals: readonly Refusal[] | null): void {
  for (const suite of distinct(findings.cells.map((cell) => cell.suite))) {
    const cells = findings.cells.filter((cell) => cell.suite === suite)
    console.log(`\n${suite}\n${formatTable(cells)}`)
  }
  if (refusals) printRefusals(refusals)
  printReasons('Could not judge, since it could not read the input', findings, 'cannot')
  const unjudged = findings.cells.filter(({ outcome }) => outcome === 'unjudged')
  console.log(`\nCells without a judge: ${unjudged.length}`)
  for (const [text, count] of tally(unjudged.map(({ suite, row, judge }) => `${suite}, ${row}: ${judge}`))) {
    console.log(`  ${count} × ${text}`)
  }
  console.log('\nWhat oracles said beyond their verdict')
  for (const [text, count] of findings.witnesses) console.log(`  ${count} × ${text}`)
  const wrong = findings.disagreements
  for (const { suite, subject, judge, why } of wrong.slice(0, mostShown)) {
    console.log(`DISAGREES ${suite}: ${judge}: ${subject}${why ? `: ${why}` : ''}`)
  }
  if (wrong.length > mostShown) console.log(`… and ${wrong.length - mostShown} more`)
  const agreed = findings.cells.filter(({ outcome }) => outcome === 'agrees').length
  console.log(`\n${agreed} agree, ${wrong.length} disagree, ${unjudged.length} without a judge`)
}

function formatTable(cells: readonly Cell[]): string {
  const shown = cells.filter(({ judge }) => judge !== 'nobody')
  const judges = distinct(shown.map(({ judge }) => judge))
  const rows = distinct(cells.map(({ row }) => row)).sort((a, b) => place(a) - place(b) || a.localeCompare(b))
  const table = [['', ...judges]]
  for (const row of rows) {
    table.push([
      row,
      ...judges.map((judge) => summary(cells.filter((c) => c.row === row && c.judge === judge))),
    ])
  }
  const widths = table[0]!.map((_, column) => Math.max(...table.map((line) => line[column]!.length)))
  return table.map((line) => `  ${line.map((text, i) => text.padEnd(widths[i]!)).join('  ')}`).join('\n')
}

/** Algorithms in their order, other checks after them. */
function place(row: string): number {
  const at = algorithms.findIndex(({ name }) => name === row)
  return at < 0 ? algorithms.length : at
}

/** `agrees/judged`, with how many it could not judge; `–` where it was never asked. */
function summary(cells: readonly Cell[]): string {
  const count = (outcome: Cell['outcome']): number => cells.filter((cell) => cell.outcome === outcome).length
  if (cells.length === 0) return '–'
  if (count('unjudged') === cells.length) return 'no judge'
  const judged = count('agrees') + count('disagrees')
  const cannot = count('cannot')
  return `${count('agrees')}/${judged}${cannot > 0 ? ` (${cannot} unread)` : ''}`
}

function printRefusals(refusals: readonly Refusal[]): void {
  console.log(`\nThird-party files refused: ${refusals.length}`)
  for (const code of distinct(refusals.map((refusal) => refusal.code))) {
    const those = refusals.filter((refusal) => refusal.code === code)
    const by = [...tally(those.map(({ qpdf }) => qpdf))].map(([what, count]) => `${count} ${what} for qpdf`)
    console.log(`  ${code}: ${by.join(', ')}`)
    for (const { file } of those) console.log(`    ${file}`)
  }
}

function printReasons(title: string, findings: Findings, outcome: Cell['outcome']): void {
  const cells = findings.cells.filter((cell) => cell.outcome === outcome)
  if (cells.length === 0) return
  console.log(`\n${title}`)
  const texts = cells.map(({ judge, subject, why }) => `${judge}: ${subject.split(' ')[0]}: ${why}`)
  for (const [text, count] of tally(texts)) console.log(`  ${count} × ${text}`)
}

const distinct = <T>(values: readonly T[]): T[] => [...new Set(values)]

function tally(texts: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1)
  return counts
}
