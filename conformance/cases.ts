import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ConformanceError } from './errors.ts'

export type Row = Readonly<Record<string, unknown>>

/** A row of a suite's `cases.jsonl`. */
export interface VectorCase {
  readonly suite: string
  readonly id: string
  readonly kind: string
  /** Path of the file it is about, within the vectors' folder; null where the row holds or names what it is about. */
  readonly file: string | null
  readonly expect: Row
  /** The whole line, without what others measured. */
  readonly row: Row
  /** What `extra/inputs.jsonl` gives for this row. */
  readonly extra: Row
  readonly password: string | undefined
}

/** What a suite's lines say each in its own way; null: the line is no case. */
type Shape = (row: Row) => Pick<VectorCase, 'kind' | 'file' | 'expect'> | null

const shapeOfFiles: Shape = ({ kind, file, expect }) =>
  typeof kind === 'string' && typeof file === 'string' && isRecord(expect) ? { kind, file, expect } : null

const shapes: Readonly<Record<string, Shape>> = {
  pkits: ({ name, certs, expect, userConstrainedPolicySet }) =>
    typeof name === 'string' && Array.isArray(certs) && (expect === 'pass' || expect === 'fail')
      ? { kind: name, file: null, expect: { verdict: expect, userConstrainedPolicySet } }
      : null,
  limbo: (row) =>
    typeof row['class'] === 'string' && typeof row['expected_result'] === 'string'
      ? { kind: row['class'], file: null, expect: { verdict: row['expected_result'] } }
      : null,
}

const isRecord = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function readLines(path: string): Row[] {
  const lines = readFileSync(path, 'utf8').split('\n')
  return lines.flatMap((line, i) => {
    if (line.trim() === '') return []
    try {
      const row: unknown = JSON.parse(line)
      if (isRecord(row) && typeof row['id'] === 'string') return [row]
    } catch (cause) {
      throw new ConformanceError('ERR_CONFORMANCE_CASES', { details: { line: i + 1, path }, cause })
    }
    throw new ConformanceError('ERR_CONFORMANCE_CASES', { details: { line: i + 1, path } })
  })
}

/**
 * All rows of a suite, in their order. Throws `ERR_CONFORMANCE_VECTORS_ABSENT`, `ERR_CONFORMANCE_CASES`.
 */
export function readCases(folder: string, suite: string): VectorCase[] {
  const path = join(folder, suite, 'cases.jsonl')
  if (!existsSync(path)) throw new ConformanceError('ERR_CONFORMANCE_VECTORS_ABSENT', { details: { path } })
  const inputs = join(folder, 'extra', 'inputs.jsonl')
  const extra = new Map(existsSync(inputs) ? readLines(inputs).map((row) => [row['id'], row]) : [])
  const shape = (Object.hasOwn(shapes, suite) ? shapes[suite] : undefined) ?? shapeOfFiles
  return readLines(path).map(({ measured: _, ...row }, i) => {
    const found = shape(row)
    const id = row['id']
    if (typeof id !== 'string' || !found) {
      throw new ConformanceError('ERR_CONFORMANCE_CASES', { details: { line: i + 1, path } })
    }
    const given = extra.get(id) ?? {}
    const password = given['password'] ?? found.expect['password']
    return {
      suite,
      id,
      ...found,
      row,
      extra: given,
      password: typeof password === 'string' ? password : undefined,
    }
  })
}
