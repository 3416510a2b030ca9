import {
  type AttributeName,
  attributeValues,
  FormatError,
  parseSignaturePolicy,
  type SignerInfo,
} from '../../formats/index.ts'
import type { SignatureFacts, TimestampFacts } from '../facts.ts'
import type { CmsSource } from './cms-source.ts'
import type { SignedSubject } from './signed-subject.ts'

/** Which attributes a signature has, as far as its level asks. */
export interface LevelParts {
  readonly extended: boolean
  readonly explicitPolicy: boolean
  readonly baselineB: boolean
  readonly timestamped: boolean
  readonly baselineLT: boolean
  readonly references: boolean
  readonly referencesTimestamped: boolean
  readonly archived: boolean
  readonly archivedV3: boolean
  readonly evidenceRecord: boolean
}

const DATA = '1.2.840.113549.1.7.1'

/** The parts of a signature whose time-stamps are in the registry. */
export function readLevelParts(source: CmsSource, subject: SignedSubject, facts: SignatureFacts): LevelParts {
  const { info } = subject
  const own = facts.timestamps.flatMap((id) => source.context.registry.timestamp(id) ?? [])
  const signatureTimestamps = own.filter(({ type }) => type === 'signature')
  const extended = isExtended(info, facts)
  return {
    extended,
    explicitPolicy: facts.attributes.signaturePolicy !== null,
    baselineB: extended && isBaselineB(source, info, facts),
    timestamped: signatureTimestamps.length > 0 && areBeforeExpiry(source, signatureTimestamps, facts),
    baselineLT: !hasUnsigned(info, 'certificate-values', 'revocation-values', ...referenceNames),
    references: countUnsigned(info, 'complete-certificate-references') === 1,
    referencesTimestamped:
      countUnsigned(info, 'cades-c-time-stamp') +
        countUnsigned(info, 'time-stamped-certs-crls-references') ===
      1,
    archived: own.some(({ source: name }) => name.startsWith('archive-time-stamp')),
    archivedV3: own.some(({ source: name }) => name === 'archive-time-stamp-v3'),
    evidenceRecord: holdsEvidenceRecord(source),
  }
}

const referenceNames: readonly AttributeName[] = [
  'complete-certificate-references',
  'complete-revocation-references',
  'time-stamped-certs-crls-references',
]

const countUnsigned = (info: SignerInfo, name: AttributeName): number =>
  attributeValues(info.unsignedAttributes, name).attributes
const hasUnsigned = (info: SignerInfo, ...names: readonly AttributeName[]): boolean =>
  names.some((name) => countUnsigned(info, name) > 0)
const countSigned = (info: SignerInfo, name: AttributeName): number =>
  attributeValues(info.signedAttributes, name).values.length

/**
 * CAdES-E-BES (EN 319 122-2 V1.2.1, 5.2): content-type (not in counter-signatures), message-digest, one signing-certificate
 * reference of the version that fits its digest (requirements a and b), and what may stand at most once.
 */
function isExtended(info: SignerInfo, facts: SignatureFacts): boolean {
  const { reference, counterSignatureOf } = facts
  const contentTypes = countSigned(info, 'content-type')
  const isV1 = countSigned(info, 'signing-certificate') > 0
  return (
    (contentTypes === 1 || (contentTypes === 0 && counterSignatureOf !== null)) &&
    countSigned(info, 'message-digest') === 1 &&
    reference.attributes === 1 &&
    reference.digest !== null &&
    isV1 === (reference.digest === 'sha1') &&
    countSigned(info, 'signer-attributes') + countSigned(info, 'signer-attributes-v2') <= 1 &&
    atMostOnce.every((name) => countSigned(info, name) <= 1) &&
    unsignedAtMostOnce.every((name) => countUnsigned(info, name) <= 1)
  )
}

const atMostOnce: readonly AttributeName[] = [
  'signing-time',
  'content-hints',
  'mime-type',
  'signer-location',
  'signature-policy-identifier',
  'content-reference',
  'content-identifier',
]

const unsignedAtMostOnce: readonly AttributeName[] = [
  'signature-policy-store',
  'complete-certificate-references',
  'complete-revocation-references',
  'attribute-certificate-references',
  'attribute-revocation-references',
  'certificate-values',
  'revocation-values',
]

/** What the baseline profile wants beyond (EN 319 122-1 V1.3.1, 6.3: the table's B-B column and requirements a, f and k). */
function isBaselineB(source: CmsSource, info: SignerInfo, facts: SignatureFacts): boolean {
  const { attributes, signingCertificate } = facts
  const inSignedData = source.shared.embedded.some(
    ({ object, origin }) => origin === 'signed-data' && object === signingCertificate,
  )
  // PAdES: the claimed time stands in the signature dictionary (EN 319 142-1 V1.2.1, 6.3)
  const signingTimes = facts.format === 'PAdES' ? 0 : 1
  return (
    inSignedData &&
    countSigned(info, 'signing-time') === signingTimes &&
    (attributes.contentType === null || attributes.contentType === DATA) &&
    (!hasUnsigned(info, 'signature-policy-store') || hasPolicyHash(info))
  )
}

/** requirement k: what is stored can only be held against a digest. */
function hasPolicyHash(info: SignerInfo): boolean {
  try {
    return attributeValues(info.signedAttributes, 'signature-policy-identifier').values.some((value) => {
      const policy = parseSignaturePolicy(value)
      return policy.kind === 'explicit' && policy.hash !== null
    })
  } catch (error) {
    if (error instanceof FormatError) return false
    throw error
  }
}

/** requirement m: every signature time-stamp is older than the signing certificate's end. */
function areBeforeExpiry(
  source: CmsSource,
  timestamps: readonly TimestampFacts[],
  facts: SignatureFacts,
): boolean {
  const certificate =
    facts.signingCertificate && source.context.registry.certificate(facts.signingCertificate)
  return !certificate || timestamps.every(({ time }) => new Date(time) <= certificate.notAfter)
}

/**
 * An evidence record preserves the whole SignedData, so it may stand with any signer: internal where the content is inside,
 * external where it is not, and not both (EN 319 122-3 V1.1.1, 5; EN 319 122-2 V1.2.1, 6, requirement q).
 */
function holdsEvidenceRecord({ signedData }: CmsSource): boolean {
  const [right, wrong]: AttributeName[] = signedData.eContent
    ? ['internal-evidence-record', 'external-evidence-record']
    : ['external-evidence-record', 'internal-evidence-record']
  return signedData.signerInfos.some((info) => hasUnsigned(info, right!) && !hasUnsigned(info, wrong!))
}
