import type { VectorCase } from '../cases.ts'
import type { Judgement, ReadVector } from '../judgement.ts'
import { judgeEngineRow } from './engine-rows.ts'
import { judgeFileRow } from './file-rows.ts'
import { judgeUnitRow } from './unit-rows.ts'

/** Kinds that wait for the issue that they are about. */
const waiting = Object.fromEntries(
  [
    ['sign-allowed', 'what may be signed further is asked by its own issue'],
    ['sign-refused', 'what may be signed further is asked by its own issue'],
    ['encrypted-sign', 'what may be signed further is asked by its own issue'],
    ['augment-refused', 'signatures are not augmented yet'],
  ].map(([kind, skipped]) => [kind, (): Judgement => ({ agrees: null, skipped: skipped!, got: {} })]),
)

/** How rows of EU DSS are judged, by kind; a kind that is not here is printed as skipped. */
const judges: Readonly<Record<string, (row: VectorCase, read: ReadVector) => Judgement>> = {
  'en319102-process': judgeEngineRow,
  validate: judgeFileRow,
  unit: judgeUnitRow,
  ...waiting,
}

export function judgeDss(row: VectorCase, read: ReadVector): Judgement {
  const judge = Object.hasOwn(judges, row.kind) ? judges[row.kind] : undefined
  return judge ? judge(row, read) : { agrees: null, skipped: `kind ${row.kind}`, got: {} }
}
