import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ConformanceError } from './errors.ts'

/** A row of a suite's `cases.jsonl`. */
export interface VectorCase {
  readonly suite: string
  readonly id: string
  readonly kind: string
  /** Path of the file it is about, within the vectors' folder. */
  readonly file: string
  readonly expect: Readonly<Record<string, unknown>>
  /** What `extra/inputs.jsonl` gives for this row. */
  readonly password: string | undefined
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function readLines(path: string): Readonly<Record<string, unknown>>[] {
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
  return readLines(path).map((row, i) => {
    const { id, kind, file, expect } = row
    if (typeof id !== 'string' || typeof kind !== 'string' || typeof file !== 'string' || !isRecord(expect)) {
      throw new ConformanceError('ERR_CONFORMANCE_CASES', { details: { line: i + 1, path } })
    }
    const password = extra.get(id)?.['password'] ?? expect['password']
    return { suite, id, kind, file, expect, password: typeof password === 'string' ? password : undefined }
  })
}
