export { CRL_LIFE_MS, currentCrl, OCSP_LIFE_MS } from './authority.ts'
export {
  type Behaviours,
  type CertificateBehaviour,
  type CrlBehaviour,
  crlLies,
  type OcspBehaviour,
  ocspLies,
  type TsaBehaviour,
  transportLies,
  tsaLies,
} from './behaviour.ts'
export {
  type BuildOptions,
  buildPki,
  type CertificateRequest,
  type Environment,
  issueCertificate,
  makeCertificate,
  resolveRevocation,
} from './build.ts'
export { encodeCertificatesOnly } from './ca-endpoint.ts'
export {
  buildCrl,
  type CrlEntryInput,
  type CrlInput,
  certificateIssuer,
  deltaCrlIndicator,
  encodeReasonFlags,
  issuingDistributionPoint,
  type Revocation,
  unknownCriticalExtension,
} from './crl.ts'
export { type RelativeDate, resolveDate } from './dates.ts'
export type {
  EntityDeclaration,
  KeyKind,
  PkiDeclaration,
  Profile,
  RevocationDeclaration,
  RevocationReason,
  SubjectDeclaration,
} from './declaration.ts'
export {
  chainOf,
  crlUrl,
  type Entity,
  entityOf,
  isAuthority,
  issuedBy,
  ocspUrl,
  type Pki,
  privateKeyOf,
  rootsOf,
  tsaUrl,
} from './entity.ts'
export { TestCertsError, type TestCertsErrorCode } from './errors.ts'
export { type FaultName, faults, withFault } from './faults.ts'
export { freshKeys, generatePrivateKey, type KeySource, quickKeys } from './keys.ts'
export { testCertsMessages } from './messages.ts'
export {
  buildOcspResponse,
  encodeCertId,
  encodeOcspFailure,
  encodeOcspRequest,
  type OcspAnswer,
  type OcspInput,
  parseOcspRequest,
} from './ocsp.ts'
export { currentOcsp, type OcspStyle } from './ocsp-endpoint.ts'
export {
  evaluationPki,
  hospitals,
  profiles,
  sealSubject,
  staffSubject,
  type TestEntityName,
  testPki,
} from './pki.ts'
export { encodeSubject } from './profiles.ts'
export { type Responders, type RespondersOptions, startResponders } from './responders.ts'
export { signatureAlgorithmFor, signBytes } from './sign.ts'
export { loadCa, saveCa, setRevocation } from './store.ts'
export { buildTimestampToken, OTHER_TSA_POLICY, type TokenInput, TSA_POLICY } from './timestamp.ts'
export { freshValidationData } from './validation-data.ts'
