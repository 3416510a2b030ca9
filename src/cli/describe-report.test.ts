import { expect, test } from 'vitest'
import { unreadableReport, VerifierError } from '../verifier/index.ts'
import { describeAsJson, describeReport } from './describe-report.ts'

const name = 'a\n\u001b[31m\u009b31m\u007f\u202etxt\u2028.pdf'
const report = unreadableReport(
  { file: name, policy: { name: 'x', digest: '0' }, context: '0', at: '2026-11-25T00:00:00.000Z' },
  new VerifierError('ERR_VERIFIER_FORMAT_UNKNOWN'),
)
const commands = /[\p{Cc}\u202e\u2028]/u

test('a name in a report for people does nothing to a terminal', () => {
  expect(describeReport(report).split('\n')[0]).not.toMatch(commands)
})

test('a name in a line of JSON does nothing to a terminal, and is the same name', () => {
  const line = describeAsJson(report)
  expect(line.slice(0, -1)).not.toMatch(commands)
  expect(JSON.parse(line)).toEqual(report)
})
