import type { TimestampFacts, TokenJudgement } from '../../src/verifier/index.ts'
import { isRow, rowsOf } from '../file-inputs.ts'
import { type Assertion, counted, each, notJudged, type Seen } from './assertion.ts'
import { isImprintIntact, isTimestampValid, isTokenIntact } from './timestamp-assertions.ts'

/** Time-stamps of all records, in their order. */
const stampsOf = ({ facts }: Seen): TimestampFacts[] =>
  (facts?.evidenceRecords ?? []).flatMap(({ timestamps }) =>
    timestamps.flatMap((id) => facts?.timestamps.filter((timestamp) => timestamp.id === id) ?? []),
  )

const conclusionsOf = (seen: Seen): TokenJudgement[] => {
  const ids = new Set(stampsOf(seen).map(({ id }) => id))
  return (seen.judgement?.timestamps ?? []).filter(({ id }) => ids.has(id))
}

export const evidenceRecords: Assertion = (asserted, { report }) =>
  counted(report.evidenceRecords.length, asserted)

export const evidenceRecordIndication: Assertion = (asserted, { report }) => {
  const got = report.evidenceRecords.map(({ indication }) => indication)
  return { got, agrees: got.length > 0 && got.every((indication) => indication === asserted) }
}

export const evidenceRecordSubIndication: Assertion = (asserted, { report }) => {
  const got = report.evidenceRecords.map(({ subIndication }) => subIndication)
  return { got, agrees: got.length > 0 && got.every((sub) => sub === asserted) }
}

export const evidenceRecordIndicationNot: Assertion = (asserted, { report }) => {
  const got = report.evidenceRecords.map(({ indication }) => indication)
  return { got, agrees: got.length > 0 && !got.some((indication) => indication === asserted) }
}

export const evidenceRecordTimestampIndicationNot: Assertion = (asserted, seen) => {
  const got = conclusionsOf(seen).map(({ indication }) => indication)
  return { got, agrees: got.length > 0 && !got.some((indication) => indication === asserted) }
}

/** A time from which the record may prove that what it covers existed. */
export const evidenceRecordPoeTime: Assertion = (asserted, { report }) => {
  const got = report.evidenceRecords.map(({ time }) => time)
  return { got, agrees: got.length > 0 && got.every((time) => time !== null) === (asserted === 'present') }
}

export const allTimestampsImprintIntact: Assertion = (asserted, seen) =>
  each(stampsOf(seen).map(isImprintIntact), asserted)

/** Objects that were given: how many the first archive time-stamp is about, and whether each is as it was. */
export const providedDataObjects: Assertion = (asserted, seen) => {
  const [record] = seen.facts?.evidenceRecords ?? []
  const [first] = stampsOf(seen)
  const objects = (first?.digests ?? []).filter(({ kind }) => kind === 'archive-object')
  const got = {
    found: objects.filter(({ found }) => found).length,
    intact: objects.filter(({ intact }) => intact).length,
    covers: record?.covers.length ?? 0,
  }
  const { found, intact } = isRow(asserted) ? asserted : {}
  const agrees =
    typeof found === 'number'
      ? got.found === found && got.intact === intact
      : objects.length > 0 &&
        (got.found === objects.length) === found &&
        (got.intact === objects.length) === intact
  return { got, agrees }
}

const stampParts: Readonly<Record<string, (timestamp: TimestampFacts) => boolean>> = {
  imprintIntact: isImprintIntact,
  signatureIntact: isTokenIntact,
  signatureValid: isTimestampValid,
}

/** What is asserted of the archive time-stamps: how many there are, and of each what stands in `perTimestamp`. */
export const erTimestamps: Assertion = (asserted, seen) => {
  if (!isRow(asserted)) return notJudged('not a list of assertions')
  const stamps = stampsOf(seen)
  const conclusions = conclusionsOf(seen)
  const hashFailures = conclusions.filter(({ subIndication }) => subIndication === 'HASH_FAILURE')
  const got = {
    count: stamps.length,
    imprintFound: stamps.length > 0,
    imprintIntact: stamps.every(isImprintIntact),
    allImprintIntact: stamps.every(isImprintIntact),
    notFailed: conclusions.filter(({ indication }) => indication !== 'FAILED').length,
    failedHashFailure: hashFailures.length,
  }
  const perTimestamp = rowsOf(asserted['perTimestamp'])
  const agrees =
    Object.entries(got).every(([name, value]) => !(name in asserted) || asserted[name] === value) &&
    perTimestamp.every((wanted, at) =>
      Object.entries(stampParts).every(([name, part]) => {
        const stamp = stamps[at]
        return !(name in wanted) || (stamp !== undefined && part(stamp) === wanted[name])
      }),
    )
  return { got, agrees }
}
