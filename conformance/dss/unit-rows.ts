import { createHash } from 'node:crypto'
import {
  AnkyError,
  digestBytes,
  digestNames,
  listFields,
  listSignatures,
  openPdf,
  type PdfDocument,
} from '../../src/formats/index.ts'
import { collectFacts } from '../../src/verifier/index.ts'
import type { VectorCase } from '../cases.ts'
import { isRow, readFileInputs } from '../file-inputs.ts'
import type { Judgement, ReadVector } from '../judgement.ts'
import { notJudged, type Outcome, same, unknownAssertion } from './assertion.ts'
import { conclude } from './file-rows.ts'

type UnitAssertion = (asserted: unknown, row: VectorCase, read: ReadVector) => Outcome

const open = (row: VectorCase, read: ReadVector): PdfDocument =>
  openPdf(read(row.file!), { mode: 'lenient', ...(row.password !== undefined && { password: row.password }) })

/** /P grants these to who opens the file as a user (ISO 32000-2, table 22); an owner may do all. */
const permission =
  (bit: number): UnitAssertion =>
  (asserted, row, read) => {
    const { encryption } = open(row, read)
    const allowed = !encryption || encryption.asOwner || (encryption.permissions & (1 << (bit - 1))) !== 0
    return same(allowed, asserted)
  }

const assertions: Readonly<Record<string, UnitAssertion>> = {
  parses: (asserted, row, read) => {
    const facts = collectFacts(readFileInputs(row, read))
    return same(facts.signatures.length > 0, asserted)
  },
  encrypted: (asserted, row, read) => same(open(row, read).encryption !== null, asserted),
  openWithOwnerAccess: (asserted, row, read) => same(open(row, read).encryption?.asOwner ?? true, asserted),
  canFillSignatureForm: permission(9),
  canCreateSignatureField: permission(6),
  /** EN 319 142-1, 5.4.2.3: the key of a signature's VRI dictionary. */
  vriKeySha1OfContents: (asserted, row, read) => {
    const keys = listSignatures(open(row, read)).flatMap(({ contents }) =>
      contents ? [createHash('sha1').update(contents).digest('hex').toUpperCase()] : [],
    )
    return { got: keys, agrees: keys.includes(String(asserted)) }
  },
  availableSignatureFields: (asserted, row, read) => {
    const fields = listFields(open(row, read)).filter(({ type, value }) => type === 'Sig' && value === null)
    return same(
      fields.map(({ name }) => name),
      asserted,
    )
  },
  /** A CMS without records is itself what a record would preserve (RFC 4998, appendix A), where it is in DER. */
  evidenceRecordInput: (asserted, row, read) => {
    const got = Object.fromEntries(
      Object.keys(isRow(asserted) ? asserted : {}).map((title) => {
        const name = digestNames.find((candidate) => candidate === title.toLowerCase())
        const digest = name && Buffer.from(digestBytes(name, read(row.file!))).toString('hex')
        return [title, digest?.toUpperCase()]
      }),
    )
    return same(got, asserted)
  },
  password: () => notJudged('what the file is opened with'),
}

/** Judges what unit tests assert of one file's parts. */
export function judgeUnitRow(row: VectorCase, read: ReadVector): Judgement {
  const outcomes = new Map<string, Outcome>()
  for (const [name, asserted] of Object.entries(row.expect)) {
    const assertion = Object.hasOwn(assertions, name) ? assertions[name] : undefined
    outcomes.set(name, assertion ? attempt(() => assertion(asserted, row, read)) : unknownAssertion)
  }
  return conclude(outcomes)
}

function attempt(run: () => Outcome): Outcome {
  try {
    return run()
  } catch (error) {
    if (!(error instanceof AnkyError)) throw error
    return { got: error.code, agrees: false }
  }
}
