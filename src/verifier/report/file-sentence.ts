import { fillMessage } from '../../formats/index.ts'
import type { FileFacts } from '../facts.ts'
import type { SubIndication } from '../judgement.ts'
import type { ReasonCode } from '../messages.ts'
import { describeTime } from './local-time.ts'
import { heads } from './phrases.ts'
import type { ReportText, SignatureReport, VerificationReport } from './schema.ts'
import { describeClaim, verdictOf } from './sentence.ts'

interface FileVerdict extends Pick<VerificationReport, 'signatures' | 'timestamps' | 'evidenceRecords'> {
  readonly kind: FileFacts['kind']
  readonly policy: string
}

/** The sentence on a whole file: that of its one signature, or counts and that of the worst. */
export function describeFile(file: FileVerdict): ReportText {
  const { kind, signatures, timestamps, evidenceRecords } = file
  if (signatures.length > 0) return describeSignatures(signatures)
  const [record] = evidenceRecords
  if (kind === 'evidence-record' && record)
    return describeToken('evidence-record', { ...record, intact: null, authority: null }, file.policy)
  const [timestamp] = timestamps
  if (kind === 'timestamp' && timestamp) return describeToken('timestamp', timestamp, file.policy)
  return describeUnsigned(timestamps.at(-1)?.time ?? null)
}

const severity = ({ indication, revocationChecked }: SignatureReport): number =>
  ({ failed: 4, indeterminate: 3, passed: revocationChecked ? 1 : 2 })[
    verdictOf(indication) as 'failed' | 'indeterminate' | 'passed'
  ]

function describeSignatures(signatures: readonly SignatureReport[]): ReportText {
  const [worst] = [...signatures].sort((a, b) => severity(b) - severity(a))
  const { vi, en } = worst!.sentence
  if (signatures.length === 1) return { vi, en }
  const counts = (['passed', 'failed', 'indeterminate'] as const).flatMap((verdict) => {
    const count = signatures.filter(({ indication }) => verdictOf(indication) === verdict).length
    return count === 0 ? [] : [{ count, ...heads[verdict] }]
  })
  const list = (language: 'vi' | 'en') =>
    counts.map((entry) => `${entry.count} ${entry[language].toLowerCase()}`).join(', ')
  return {
    vi: `Tệp có ${signatures.length} chữ ký (${list('vi')}): ${vi}`,
    en: `The file has ${signatures.length} signatures (${list('en')}): ${en}`,
  }
}

interface Token extends Pick<SignatureReport, 'subIndication' | 'intact' | 'reasons'> {
  readonly indication: 'PASSED' | 'FAILED' | 'INDETERMINATE'
  readonly time: string | null
  readonly authority: string | null
}

function describeToken(
  subject: 'timestamp' | 'evidence-record',
  { indication, subIndication, intact, reasons, time, authority }: Token,
  policy: string,
): ReportText {
  const passed = indication === 'PASSED'
  return describeClaim({
    subject,
    who: authority,
    issuer: null,
    provenTime: time,
    claimedTime: null,
    indication,
    subIndication: subIndication as SubIndication | null,
    intact: passed ? true : intact,
    trusted: passed ? true : null,
    revocationChecked: true,
    changedAfterSigning: false,
    failing: failingCodes(reasons),
    policy,
  })
}

const failingCodes = (reasons: SignatureReport['reasons']): ReadonlySet<ReasonCode> =>
  new Set(reasons.flatMap(({ code, level }) => (level === 'fail' ? [code as ReasonCode] : [])))

const unsigned = {
  plain: {
    vi: 'tệp không có chữ ký số nào; hãy yêu cầu người có trách nhiệm ký',
    en: 'the file has no digital signature; have it signed by whoever is responsible',
  },
  stamped: {
    vi: 'tệp chỉ có dấu thời gian (lúc {time}), không có chữ ký số của ai; hãy yêu cầu người có trách nhiệm ký',
    en: 'the file has only a time-stamp ({time}) and no digital signature; have it signed by whoever is responsible',
  },
} as const

function describeUnsigned(time: string | null): ReportText {
  const phrase = time === null ? unsigned.plain : unsigned.stamped
  const times = time === null ? { vi: '', en: '' } : describeTime(time)
  return {
    vi: `${heads.unsigned.vi} – ${fillMessage(phrase.vi, { time: times.vi })}.`,
    en: `${heads.unsigned.en} – ${fillMessage(phrase.en, { time: times.en })}.`,
  }
}
