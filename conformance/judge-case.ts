// Judges one row (arguments: the vectors' folder, suite, id) and sends its parent what came of it.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readCases } from './cases.ts'
import { findRule } from './rules.ts'
import { judges } from './suites.ts'

const [folder = '', suite = '', id = ''] = process.argv.slice(2)
const row = readCases(folder, suite).find((candidate) => candidate.id === id)
const judge = judges[suite]
if (!row || !judge) throw new Error('no such case')
const bytes = readFileSync(join(folder, row.file))
const before = process.cpuUsage()
const judgement = judge(row, bytes)
const { user, system } = process.cpuUsage(before)
const rule = judgement.agrees === false ? (findRule(bytes)?.id ?? null) : null
const maxRssMiB = process.resourceUsage().maxRSS / 1024
process.send?.({ judgement, rule, cpuMs: (user + system) / 1000, maxRssMiB })
