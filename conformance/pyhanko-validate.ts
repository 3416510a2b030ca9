import { builtInPolicies, type SignatureFacts, type SignatureReport } from '../src/verifier/index.ts'
import type { Row, VectorCase } from './cases.ts'
import { notJudged, type Outcome, type Seen, same, see, unknownAssertion } from './dss/assertion.ts'
import { conclude, skip } from './dss/file-rows.ts'
import { readFileInputs, rowsOf } from './file-inputs.ts'
import type { Judgement, ReadVector } from './judgement.ts'

/** One signature, as observed and as reported. */
interface Signature {
  readonly facts: SignatureFacts
  readonly report: SignatureReport
  /** Whether another signature or document time-stamp was applied later. */
  readonly isFollowed: boolean
}

type Pdf = NonNullable<SignatureFacts['pdf']>

/** What pyHanko calls the extent of what is signed. */
function coverageOf({ byteRangeStrict, coversRevision, coversWholeFile }: Pdf): string {
  if (!byteRangeStrict || !coversRevision) return 'UNCLEAR'
  return coversWholeFile ? 'ENTIRE_FILE' : 'ENTIRE_REVISION'
}

/** Kinds of later changes that stand for pyHanko's levels of modification: a signature fills in a form there. */
const modifications: Readonly<Record<string, readonly Pdf['modifications'][]>> = {
  NONE: ['none'],
  LTA_UPDATES: ['none', 'ltv'],
  FORM_FILLING: ['signing', 'form'],
  ANNOTATIONS: ['annotation'],
  OTHER: ['other'],
  SuspiciousModification: ['other'],
}

const modification = (asserted: unknown, { report }: Signature): Outcome => ({
  got: report.modifications,
  agrees: modifications[String(asserted)]?.includes(report.modifications) ?? false,
})

const passed = (asserted: unknown, { report }: Signature): Outcome => ({
  got: [report.indication, report.subIndication],
  agrees: (report.indication === 'TOTAL-PASSED') === asserted,
})

const text = (): Outcome => notJudged('words of pyHanko’s')

const assertions: Readonly<Record<string, (asserted: unknown, signature: Signature) => Outcome>> = {
  fieldName: (asserted, { report }) => same(report.field, asserted),
  intact: (asserted, { report }) => same(report.intact, asserted),
  valid: (asserted, { report }) => same(report.intact, asserted),
  // pyHanko trusts a path that also holds at the time of validation
  trusted: (asserted, { report }) => same(report.trusted === true && report.validAtTime !== false, asserted),
  coverage: (asserted, { facts }) => same(facts.pdf && coverageOf(facts.pdf), asserted),
  modificationLevel: modification,
  diffResult: modification,
  modificationLevelAtMost: (asserted, { report }) => ({
    got: report.modifications,
    agrees: asserted === 'FORM_FILLING' && ['none', 'ltv', 'signing', 'form'].includes(report.modifications),
  }),
  bottomLine: passed,
  adesBottomLine: passed,
  docmdpOk: () => notJudged('what a DocMDP allows is asked by its own issue'),
  diffMentions: text,
  messageContains: text,
  summaryContains: text,
}

/**
 * Judges a row of kind `validate`. pyHanko asks for no revocation data unless told to, so the policy is `no-revocation`. What
 * later revisions change beside long-term data and further signatures is not told apart yet: such rows are skipped.
 */
export function judgeValidation(row: VectorCase, read: ReadVector): Judgement {
  const seen = see(readFileInputs(row, read, builtInPolicies['no-revocation']))
  const signatures = signaturesOf(seen)
  if ('throws' in row.expect) return conclude(new Map([['throws', refused(seen)]]))
  const wanted = 'perSignature' in row.expect ? rowsOf(row.expect['perSignature']) : [row.expect]
  const pairs = wanted.map((expect, at): [Row, Signature | undefined] => [
    expect,
    signatures.find(({ report }) => report.field === expect['fieldName']) ?? signatures[at],
  ])
  if (pairs.some(([expect, signature]) => signature && isAboutForms(expect, signature))) {
    return skip('changes of forms and annotations wait for their issue')
  }
  const outcomes = new Map<string, Outcome>()
  for (const [at, [expect, signature]] of pairs.entries()) {
    for (const [name, asserted] of Object.entries(expect)) {
      outcomes.set(pairs.length > 1 ? `${name}.${at + 1}` : name, outcomeOf(name, asserted, signature))
    }
  }
  return conclude(outcomes)
}

function signaturesOf({ facts, report }: Seen): Signature[] {
  const tops = (facts?.signatures ?? []).filter(({ counterSignatureOf }) => counterSignatureOf === null)
  return tops.flatMap((one, at) => {
    const found = report.signatures.find(({ id }) => id === one.id)
    const isFollowed =
      at < tops.length - 1 || (facts?.timestamps ?? []).some(({ type }) => type === 'document')
    return found ? [{ facts: one, report: found, isFollowed }] : []
  })
}

/** pyHanko refuses with an exception what may be no more to us than a signature that does not pass. */
const refused = ({ report }: Seen): Outcome => ({
  got: report.error?.code ?? report.verdict,
  agrees: report.verdict === 'unreadable' || report.verdict === 'failed',
})

/** FORM_FILLING where nothing was signed later can only be about a form, an annotation or the like. */
const isAboutForms = (expect: Row, { isFollowed }: Signature): boolean =>
  expect['modificationLevel'] === 'ANNOTATIONS' ||
  (expect['modificationLevel'] === 'FORM_FILLING' && !isFollowed)

function outcomeOf(name: string, asserted: unknown, signature: Signature | undefined): Outcome {
  const assertion = Object.hasOwn(assertions, name) ? assertions[name] : undefined
  if (!signature) return { got: 'no such signature', agrees: false }
  return assertion ? assertion(asserted, signature) : unknownAssertion
}
