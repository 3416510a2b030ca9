import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { describeWith, needs, vectorsFolder } from '../../../test/support/requirements.ts'
import { isEqual } from '../der/index.ts'
import { archiveImprintV3 } from './archive-imprint.ts'
import { archiveImprintsV2 } from './archive-imprint-v2.ts'
import { findAtsHashIndex } from './ats-hash-index.ts'
import { attributeName } from './attribute-oids.ts'
import { readSignedDataBytes } from './cms-bytes.ts'
import { parseSignedData } from './cms-reader.ts'
import { evidenceRecordInput } from './cms-without-attributes.ts'
import { digestBytes } from './digests.ts'
import { digestImprint, type ImprintContent, type ImprintPart } from './imprint.ts'
import { cadesCTimestampImprint, referencesTimestampImprint } from './timestamp-imprint.ts'
import { parseTimeStampToken } from './tsp.ts'

interface Row {
  readonly id: string
  readonly file: string
}
interface Inputs {
  readonly id: string
  readonly detached?: readonly { readonly file: string }[]
}

const bytesOf = (file: string): Uint8Array => new Uint8Array(readFileSync(join(vectorsFolder()!, file)))
/** None where there are no vectors: the rows are wanted before anything is skipped. */
function linesOf<T>(file: string): T[] {
  const folder = vectorsFolder()
  const lines = folder ? readFileSync(join(folder, file), 'utf8').split('\n') : []
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as T)
}

/**
 * Time-stamps of each row, sorted: `3` and `2` for the version of an archive time-stamp, `s`
 * for one over the signature, `c` over signature and references, `r` over references alone; `!` where its imprint is another, `?` where its index
 * names what is not there. By the rows' own tests, where these speak of them.
 */
const expected: Readonly<Record<string, string>> = {
  'dss-129': '2 3 s',
  'dss-136': '2 3? s',
  'dss-137': '2 3? s',
  'dss-139': '3? s',
  'dss-140': '2 3? s',
  'dss-160': '2 2 c c s s',
  'dss-165': '3? s',
  'dss-175': '2 s',
  'dss-176': '2 s',
  'dss-188': '2 s',
  'dss-189': '2 s',
  'dss-190': '2 2 s',
  'dss-192': '2 s',
  'dss-233': '3 c s',
  'dss-234': 'c s',
}

describeWith(needs.vectors, 'third-party CAdES', () => {
  const rows = linesOf<Row>('dss/cases.jsonl').filter(({ id }) => id in expected)
  const inputs = new Map(linesOf<Inputs>('extra/inputs.jsonl').map((row) => [row.id, row]))

  it.each(rows)('$id: imprints of time-stamps', ({ id, file }) => {
    const [detached] = inputs.get(id)?.detached ?? []
    expect(describeTimestamps(bytesOf(file), detached ? bytesOf(detached.file) : null)).toBe(expected[id])
  })

  it('an evidence record is about the signature as it was before', () => {
    const row = linesOf<Row>('dss/cases.jsonl').find(({ id }) => id === 'dss-222')!
    const cms = bytesOf(row.file)
    // the second attribute's record is the older one
    const older = evidenceRecordInput(cms, 0, 2)
    const newer = evidenceRecordInput(cms, 0, 1)
    expect(readSignedDataBytes(older).signers[0]!.unsigned).toHaveLength(1)
    expect(readSignedDataBytes(newer).signers[0]!.unsigned).toHaveLength(2)
  })
})

function describeTimestamps(cms: Uint8Array, detached: Uint8Array | null): string {
  const parsed = parseSignedData(cms)
  const parts = readSignedDataBytes(cms)
  const bytes = parsed.eContent ?? detached
  const content: ImprintContent = { bytes, digest: (name) => bytes && digestBytes(name, bytes) }
  const out = parsed.signerInfos.flatMap((signer, at) =>
    signer.unsignedAttributes.map(({ oid, values }, number): string => {
      const kind = kinds[attributeName(oid) ?? '']
      if (!kind) return ''
      const { tstInfo, signedData } = parseTimeStampToken(values[0]!)
      const matches = (list: readonly ImprintPart[]): boolean => {
        const digest = digestImprint(list, tstInfo.digest, content)
        return digest !== null && isEqual(digest, tstInfo.imprint)
      }
      const mark = (isIntact: boolean): string => (isIntact ? kind : `${kind}!`)
      if (kind === 's') return mark(matches([signer.signature]))
      if (kind === 'c' || kind === 'r') {
        const imprint = (kind === 'c' ? cadesCTimestampImprint : referencesTimestampImprint)(parts, at)
        return mark([imprint.parts, ...imprint.alternatives].some(matches))
      }
      if (kind === '2') {
        const { variants } = archiveImprintsV2(parts, at, number, tstInfo.genTime)
        return mark(variants.some((variant) => matches(variant.parts)))
      }
      const { index } = findAtsHashIndex(signedData.signerInfos[0]!.unsignedAttributes)
      const imprint = archiveImprintV3(parts, at, index!)
      return mark(matches(imprint.parts)) + (imprint.index.missing.length > 0 ? '?' : '')
    }),
  )
  return out
    .filter((entry) => entry !== '')
    .sort()
    .join(' ')
}

const kinds: Readonly<Record<string, string>> = {
  'signature-time-stamp': 's',
  'cades-c-time-stamp': 'c',
  'time-stamped-certs-crls-references': 'r',
  'archive-time-stamp-v2': '2',
  'archive-time-stamp-v3': '3',
}
