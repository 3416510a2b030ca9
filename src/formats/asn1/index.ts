export { decodeSignatureAlgorithm, encodeSignatureAlgorithm } from './algorithm-identifier.ts'
export { algorithmName, algorithmUse, type SignatureAlgorithm, schemeTitles } from './algorithms.ts'
export { type ArchiveImprintV3, archiveImprintV3 } from './archive-imprint.ts'
export { type ArchiveImprintsV2, type ArchiveImprintV2, archiveImprintsV2 } from './archive-imprint-v2.ts'
export {
  type AtsHashIndex,
  compareAtsHashIndex,
  findAtsHashIndex,
  type IndexComparison,
  type IndexedObject,
  parseAtsHashIndex,
} from './ats-hash-index.ts'
export { type AttributeName, attributeName, attributeOids } from './attribute-oids.ts'
export { type AttributeValues, attributeValues, soleValue } from './attribute-values.ts'
export { isBase64 } from './base64.ts'
export { type Certificate, parseCertificate } from './certificate.ts'
export type {
  AuthorityKeyIdentifier,
  BasicConstraints,
  CertificateKeyUsage,
  Extension,
} from './certificate-extensions.ts'
export {
  ANY_POLICY,
  certificatePolicies,
  crlDistributionPoints,
  type Extended,
  freshestCrl,
  type GeneralSubtree,
  hasOcspNoCheck,
  inhibitAnyPolicy,
  issuerAltName,
  isValidityAssuredShortTerm,
  type NameConstraints,
  nameConstraints,
  type PolicyConstraints,
  type PolicyMapping,
  policyConstraints,
  policyMappings,
  subjectAltName,
} from './certificate-path-extensions.ts'
export { readCertificates } from './certificates-only.ts'
export {
  type AttributeBytes,
  readSignedDataBytes,
  type SignedDataBytes,
  type SignerInfoBytes,
} from './cms-bytes.ts'
export { parseSignedData, parseSignerInfo, signedAttributesForVerification } from './cms-reader.ts'
export { spliceUnsignedAttribute } from './cms-splice.ts'
export type * from './cms-types.ts'
export { evidenceRecordInput } from './cms-without-attributes.ts'
export { encodeAttribute, encodeSignedAttributes, encodeSignedData } from './cms-writer.ts'
export { defaultCrlLimits, parseCrl, readCrlTimes } from './crl.ts'
export {
  type CrlEntryPosition,
  hasSerialAt,
  readCrlEntries,
  readCrlEntry,
  walkCrlEntries,
} from './crl-entries.ts'
export type * from './crl-types.ts'
export {
  type AlgorithmUse,
  createDigest,
  type DigestName,
  decodeDigestAlgorithm,
  digestBytes,
  digestLength,
  digestNames,
  digestTitle,
  digestUse,
  encodeDigestAlgorithm,
} from './digests.ts'
export {
  allReasons,
  type DistributionPoint,
  type DistributionPointName,
  type ReasonFlag,
  readDistributionPointName,
  readDistributionPoints,
  readReasonFlags,
} from './distribution-point.ts'
export {
  type CertificateReference,
  type IssuerSerial,
  matchReference,
  parseSigningCertificate,
  type ReferenceMatch,
  type SigningCertificateAttribute,
} from './ess-certificate.ts'
export { parseEvidenceRecord } from './evidence-record.ts'
export type * from './evidence-record-types.ts'
export {
  type GeneralName,
  type GeneralNameKind,
  readAllGeneralNames,
  readGeneralName,
  readGeneralNames,
} from './general-name.ts'
export { digestImprint, type ImprintContent, type ImprintPart } from './imprint.ts'
export {
  completeName,
  encodeName,
  formatName,
  type Name,
  type NameAttribute,
  type NameAttributeInput,
  nameValues,
  parseName,
  subjectIdentifiers,
} from './name.ts'
export { parseOcspResponse } from './ocsp.ts'
export {
  encodeOcspCertId,
  encodeOcspRequest,
  isCertIdOf,
  isNamedResponder,
  parseOcspRequest,
} from './ocsp-request.ts'
export type * from './ocsp-types.ts'
export { encodePem, parsePem } from './pem.ts'
export { importPublicKey, inheritKeyParameters } from './public-key/import.ts'
export { verifySignature } from './public-key/verify.ts'
export {
  type AlgorithmProtection,
  isProtectedAlgorithm,
  parseAlgorithmProtection,
  parseCommitmentType,
  parseContentType,
  parseMessageDigest,
  parseMimeType,
  parseSignaturePolicy,
  parseSignerAttributes,
  parseSignerLocation,
  parseSigningTime,
  type SignaturePolicy,
  type SignerAttributes,
  type SignerLocation,
} from './signature-attributes.ts'
export { encodeTbsCertificate, type TbsCertificateInput } from './tbs-certificate.ts'
export {
  type AttributeImprint,
  cadesCTimestampImprint,
  referencesTimestampImprint,
} from './timestamp-imprint.ts'
export {
  encodeTimeStampRequest,
  encodeTimeStampResponse,
  encodeTstInfo,
  parseTimeStampRequest,
  parseTimeStampResponse,
  parseTimeStampToken,
  parseTstInfo,
} from './tsp.ts'
export type * from './tsp-types.ts'
export {
  parseAdbeRevocation,
  parseCertificateValues,
  parseRevocationValues,
  type RevocationValues,
  readSignedDataRevocations,
} from './validation-data.ts'
