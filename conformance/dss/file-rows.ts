import type { VectorCase } from '../cases.ts'
import { readFileInputs } from '../file-inputs.ts'
import type { Judgement, ReadVector } from '../judgement.ts'
import {
  type Assertion,
  notJudged,
  type Outcome,
  reportsOf,
  type Seen,
  see,
  unknownAssertion,
} from './assertion.ts'
import * as records from './evidence-record-assertions.ts'
import * as signatures from './signature-assertions.ts'
import { signingCertificate } from './signing-certificate-assertions.ts'
import * as timestamps from './timestamp-assertions.ts'
import * as verdict from './verdict-assertions.ts'

/** Assertions that are read beside another one, or say how the row is to be read. */
const beside: ReadonlySet<string> = new Set(['messageContains', 'isSupported', 'terminatesWithinMs'])

const unjudged =
  (reason: string): Assertion =>
  () =>
    notJudged(reason)

const dssOwn = 'a finding of EU DSS’ own settings'
const noFact = 'not among our facts'

const assertions: Readonly<Record<string, Assertion>> = {
  level: signatures.level,
  levelForm: signatures.levelForm,
  signatureIntact: signatures.signatureIntact,
  signatureValid: signatures.signatureIntact,
  bLevelTechnicallyValid: signatures.bLevelTechnicallyValid,
  messageDigestIntact: signatures.messageDigestIntact,
  claimedSigningTime: signatures.claimedSigningTime,
  signatures: signatures.signatures,
  topLevelSignatures: signatures.topLevelSignatures,
  counterSignatures: signatures.counterSignatures,
  counterSignaturesOfCounterSignatures: signatures.counterSignaturesOfCounterSignatures,
  duplicateSignature: signatures.duplicateSignature,
  subFilter: signatures.subFilters,
  subFilters: signatures.subFilters,
  digestAlgorithm: signatures.digestAlgorithm,
  encryptionAlgorithm: signatures.encryptionAlgorithm,
  signingCertificate,
  timestamps: timestamps.timestamps,
  tLevelValid: timestamps.tLevelValid,
  aLevelValid: timestamps.aLevelValid,
  levelConsistentWithTimestamps: timestamps.levelConsistentWithTimestamps,
  evidenceRecords: records.evidenceRecords,
  evidenceRecordIndication: records.evidenceRecordIndication,
  evidenceRecordSubIndication: records.evidenceRecordSubIndication,
  evidenceRecordIndicationNot: records.evidenceRecordIndicationNot,
  evidenceRecordTimestampIndicationNot: records.evidenceRecordTimestampIndicationNot,
  evidenceRecordPoeTime: records.evidenceRecordPoeTime,
  allTimestampsImprintIntact: records.allTimestampsImprintIntact,
  providedDataObjects: records.providedDataObjects,
  erTimestamps: records.erTimestamps,
  indication: verdict.indication,
  indicationNot: verdict.indicationNot,
  subIndication: verdict.subIndication,
  timestampIndication: verdict.timestampIndication,
  timestampSubIndication: verdict.timestampSubIndication,
  validSignaturesCount: verdict.validSignaturesCount,
  reportsProduced: verdict.reportsProduced,
  throws: verdict.refused,
  validationTime: verdict.validationTime,
  pdf: (_, seen) =>
    notJudged(
      dssOwn,
      seen.facts?.signatures.map(({ pdf }) => pdf && [pdf.byteRangeStrict, pdf.modifications]),
    ),
  perSignature: unjudged(dssOwn),
  warningsAbsent: unjudged(dssOwn),
  errorKeys: unjudged(dssOwn),
  sav: unjudged(dssOwn),
  vci: unjudged(dssOwn),
  orphanReferencesAllowed: unjudged(dssOwn),
  structureValid: unjudged('schemas of XML and JSON signatures'),
  orphanTokens: unjudged(noFact),
  policy: unjudged(noFact),
  revocation: unjudged(noFact),
  sigFieldLock: unjudged(noFact),
  docTimestampType: unjudged(noFact),
  dssDictionaries: unjudged(noFact),
  vris: unjudged(noFact),
}

/** Tests that hand EU DSS the signer's certificate, which the row does not bring. */
const absentSigner = /setSigningCertificateSource\(/

/**
 * Judges a signed file, field by field: everything that is asserted of integrity, digests, levels, certificates, time-stamps
 * and evidence records, under our own policy. What is no fact of ours is printed as not judged.
 */
export function judgeFileRow(row: VectorCase, read: ReadVector): Judgement {
  if (row.extra['policy'] || row.extra['cryptographicSuite'])
    return skip('judged under a policy of EU DSS’ own')
  const setup = JSON.stringify(row.row['inputs'] ?? null)
  if (absentSigner.test(setup) && !row.extra['anchors'])
    return skip('the test gives a signing certificate that is not among the vectors')
  const began = process.cpuUsage()
  const input = readFileInputs(row, read)
  if (isXml(input.file.bytes)) return skip('files in XML are not read')
  const seen = see(input)
  const hasXmlRecord = input.evidenceRecords.some(isXml)
  const { user, system } = process.cpuUsage(began)
  const outcomes = new Map<string, Outcome>()
  for (const [name, asserted] of Object.entries({ ...numbersOf(row), ...row.expect })) {
    if (beside.has(name)) continue
    const outcome = outcomeOf(name, asserted, seen)
    const isAboutXml = hasXmlRecord && name.startsWith('evidenceRecord')
    outcomes.set(name, isAboutXml ? notJudged('evidence records in XML are not read', outcome.got) : outcome)
  }
  const limit = row.expect['terminatesWithinMs']
  if (typeof limit === 'number') {
    const cpuMs = Math.round((user + system) / 1000)
    outcomes.set('terminatesWithinMs', { got: cpuMs, agrees: cpuMs <= limit })
  }
  return conclude(outcomes)
}

/** XML signatures, evidence records of RFC 6283. */
const isXml = (bytes: Uint8Array): boolean => bytes[0] === 0x3c

const outcomeOf = (name: string, asserted: unknown, seen: Seen): Outcome => {
  if (name === 'signaturesMin') {
    const count =
      reportsOf(seen).length + seen.report.timestamps.filter(({ type }) => type === 'document').length
    return { got: count, agrees: count >= Number(asserted) }
  }
  const assertion = Object.hasOwn(assertions, name) ? assertions[name] : undefined
  return assertion ? assertion(asserted, seen) : unknownAssertion
}

/** How many signatures the row says there are, beside its assertions. */
function numbersOf({ row }: VectorCase): Record<string, unknown> {
  const { signatures: count, signaturesMin } = row
  return {
    ...(typeof count === 'number' && { signatures: count }),
    ...(typeof signaturesMin === 'number' && { signaturesMin }),
  }
}

export const skip = (skipped: string): Judgement => ({ agrees: null, skipped, got: {} })

/** A row agrees where all of its assertions that are judged do; without any it is skipped. */
export function conclude(outcomes: ReadonlyMap<string, Outcome>): Judgement {
  const judged = [...outcomes.values()].filter(({ agrees }) => agrees !== null)
  if (judged.length === 0) return skip('nothing that it asserts is a fact of ours')
  const got: Record<string, unknown> = {}
  const notJudgedOf: Record<string, string> = {}
  const differs: string[] = []
  for (const [name, { got: value, agrees, reason }] of outcomes) {
    got[name] = value
    if (agrees === null) notJudgedOf[name] = reason ?? ''
    if (agrees === false) differs.push(name)
  }
  return {
    agrees: differs.length === 0,
    skipped: null,
    got: { ...(differs.length > 0 && { differs }), ...got, notJudged: notJudgedOf },
  }
}
