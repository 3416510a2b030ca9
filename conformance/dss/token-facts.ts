import type {
  DigestFacts,
  EmbeddedFacts,
  EvidenceRecordFacts,
  FormatFinding,
  RevocationFacts,
  SignatureFacts,
  SignatureLevel,
  SignedTokenFacts,
  SigningCertificateReferenceFacts,
  TimestampFacts,
} from '../../src/verifier/index.ts'
import { readAlgorithm, readDigest } from './algorithms.ts'
import { readTime } from './certificate-facts.ts'
import { readFindings, readPdf } from './form-facts.ts'
import type { Element } from './xml.ts'

const kinds: Readonly<Record<string, DigestFacts['kind']>> = {
  MESSAGE_DIGEST: 'message-digest',
  SIGNED_PROPERTIES: 'message-digest',
  JWS_SIGNING_INPUT_DIGEST: 'message-digest',
  COUNTER_SIGNED_SIGNATURE_VALUE: 'counter-signed-value',
  MESSAGE_IMPRINT: 'message-imprint',
  EVIDENCE_RECORD_ARCHIVE_OBJECT: 'archive-object',
  EVIDENCE_RECORD_ARCHIVE_TIME_STAMP: 'previous-time-stamp',
  EVIDENCE_RECORD_ARCHIVE_TIME_STAMP_SEQUENCE: 'previous-time-stamp',
}

const isManifestEntry = ({ attributes }: Element): boolean => attributes['type'] === 'MANIFEST_ENTRY'

/**
 * Digests named, held against the data. Left out: digests in an evidence record that are of no object it is asked about
 * (RFC 4998, 4.2: they may stand there), and entries of a manifest whose file is not at hand while another's is (EN 319
 * 162-1, A.4: a manifest may name more than one is asked about).
 */
function readDigests(matchers: readonly Element[]): DigestFacts[] {
  const isAnyEntryFound = matchers.some((matcher) => isManifestEntry(matcher) && matcher.isTrue('DataFound'))
  return matchers
    .filter(({ attributes }) => attributes['type'] !== 'EVIDENCE_RECORD_ORPHAN_REFERENCE')
    .filter((matcher) => !isManifestEntry(matcher) || !isAnyEntryFound || matcher.isTrue('DataFound'))
    .map((matcher) => ({
      kind: kinds[matcher.attributes['type'] ?? ''] ?? 'reference',
      digest: readDigest(matcher.value('DigestMethod')),
      found: matcher.isTrue('DataFound'),
      intact: matcher.isTrue('DataIntact'),
    }))
}

function readToken(token: Element, matchers: readonly Element[]): SignedTokenFacts {
  const { algorithm, text } = readAlgorithm(token)
  const intact = token.value('BasicSignature/SignatureIntact')
  return {
    id: token.attributes['Id']!,
    algorithm,
    algorithmText: text,
    valueIntact: intact === null ? null : intact === 'true',
    signingCertificate: token.attribute('SigningCertificate', 'Certificate'),
    digests: readDigests(matchers),
  }
}

/** References to the signing certificate, of which one to the certificate that signed goes first. */
function readReference(token: Element): SigningCertificateReferenceFacts {
  const signer = token.attribute('SigningCertificate', 'Certificate')
  const references = [
    ...token.all('FoundCertificates/RelatedCertificate'),
    ...token.all('FoundCertificates/OrphanCertificate'),
  ].flatMap((certificate) =>
    certificate
      .all('CertificateRef')
      .filter((reference) => reference.value('Origin') === 'SIGNING_CERTIFICATE')
      .map((reference) => ({ reference, isSigner: certificate.attributes['Certificate'] === signer })),
  )
  const own = references.find(({ isSigner }) => isSigner) ?? references[0]
  const digest = own?.reference.value('DigestAlgoAndValue/DigestMethod') ?? null
  const issuer = own?.reference.attribute('IssuerSerial', 'match') ?? null
  return {
    attributes: references.length,
    names: references.length,
    digest: digest && readDigest(digest),
    digestMatches:
      own?.isSigner === true && own.reference.attribute('DigestAlgoAndValue', 'match') === 'true',
    issuerSerialMatches: issuer === null ? null : issuer === 'true',
  }
}

const readEmbedded = (token: Element): EmbeddedFacts[] => [
  ...token.all('FoundCertificates/RelatedCertificate').map(
    ({ attributes }): EmbeddedFacts => ({
      object: attributes['Certificate']!,
      kind: 'certificate',
      origin: 'signed-data',
    }),
  ),
  ...token.all('FoundRevocations/RelatedRevocation').map(
    (revocation): EmbeddedFacts => ({
      object: revocation.attributes['Revocation']!,
      kind: revocation.value('Type') === 'OCSP' ? 'ocsp' : 'crl',
      origin: 'revocation-values',
    }),
  ),
]

const readCovered = (token: Element): string[] =>
  token.all('TimestampedObjects/TimestampedObject').map(({ attributes }) => attributes['Token']!)

const levels: readonly SignatureLevel[] = ['BES', 'EPES', 'T', 'LT', 'C', 'X', 'XL', 'A', 'LTV', 'ERS']

function readLevel(format: string): SignatureLevel {
  const baseline = /-BASELINE-(B|T|LT|LTA)$/.exec(format)?.[1]
  if (baseline) return `B-${baseline}` as SignatureLevel
  return levels.find((level) => format.endsWith(`-${level}`)) ?? 'none'
}

export function readSignature(signature: Element, container: readonly FormatFinding[]): SignatureFacts {
  const format = signature.value('SignatureFormat') ?? ''
  const claimed = signature.value('ClaimedSigningTime')
  const policy = signature.value('Policy/Id')
  const isCounterSignature = signature.attributes['CounterSignature'] === 'true'
  return {
    ...readToken(signature, signature.all('DigestMatchers/DigestMatcher')),
    format: format.startsWith('PAdES') ? 'PAdES' : format.startsWith('CAdES') ? 'CAdES' : 'CMS',
    field: signature.attribute('PDFRevision/SignatureField', 'name'),
    counterSignatureOf: isCounterSignature ? (signature.attributes['Parent'] ?? '') : null,
    level: readLevel(format),
    reference: readReference(signature),
    claimedTime: claimed && readTime(claimed),
    attributes: {
      contentType: signature.value('ContentType'),
      mimeType: signature.value('MimeType'),
      signaturePolicy: policy === 'IMPLICIT_POLICY' ? 'implied' : policy,
      commitmentTypes: [],
      location: null,
      claimedRoles: [],
    },
    findings: readFindings(signature, container),
    pdf: readPdf(signature),
    embedded: readEmbedded(signature),
    timestamps: signature
      .all('FoundTimestamps/FoundTimestamp')
      .map(({ attributes }) => attributes['Timestamp']!),
    evidenceRecords: signature
      .all('FoundEvidenceRecords/FoundEvidenceRecord')
      .map(({ attributes }) => attributes['EvidenceRecord']!),
  }
}

const timestampTypes: Readonly<Record<string, TimestampFacts['type']>> = {
  CONTENT_TIMESTAMP: 'content',
  ALL_DATA_OBJECTS_TIMESTAMP: 'content',
  INDIVIDUAL_DATA_OBJECTS_TIMESTAMP: 'content',
  SIGNATURE_TIMESTAMP: 'signature',
  DOCUMENT_TIMESTAMP: 'document',
  EVIDENCE_RECORD_TIMESTAMP: 'evidence-record',
}

export function readTimestamp(timestamp: Element): TimestampFacts {
  const type = timestamp.attributes['Type'] ?? ''
  return {
    ...readToken(timestamp, timestamp.all('DigestMatcher')),
    type: timestampTypes[type] ?? 'archive',
    source: type,
    time: readTime(timestamp.value('ProductionTime')!),
    accuracyMs: null,
    policy: '',
    reference: readReference(timestamp),
    findings: readFindings(timestamp, []),
    covers: readCovered(timestamp),
    embedded: readEmbedded(timestamp),
    pdf: readPdf(timestamp),
  }
}

export function readEvidenceRecord(record: Element): EvidenceRecordFacts {
  const digests = readDigests(record.all('DigestMatchers/DigestMatcher'))
  const objects = digests.filter(({ kind }) => kind === 'archive-object')
  return {
    id: record.attributes['Id']!,
    origin: record.value('Origin') === 'SIGNATURE' ? 'embedded' : 'given',
    findings: readFindings(record, []),
    digests,
    timestamps: record
      .all('EvidenceRecordTimestamps/FoundTimestamp')
      .map(({ attributes }) => attributes['Timestamp']!),
    covers: readCovered(record),
    // another digest begins another chain (RFC 4998, 5.2)
    chainDigests: [...new Set(objects.map(({ digest }) => digest))],
  }
}

/** `informedSince`: since when the trusted list says its issuer keeps the status of expired certificates. */
export function readRevocation(
  revocation: Element,
  informedSince: string | null,
  now: string,
): RevocationFacts {
  const thisUpdate = revocation.value('ThisUpdate')
  const producedAt = revocation.value('ProductionDate')
  const nextUpdate = revocation.value('NextUpdate')
  const since = revocation.value('ExpiredCertsOnCRL') ?? revocation.value('ArchiveCutOff') ?? informedSince
  const hasHash = revocation.isTrue('CertHashExtensionPresent')
  return {
    ...readToken(revocation, []),
    kind: revocation.value('Type') === 'OCSP' ? 'ocsp' : 'crl',
    origin: revocation.value('Origin') === 'EXTERNAL' ? 'online' : 'embedded',
    sha256: '',
    producedAt: readTime(producedAt ?? thisUpdate ?? now),
    thisUpdate: readTime(thisUpdate ?? producedAt ?? now),
    nextUpdate: nextUpdate && readTime(nextUpdate),
    coversExpiredSince: since && readTime(since),
    certHashMatches: hasHash ? revocation.isTrue('CertHashExtensionMatch') : null,
    datedAhead: false,
  }
}
