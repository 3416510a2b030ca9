import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { describeWith, needs, vectorsFolder } from '../../../test/support/requirements.ts'
import { AnkyError, digestBytes } from '../../formats/index.ts'
import type { CollectInput } from '../input.ts'
import { collectFacts } from './collect-facts.ts'
import { requiredDigests } from './required-digests.ts'

const folder = vectorsFolder()

interface Row {
  readonly id: string
  readonly format?: string
  readonly file?: string
  readonly detached?: readonly { readonly file: string }[]
}

const rowsOf = (...path: string[]): Row[] =>
  readFileSync(join(folder ?? '.', ...path), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Row)

function inputOf(row: Row, extra: Row | undefined): CollectInput {
  const contents = (extra?.detached ?? []).map(({ file }) => readFileSync(join(folder ?? '.', file)))
  return {
    file: { name: null, bytes: readFileSync(join(folder ?? '.', row.file!)) },
    detached: contents.map((bytes) => ({
      name: null,
      digest: (name) => digestBytes(name, bytes),
      bytes: () => bytes,
    })),
    evidenceRecords: [],
    anchors: [],
    evidence: { certificates: [], crls: [], ocspResponses: [] },
  }
}

describeWith(needs.vectors, 'third-party CMS, tokens and evidence records', () => {
  const rows = folder
    ? rowsOf('dss', 'cases.jsonl').filter(
        ({ format, file }) => file && /^(CAdES|ERS-ASN1)/.test(format ?? ''),
      )
    : []
  const extras = new Map(folder ? rowsOf('extra', 'inputs.jsonl').map((row) => [row.id, row]) : [])

  test('are there', () => expect(rows.length).toBeGreaterThan(50))

  test.each(rows)('$id is read, or refused by a code, within a second', (row) => {
    const input = inputOf(row, extras.get(row.id))
    const start = process.cpuUsage()
    try {
      const facts = collectFacts(input)
      expect(facts.file.kind).not.toBe('unknown')
      expect(JSON.parse(JSON.stringify(facts))).toEqual(facts)
      expect(collectFacts(input)).toEqual(facts)
    } catch (error) {
      expect(error).toBeInstanceOf(AnkyError)
    }
    requiredDigests(input.file.bytes)
    const { user, system } = process.cpuUsage(start)
    expect(user + system).toBeLessThan(2_000_000)
  })

  test.each(rows)('$id cut short or with a byte changed is read or refused by a code', (row) => {
    const { bytes } = inputOf(row, undefined).file
    for (const spoil of spoiled(bytes)) {
      try {
        collectFacts({ ...inputOf(row, undefined), file: { name: null, bytes: spoil } })
      } catch (error) {
        expect(error).toBeInstanceOf(AnkyError)
      }
    }
  })
})

/** Places spread over the file. */
function spoiled(bytes: Uint8Array): Uint8Array[] {
  const places = Array.from({ length: 8 }, (_unused, at) => Math.floor((bytes.length * (at + 0.5)) / 8))
  return [
    ...places.slice(0, 2).map((at) => bytes.subarray(0, at)),
    ...places.map((at) => Uint8Array.from(bytes).with(at, bytes[at]! ^ 0xff)),
  ]
}
