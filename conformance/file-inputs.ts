import { digestBytes, digestNames, parseCertificate, readCertificates } from '../src/formats/index.ts'
import {
  builtInPolicies,
  type DetachedContent,
  type Policy,
  type VerifyInput,
} from '../src/verifier/index.ts'
import type { Row, VectorCase } from './cases.ts'
import type { ReadVector } from './judgement.ts'

/** Rows that name no time are judged at this one, as those on paths are: the vectors' certificates do not age with the calendar. */
export const pinnedTime = '2026-01-01T00:00:00Z'

/** What a row about a file is judged with: what `extra/inputs.jsonl` gives, and nothing else that is trusted. */
export function readFileInputs(
  { file, row, extra, password }: VectorCase,
  read: ReadVector,
  policy: Policy = builtInPolicies.hospital,
): VerifyInput {
  const anchors = textsOf(extra['anchors']).flatMap((path) =>
    readCertificates(read(path)).map(parseCertificate),
  )
  return {
    file: { name: file, bytes: read(file!) },
    detached: [
      ...rowsOf(extra['detached']).map((given) => contentOf(given, read, isDigestAlone(row['inputs']))),
      ...digestContents(rowsOf(extra['detachedDigests'])),
    ],
    evidenceRecords: textsOf(extra['evidenceRecords']).map(read),
    anchors,
    evidence: { certificates: [], crls: [], ocspResponses: [] },
    at: new Date(typeof extra['at'] === 'string' ? extra['at'] : pinnedTime),
    policy,
    ...(password !== undefined && { password }),
  }
}

export const isRow = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const rowsOf = (value: unknown): Row[] => (Array.isArray(value) ? value.filter(isRow) : [])

const textsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []

/** Tests that hold back the content and give its digest, as their text says. */
const isDigestAlone = (inputs: unknown): boolean =>
  isRow(inputs) && String(inputs['detached']).includes('new DigestDocument(')

function contentOf(given: Row, read: ReadVector, digestAlone: boolean): DetachedContent {
  const bytes = read(String(given['file']))
  return {
    name: typeof given['name'] === 'string' ? given['name'] : null,
    digest: (name) => digestBytes(name, bytes),
    ...(!digestAlone && { bytes: () => bytes }),
  }
}

/** Content that stays where it is, known by its digest. */
const digestContents = (given: readonly Row[]): DetachedContent[] =>
  given.map(({ algorithm, base64, name }) => {
    const wanted = String(algorithm).toLowerCase().replace('-', '')
    const known = digestNames.find((candidate) => candidate === wanted)
    const value = Buffer.from(String(base64), 'base64')
    return {
      name: typeof name === 'string' ? name : null,
      digest: (asked) => (asked === known ? value : null),
    }
  })
