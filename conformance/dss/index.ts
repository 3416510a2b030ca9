import type { VectorCase } from '../cases.ts'
import type { Judgement, ReadVector } from '../judgement.ts'
import { judgeEngineRow } from './engine-rows.ts'

/** How rows of EU DSS are judged, by kind; a kind that is not here is printed as skipped. */
const judges: Readonly<Record<string, (row: VectorCase, read: ReadVector) => Judgement>> = {
  'en319102-process': judgeEngineRow,
}

export function judgeDss(row: VectorCase, read: ReadVector): Judgement {
  const judge = Object.hasOwn(judges, row.kind) ? judges[row.kind] : undefined
  return judge ? judge(row, read) : { agrees: null, skipped: `kind ${row.kind}`, got: {} }
}
