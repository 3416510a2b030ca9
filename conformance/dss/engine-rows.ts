import { type Judgement, judge, type ProcessConclusion } from '../../src/verifier/index.ts'
import type { Row, VectorCase } from '../cases.ts'
import type { ReadVector, Judgement as RowJudgement } from '../judgement.ts'
import { readDiagnosticData } from './diagnostic-data.ts'
import { stockPolicy } from './stock-policy.ts'
import { readValidationTime } from './validation-time.ts'
import { parseXml } from './xml.ts'

const processes = ['basic', 'longTerm', 'archive'] as const

const skip = (skipped: string): RowJudgement => ({ agrees: null, skipped, got: {} })

/**
 * Replays what EU DSS observed through our engine, under its stock policy: the indication and sub-indication of the first
 * signature, or where there is none of the first time-stamp or evidence record, and those of the processes that are
 * asserted, must be the same.
 */
export function judgeEngineRow({ row, expect, file }: VectorCase, read: ReadVector): RowJudgement {
  const inputs = isRow(row['inputs']) ? row['inputs'] : {}
  if (inputs['policy'] !== 'loadDefaultPolicy()') return skip(`another policy: ${inputs['policy']}`)
  if (typeof expect['indication'] !== 'string') return skip('asserted by expressions alone')
  const data = parseXml(read(file!))
  const at = readValidationTime(inputs['validationTime'], data)
  if (!at) return skip(`another time: ${inputs['validationTime']}`)
  const got = outcomeOf(judge(readDiagnosticData(data), stockPolicy, at), inputs['validationLevel'])
  return { agrees: got !== null && isAsAsserted(expect, got), skipped: null, got: got ?? {} }
}

const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null

interface Outcome extends Row {
  readonly indication: string
  readonly subIndication: string | null
}

/** Of the process that the row stops at; EU DSS writes the indications with a low line. */
function outcomeOf(judgement: Judgement, level: unknown): Outcome | null {
  const [signature] = judgement.signatures
  if (!signature) {
    const [token] = [...judgement.evidenceRecords, ...judgement.timestamps]
    return token ? outcome(token) : null
  }
  const { basic, longTerm, archive } = signature
  const last = level === 'BASIC_SIGNATURES' || level === 'TIMESTAMPS' ? basic : longTerm
  const final = level === undefined || level === 'ARCHIVAL_DATA' ? archive : last
  const { indication, subIndication } = outcome(final ?? basic)
  return {
    indication: indication.replace(/^(PASSED|FAILED)$/, 'TOTAL_$1'),
    subIndication,
    basic: outcome(basic),
    longTerm: longTerm && outcome(longTerm),
    archive: archive && outcome(archive),
  }
}

const outcome = ({ indication, subIndication }: ProcessConclusion): Outcome => ({ indication, subIndication })

/** What a row does not assert may be anything; a sub-indication is asserted where it is given. */
function isAsAsserted(expect: Row, got: Outcome): boolean {
  const pairs: [Row, Row][] = [
    [expect, got],
    ...processes.flatMap((name): [Row, Row][] => {
      const [asserted, had] = [expect[name], got[name]]
      return isRow(asserted) ? [[asserted, isRow(had) ? had : {}]] : []
    }),
  ]
  return pairs.every(
    ([asserted, had]) =>
      asserted['indication'] === had['indication'] &&
      (asserted['subIndication'] === undefined || asserted['subIndication'] === had['subIndication']),
  )
}
