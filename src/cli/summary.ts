import type { Verdict, VerificationReport } from '../verifier/index.ts'
import { printable } from './describe-report.ts'

const titles = {
  failed: 'KHÔNG HỢP LỆ / failed',
  unreadable: 'KHÔNG ĐỌC ĐƯỢC / unreadable',
  indeterminate: 'CHƯA KẾT LUẬN ĐƯỢC / indeterminate',
  unsigned: 'CHƯA KÝ / unsigned',
  passed: 'HỢP LỆ / passed',
} as const satisfies Record<Verdict, string>

const order = Object.keys(titles) as readonly Verdict[]
/** Files of each verdict that the table names; more are counted only. */
const NAMED = 200
/** Passed files are named only where there are few. */
const NAMED_PASSED = 20

/** Counts files by verdict, and remembers the first of each. */
export class Summary {
  readonly #counts = new Map<Verdict, number>()
  readonly #names = new Map<Verdict, string[]>()

  add({ verdict, file }: VerificationReport): void {
    const count = this.count(verdict)
    this.#counts.set(verdict, count + 1)
    const names = this.#names.get(verdict) ?? []
    this.#names.set(verdict, names)
    if (names.length < NAMED) names.push(file ?? '')
  }

  count(verdict: Verdict): number {
    return this.#counts.get(verdict) ?? 0
  }

  get total(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0)
  }

  /** 1 any failed; else 3 any unreadable; else 2 any indeterminate or unsigned; else 0 (outside contract). */
  exitCode(): 0 | 1 | 2 | 3 {
    if (this.count('failed') > 0) return 1
    if (this.count('unreadable') > 0) return 3
    return this.count('indeterminate') + this.count('unsigned') > 0 ? 2 : 0
  }

  /** A table of verdicts, the worst first. */
  describe(): string {
    const width = Math.max(...order.map((verdict) => titles[verdict].length))
    const row = (title: string, count: number): string =>
      `${title.padEnd(width)}  ${String(count).padStart(7)}`
    const lines = order
      .filter((verdict) => this.count(verdict) > 0)
      .flatMap((verdict) => [row(titles[verdict], this.count(verdict)), ...this.#list(verdict)])
    const line = '─'.repeat(width + 9)
    return `${[line, ...lines, line, row('TỔNG CỘNG / total', this.total)].join('\n')}\n`
  }

  #list(verdict: Verdict): string[] {
    const names = this.#names.get(verdict) ?? []
    const count = this.count(verdict)
    if (verdict === 'passed' && this.total > NAMED_PASSED) return []
    const more = count > names.length ? [`  … và ${count - names.length} tệp nữa / more`] : []
    return [...names.map((name) => `  ${printable(name)}`), ...more]
  }
}
