import { describe, expect, it } from 'vitest'
import type { Verdict, VerificationReport } from '../verifier/index.ts'
import { printable } from './describe-report.ts'
import { Summary } from './summary.ts'

const of = (...verdicts: Verdict[]): Summary => {
  const summary = new Summary()
  verdicts.forEach((verdict, at) => {
    summary.add({ verdict, file: `tệp-${at}.pdf` } as VerificationReport)
  })
  return summary
}

describe('the exit code', () => {
  it.each<[Verdict[], number]>([
    [['passed'], 0],
    [['passed', 'unsigned'], 2],
    [['passed', 'indeterminate'], 2],
    [['unreadable', 'indeterminate', 'passed'], 3],
    [['failed', 'unreadable', 'indeterminate', 'passed'], 1],
  ])('of %j is %i', (verdicts, code) => {
    expect(of(...verdicts).exitCode()).toBe(code)
  })
})

describe('the table', () => {
  it('counts each verdict, and names the files, the worst first', () => {
    const lines = of('passed', 'failed', 'passed').describe().split('\n')
    expect(lines[1]).toMatch(/KHÔNG HỢP LỆ.* 1$/)
    expect(lines[2]).toBe('  tệp-1.pdf')
    expect(lines[3]).toMatch(/HỢP LỆ.* 2$/)
    expect(lines.at(-2)).toMatch(/TỔNG CỘNG.* 3$/)
  })

  it('stays short for thousands, and says how many it does not name', () => {
    const summary = of(...Array.from({ length: 5_000 }, (_, at): Verdict => (at % 2 ? 'failed' : 'passed')))
    const text = summary.describe()
    expect(text.split('\n').length).toBeLessThan(220)
    expect(text).toContain('… và 2300 tệp nữa')
  })
})

describe('text of files', () => {
  it('cannot steer the terminal', () => {
    expect(printable('a\u001b[31m\rb\u202ec')).toBe('a\ufffd[31m\ufffdb\ufffdc')
    expect(printable('đơn thuốc ①.pdf')).toBe('đơn thuốc ①.pdf')
  })
})
