import { fillMessage } from '../../formats/index.ts'
import type { CertificateFacts, Facts, SignatureFacts } from '../facts.ts'
import { intactOf } from '../intact.ts'
import type { Judgement, Reason, SignatureJudgement, TokenJudgement } from '../judgement.ts'
import { reasonMessages } from '../messages.ts'
import { describeDetails } from './describe-details.ts'
import { describeDigest } from './describe-digest.ts'
import { describeFile } from './file-sentence.ts'
import type {
  EvidenceRecordReport,
  ReasonReport,
  SignatureReport,
  TimestampReport,
  Verdict,
  VerificationReport,
} from './schema.ts'
import { type Claim, describeClaim, verdictOf } from './sentence.ts'

/**
 * The contract's object from what was observed and judged, and `context` (`contextDigest`). The same arguments give the
 * same report, byte for byte.
 */
export function buildReport(facts: Facts, judgement: Judgement, context: string): VerificationReport {
  const reporter = new Reporter(facts, judgement)
  const signatures = judgement.signatures.map((signature) => reporter.signature(signature))
  const timestamps = judgement.timestamps.flatMap((timestamp) => reporter.timestamp(timestamp))
  const evidenceRecords = judgement.evidenceRecords.map((record) => reporter.evidenceRecord(record))
  const verdict = verdictOfFile(facts, { signatures, timestamps, evidenceRecords })
  return {
    file: facts.file.name,
    verdict,
    sentence: describeFile({
      kind: facts.file.kind,
      policy: judgement.policy.name,
      signatures,
      timestamps,
      evidenceRecords,
    }),
    signatures,
    timestamps,
    evidenceRecords,
    forgiven: [...facts.file.forgiven],
    policy: { name: judgement.policy.name, digest: judgement.policy.digest },
    context: { digest: context },
    at: judgement.at,
    error: null,
  }
}

type Judged = Pick<VerificationReport, 'signatures' | 'timestamps' | 'evidenceRecords'>

/** The worst of the signatures; of a bare token or record its own. */
function verdictOfFile({ file }: Facts, { signatures, timestamps, evidenceRecords }: Judged): Verdict {
  if (signatures.length > 0) return worst(signatures.map(({ indication }) => verdictOf(indication)))
  const own = file.kind === 'timestamp' ? timestamps : file.kind === 'evidence-record' ? evidenceRecords : []
  return own.length > 0 ? worst(own.map(({ indication }) => verdictOf(indication))) : 'unsigned'
}

const worst = (verdicts: readonly Verdict[]): Verdict =>
  (['failed', 'indeterminate'] as const).find((verdict) => verdicts.includes(verdict)) ?? 'passed'

const unknownFacts = (id: string): Error => new Error(`the judgement is about ${id}, which the facts lack`)

class Reporter {
  readonly #facts: Facts
  readonly #judgement: Judgement
  readonly #certificates: ReadonlyMap<string, CertificateFacts>

  constructor(facts: Facts, judgement: Judgement) {
    this.#facts = facts
    this.#judgement = judgement
    this.#certificates = new Map(facts.certificates.map((certificate) => [certificate.id, certificate]))
  }

  signature(judged: SignatureJudgement): SignatureReport {
    const facts = this.#facts.signatures.find(({ id }) => id === judged.id)
    if (!facts) throw unknownFacts(judged.id)
    const signer = this.#certificate(facts.signingCertificate)
    return {
      id: facts.id,
      field: facts.field,
      format: facts.format,
      level: judged.level,
      counterSignatureOf: facts.counterSignatureOf,
      indication: judged.indication,
      subIndication: judged.subIndication,
      intact: judged.intact,
      trusted: judged.trusted,
      validAtTime: judged.validAtTime,
      coversWholeDocument: facts.pdf?.coversWholeFile ?? true,
      modifications: facts.pdf?.modifications ?? 'none',
      changedObjects: (facts.pdf?.changedObjects ?? []).map(({ object, kind }) => ({ object, kind })),
      signer: signer && describeSigner(signer),
      claimedTime: facts.claimedTime,
      bestSignatureTime: judged.bestSignatureTime,
      digestAlgorithm: digestAlgorithmOf(facts),
      signatureAlgorithm: facts.algorithmText,
      revocationChecked: judged.revocationChecked,
      timestamps: [...facts.timestamps],
      path: judged.path?.flatMap((id) => this.#pathCertificate(id)) ?? null,
      sentence: describeClaim(this.#claimOf(facts, judged, signer)),
      reasons: describeReasons(judged.reasons),
    }
  }

  /** Time-stamps of evidence records are part of those. */
  timestamp(judged: TokenJudgement): TimestampReport[] {
    const facts = this.#facts.timestamps.find(({ id }) => id === judged.id)
    if (!facts) throw unknownFacts(judged.id)
    if (facts.type === 'evidence-record') return []
    return [
      {
        id: facts.id,
        type: facts.type,
        indication: judged.indication,
        subIndication: judged.subIndication,
        time: facts.time,
        intact: intactOf(facts),
        authority: nameOf(this.#certificate(facts.signingCertificate)),
        reasons: describeReasons(judged.reasons),
      },
    ]
  }

  evidenceRecord(judged: TokenJudgement): EvidenceRecordReport {
    const facts = this.#facts.evidenceRecords.find(({ id }) => id === judged.id)
    if (!facts) throw unknownFacts(judged.id)
    const [first] = facts.timestamps
    return {
      id: facts.id,
      indication: judged.indication,
      subIndication: judged.subIndication,
      time: this.#facts.timestamps.find(({ id }) => id === first)?.time ?? null,
      reasons: describeReasons(judged.reasons),
    }
  }

  #claimOf(facts: SignatureFacts, judged: SignatureJudgement, signer: CertificateFacts | null): Claim {
    const { at, policy } = this.#judgement
    const { pdf } = facts
    return {
      subject: 'signature',
      who: signer && whoIs(signer),
      issuer: signer && (signer.issuerCommonName ?? signer.issuer),
      provenTime: Date.parse(judged.bestSignatureTime) < Date.parse(at) ? judged.bestSignatureTime : null,
      claimedTime: facts.claimedTime,
      indication: judged.indication,
      subIndication: judged.subIndication,
      intact: judged.intact,
      trusted: judged.trusted,
      revocationChecked: judged.revocationChecked,
      changedAfterSigning:
        pdf !== null && !['none', 'ltv', 'signing'].includes(pdf.modifications) && judged.intact !== false,
      failing: failingCodes(judged.reasons),
      policy: policy.name,
    }
  }

  #certificate(id: string | null): CertificateFacts | null {
    return (id === null ? undefined : this.#certificates.get(id)) ?? null
  }

  #pathCertificate(id: string) {
    const certificate = this.#certificate(id)
    if (!certificate) return []
    const { subject, sha256, notBefore, notAfter, trusted } = certificate
    return [{ subject, sha256, notBefore, notAfter, trusted }]
  }
}

const describeSigner = (certificate: CertificateFacts): NonNullable<SignatureReport['signer']> => ({
  commonName: certificate.commonName,
  identifiers: certificate.identifiers.map(({ type, value }) => ({ type, value })),
  organization: certificate.organization,
  issuer: certificate.issuer,
  issuerCommonName: certificate.issuerCommonName,
  serialNumber: certificate.serialNumber,
  notBefore: certificate.notBefore,
  notAfter: certificate.notAfter,
  sha256: certificate.sha256,
})

const nameOf = (certificate: CertificateFacts | null): string | null =>
  certificate && (certificate.commonName ?? certificate.subject)

/** A person with the organisation that manages them; a seal's name is its organisation's already. */
function whoIs(certificate: CertificateFacts): string {
  const { commonName, organization, subject } = certificate
  const name = commonName ?? subject
  return organization && organization !== name ? `${name}, ${organization}` : name
}

const digestAlgorithmOf = ({ digests, algorithm }: SignatureFacts): string | null => {
  const own = digests.find(({ kind }) => kind === 'message-digest' || kind === 'counter-signed-value')
  const name = own?.digest ?? algorithm?.digest ?? null
  return name && describeDigest(name)
}

const failingCodes = (reasons: readonly Reason[]): ReadonlySet<Reason['code']> =>
  new Set(reasons.flatMap(({ code, level }) => (level === 'fail' ? [code] : [])))

/** Each once, in the order of the engine. */
function describeReasons(reasons: readonly Reason[]): ReasonReport[] {
  const seen = new Set<string>()
  return reasons.flatMap(({ code, clause, level, details }) => {
    const { vi, en } = reasonMessages[code]
    const described = describeDetails(details)
    const messageVi = fillMessage(vi, described.vi)
    const key = `${level} ${code} ${messageVi}`
    if (seen.has(key)) return []
    seen.add(key)
    return [{ code, clause, level, messageVi, messageEn: fillMessage(en, described.en) }]
  })
}
