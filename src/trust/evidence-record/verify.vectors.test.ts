import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { describeWith, needs, vectorsFolder } from '../../../test/support/requirements.ts'
import { digestBytes, digestNames, parseEvidenceRecord } from '../../formats/index.ts'
import type { ArchiveObject, EvidenceReading } from './types.ts'
import { readEvidence } from './verify.ts'

interface Row {
  readonly id: string
  readonly format?: string
  readonly file: string
}
interface Inputs {
  readonly id: string
  readonly detached?: readonly { readonly file: string; readonly name: string }[]
  readonly detachedDigests?: readonly {
    readonly algorithm: string
    readonly base64: string
    readonly name: string
  }[]
}

const bytesOf = (file: string): Uint8Array => new Uint8Array(readFileSync(join(vectorsFolder()!, file)))
/** None where there are no vectors: the rows are wanted before anything is skipped. */
function linesOf<T>(file: string): T[] {
  const folder = vectorsFolder()
  const lines = folder ? readFileSync(join(folder, file), 'utf8').split('\n') : []
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as T)
}

function objectsOf({ detached = [], detachedDigests = [] }: Inputs): ArchiveObject[] {
  return [
    ...detached.map(({ file, name }) => {
      const bytes = bytesOf(file)
      return { id: name, digest: (digest: (typeof digestNames)[number]) => digestBytes(digest, bytes) }
    }),
    ...detachedDigests.map(({ algorithm, base64, name }) => {
      const known = digestNames.find((digest) => digest === algorithm.toLowerCase())
      return {
        id: name,
        digest: (digest: (typeof digestNames)[number]) =>
          digest === known ? Buffer.from(base64, 'base64') : null,
      }
    }),
  ]
}

/** What each record's own tests say: of which archive time-stamps the imprint is intact, and whether it holds to its end. */
const expected: Readonly<Record<string, { readonly intact: readonly boolean[]; readonly holds: boolean }>> = {
  'dss-235': { intact: [true, true], holds: false },
  'dss-236': { intact: [true, false], holds: false },
  'dss-237': { intact: [true, true, true], holds: true },
  'dss-239': { intact: [true, true, true, true, true, true, true], holds: true },
  'dss-241': { intact: [true, true, true, true, true], holds: true },
  'dss-242': { intact: [true, true, true, true], holds: true },
  'dss-249': { intact: [false], holds: false },
  'dss-251': { intact: [true, true], holds: true },
  'dss-252': { intact: [true, true, true], holds: true },
  'dss-259': { intact: [true, false], holds: false },
  'dss-260': { intact: [true, true], holds: true },
}

describeWith(needs.vectors, 'third-party evidence records', () => {
  const rows = linesOf<Row>('dss/cases.jsonl').filter(({ format }) => format?.startsWith('ERS-ASN1'))
  const inputs = new Map(linesOf<Inputs>('extra/inputs.jsonl').map((row) => [row.id, row]))

  it('are all known', () => {
    expect(rows.map(({ id }) => id).filter((id) => !(id in expected))).toEqual([])
  })

  it.each(rows)('$id: imprints and renewals', (row) => {
    const objects = objectsOf(inputs.get(row.id) ?? { id: row.id })
    const reading: EvidenceReading = readEvidence(parseEvidenceRecord(bytesOf(row.file)), objects)
    const { intact, holds } = expected[row.id]!
    expect(reading.archiveTimeStamps.map(({ imprintIntact }) => imprintIntact)).toEqual(intact)
    expect(reading.covers).toEqual(holds ? objects.map(({ id }) => id) : [])
    expect(reading.findings.length === 0).toBe(holds)
  })
})
