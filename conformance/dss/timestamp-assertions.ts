import type { Facts, SignatureFacts, TimestampFacts } from '../../src/verifier/index.ts'
import { isRow } from '../file-inputs.ts'
import {
  type Assertion,
  counted,
  each,
  notJudged,
  type Outcome,
  type Seen,
  timestampsOf,
  together,
  unknownAssertion,
} from './assertion.ts'
import { isIdentified, isReferenceUnique } from './signing-certificate-assertions.ts'

const imprintOf = ({ digests }: TimestampFacts) => digests.find(({ kind }) => kind === 'message-imprint')
const isImprintFound = (timestamp: TimestampFacts): boolean => imprintOf(timestamp)?.found === true
export const isImprintIntact = (timestamp: TimestampFacts): boolean => imprintOf(timestamp)?.intact === true

/** The token itself: its TSTInfo is what was signed, and the value verifies. */
export const isTokenIntact = ({ valueIntact, digests }: TimestampFacts): boolean =>
  valueIntact === true && digests.every(({ kind, intact }) => kind !== 'message-digest' || intact)

/** Also about what it is said to be about. */
export const isTimestampValid = (timestamp: TimestampFacts): boolean =>
  isTokenIntact(timestamp) && isImprintIntact(timestamp)

const isHashIndexValid = ({ digests, findings }: TimestampFacts): boolean =>
  digests.every(({ kind, intact }) => kind !== 'ats-hash-index' || intact) &&
  !findings.some(({ code }) => code.startsWith('ATS_HASH_INDEX'))

const ofEach =
  (part: (timestamp: TimestampFacts) => boolean, which = (_: TimestampFacts): boolean => true): Assertion =>
  (asserted, seen) =>
    each(timestampsOf(seen).filter(which).map(part), asserted)

const typeOf: Readonly<Record<string, TimestampFacts['type']>> = {
  CONTENT_TIMESTAMP: 'content',
  SIGNATURE_TIMESTAMP: 'signature',
  ARCHIVE_TIMESTAMP: 'archive',
  DOCUMENT_TIMESTAMP: 'document',
}

const parts: Readonly<Record<string, Assertion>> = {
  imprintFound: ofEach(isImprintFound),
  imprintIntact: ofEach(isImprintIntact),
  signatureIntact: ofEach(isTokenIntact),
  signatureValid: ofEach(isTimestampValid),
  signCertIdentified: ofEach(isIdentified),
  signCertRefUnique: ofEach(isReferenceUnique),
  tsaNameMatch: ofEach(({ findings }) => !findings.some(({ code }) => code === 'TIMESTAMP_TSA_NAME')),
  atsHashIndexValid: ofEach(isHashIndexValid, ({ source }) => source === 'archive-time-stamp-v3'),
  allPresentOnesIntactAndValid: (asserted, seen) => {
    const all = timestampsOf(seen)
    return { got: all.map(isTimestampValid), agrees: all.every(isTimestampValid) === asserted }
  },
  documentTimestampsOfFirst: (asserted, seen) =>
    counted(ofFirst(seen).filter(({ type }) => type === 'document').length, asserted),
  tLevelTimestamps: (asserted, seen) => counted(ofLevel(seen, isOfLevelT).length, asserted),
  aLevelTimestamps: (asserted, seen) => counted(ofLevel(seen, isOfLevelA).length, asserted),
  perType: (asserted, seen) => {
    const rows = Object.entries(isRow(asserted) ? asserted : {})
    return together(
      rows.map(([name, wanted]): [string, Outcome] => {
        const own = timestampsOf(seen).filter(({ type }) => type === typeOf[name])
        return [name, hold(wanted, { ...seen, facts: seen.facts && { ...seen.facts, timestamps: own } })]
      }),
    )
  },
  typesMentioned: (_, seen) =>
    notJudged(
      'types that the test mentions',
      timestampsOf(seen).map(({ type }) => type),
    ),
  tsaNameOrderMatch: () => notJudged('not among our facts'),
}

const ofFirst = (seen: Seen): TimestampFacts[] => {
  const first = seen.facts?.signatures[0]
  return timestampsOf(seen).filter(({ id }) => first?.timestamps.includes(id))
}

const ofLevel = (seen: Seen, which: Level): TimestampFacts[] => {
  const { facts } = seen
  const first = facts?.signatures[0]
  return facts && first ? ofFirst(seen).filter((timestamp) => which(timestamp, first, facts)) : []
}

type Level = (timestamp: TimestampFacts, signature: SignatureFacts, facts: Facts) => boolean

const isOfLevelT: Level = ({ type }) => type === 'signature' || type === 'document'

/**
 * EU DSS counts a document time-stamp that covers revocation data about the signer's path, and another time-stamp or
 * revocation data about its own.
 */
const isOfLevelA: Level = (timestamp, signature, facts) => {
  if (timestamp.type !== 'document') return timestamp.type === 'archive'
  const covered = new Set(timestamp.covers)
  const coversOther = signature.timestamps.some((id) => id !== timestamp.id && covered.has(id))
  return (
    answersAbout(signature.signingCertificate, covered, facts) &&
    (coversOther || answersAbout(timestamp.signingCertificate, covered, facts))
  )
}

/** Whether any of `covered` is revocation data about the path of a signer; an anchor, and who signed its own, needs none. */
function answersAbout(signer: string | null, covered: ReadonlySet<string>, facts: Facts): boolean {
  const certificates = facts.certificates.filter(({ id }) => id === signer)
  const path = new Set(certificates.flatMap(({ id, paths }) => paths[0]?.certificates ?? [id]))
  return (
    certificates.some(({ selfSigned, trusted }) => selfSigned || trusted) ||
    facts.certificates.some(
      ({ id, statuses }) => path.has(id) && statuses.some(({ revocation }) => covered.has(revocation)),
    )
  )
}

const hold = (asserted: unknown, seen: Seen): Outcome => {
  const row = isRow(asserted) ? asserted : {}
  return together(
    Object.entries(row).map(([name, value]): [string, Outcome] => [
      name,
      name === 'count'
        ? countOf(value, row['typesMentioned'], seen)
        : (parts[name]?.(value, seen) ?? unknownAssertion),
    ]),
  )
}

/** Of all, of the first signature's, or of those of the types that the test mentions: its list may be any of these. */
function countOf(asserted: unknown, mentioned: unknown, seen: Seen): Outcome {
  const all = timestampsOf(seen)
  const types = (Array.isArray(mentioned) ? mentioned : []).map((name) => typeOf[String(name)])
  const own = all.filter(({ type }) => types.includes(type))
  const agrees = [all, ofFirst(seen), own].some(({ length }) => length === asserted)
  return { got: all.length, agrees }
}

/** What is asserted of the time-stamps of signatures. */
export const timestamps: Assertion = hold

/** Whether one at least of the signature's time-stamps of a level is valid; null where it has none. */
const levelOf = (signature: SignatureFacts, seen: Seen, which: Level): boolean | null => {
  const { facts } = seen
  const own = timestampsOf(seen).filter(
    (timestamp) => signature.timestamps.includes(timestamp.id) && facts && which(timestamp, signature, facts),
  )
  return own.length === 0 ? null : own.some(isTimestampValid)
}

/** Of every signature, or, per signature, of each that has time-stamps of the level. */
const level =
  (which: Level): Assertion =>
  (asserted, seen) => {
    const held = (seen.facts?.signatures ?? []).map((signature) => levelOf(signature, seen, which))
    if (asserted === 'per-signature') return { got: held, agrees: held.every((value) => value !== false) }
    return each(
      held.map((value) => value === true),
      asserted,
    )
  }

export const tLevelValid = level(isOfLevelT)
export const aLevelValid = level(isOfLevelA)

/** Each level that a signature has time-stamps for is valid. */
export const levelConsistentWithTimestamps: Assertion = (asserted, seen) => {
  const held = (seen.facts?.signatures ?? []).flatMap((signature) =>
    [isOfLevelT, isOfLevelA].map((which) => levelOf(signature, seen, which)),
  )
  return { got: held, agrees: held.every((value) => value !== false) === asserted }
}
