import type { CertificateFacts, Facts, FormatFinding } from '../../src/verifier/index.ts'
import { readCertificate, readTime } from './certificate-facts.ts'
import { readEvidenceRecord, readRevocation, readSignature, readTimestamp } from './token-facts.ts'
import type { Element } from './xml.ts'

/**
 * Our facts from EU DSS' diagnostic data: what it observed is copied, nothing is concluded from it. What it says of
 * trusted lists, qualification and names has no place in our facts.
 */
export function readDiagnosticData(data: Element): Facts {
  const all = new Map(
    data
      .all('UsedCertificates/Certificate')
      .map((certificate) => [certificate.attributes['Id']!, certificate]),
  )
  const now = readTime(data.value('ValidationDate')!)
  const revocations = data.all('UsedRevocations/Revocation')
  const container = readContainer(data)
  return {
    version: 1,
    file: { name: data.value('DocumentName'), kind: 'unknown', size: 0, sha256: '', forgiven: [] },
    signatures: data.all('Signatures/Signature').map((signature) => readSignature(signature, container)),
    timestamps: data.all('UsedTimestamps/Timestamp').map(readTimestamp),
    evidenceRecords: data.all('EvidenceRecords/EvidenceRecord').map(readEvidenceRecord),
    certificates: [...all.values()].map((certificate) =>
      withRefusals(readCertificate(certificate, all), revocations),
    ),
    revocations: revocations.map((revocation) => {
      const signer = all.get(revocation.attribute('SigningCertificate', 'Certificate') ?? '')
      return readRevocation(revocation, signer ? informedSince(signer) : null, now)
    }),
  }
}

/** ExpiredCertsRevocationInfo of a trusted list (TS 119 612, 5.5.9.1). */
const informedSince = (certificate: Element): string | null =>
  certificate
    .all('TrustServiceProviders/TrustServiceProvider/TrustServices/TrustService')
    .map((service) => service.value('ExpiredCertsRevocationInfo'))
    .find((time) => time !== null) ?? null

/** Why an answer is none whatever the time, as far as the diagnostic data shows it. */
function withRefusals(certificate: CertificateFacts, revocations: readonly Element[]): CertificateFacts {
  const statuses = certificate.statuses.map((status) => {
    const revocation = revocations.find(({ attributes }) => attributes['Id'] === status.revocation)!
    return { ...status, problems: refusals(revocation) }
  })
  return { ...certificate, statuses }
}

function refusals(revocation: Element): { code: string; clause: string }[] {
  const problems = []
  if (revocation.value('ThisUpdate') === null) {
    problems.push({ code: 'OCSP_NOT_SUCCESSFUL', clause: 'RFC 6960, 4.2.2.1' })
  }
  if (revocation.value('Type') === 'OCSP' && !isNamedResponder(revocation)) {
    problems.push({ code: 'OCSP_RESPONDER_UNKNOWN', clause: 'RFC 6960, 4.2.2.3' })
  }
  return problems
}

/** The responder's identifier is that of the certificate whose key verified. */
function isNamedResponder(revocation: Element): boolean {
  const named = revocation
    .all('FoundCertificates/RelatedCertificate')
    .filter((certificate) =>
      certificate
        .all('CertificateRef')
        .some((reference) => reference.value('Origin') === 'SIGNING_CERTIFICATE'),
    )
  const signer = revocation.attribute('SigningCertificate', 'Certificate')
  return named.length === 1 && named[0]!.attributes['Certificate'] === signer
}

/** What the ASiC container of the signatures lacks (EN 319 162-1, 4.3 and 4.4). */
function readContainer(data: Element): FormatFinding[] {
  const container = data.first('ContainerInfo')
  if (!container) return []
  const findings: FormatFinding[] = []
  const add = (code: string): void => {
    findings.push({ code, clause: 'EN 319 162-1', detail: null })
  }
  const type = container.value('ContainerType')
  const files = container.all('ContentFiles/ContentFile')
  if (type === null) add('CONTAINER_TYPE')
  if (type === 'ASiC-E' && container.all('ManifestFiles/ManifestFile').length === 0) add('CONTAINER_MANIFEST')
  const isAlone = files.filter(({ text }) => !text.includes('/')).length === 1
  if (type === 'ASiC-S' ? !isAlone : files.length === 0) add('CONTAINER_CONTENT')
  return findings
}
