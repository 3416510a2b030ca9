// Judges one row (arguments: the vectors' folder, suite, id) and sends its parent what came of it.
import { readCases } from './cases.ts'
import { judgeCase } from './judge-row.ts'
import { suites } from './suites.ts'

const [folder = '', name = '', id = ''] = process.argv.slice(2)
const row = readCases(folder, name).find((candidate) => candidate.id === id)
const suite = suites[name]
if (!row || !suite) throw new Error('no such case')
process.send?.(judgeCase(folder, row, suite))
