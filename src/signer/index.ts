export { checkBeforeRelease, type ReleaseInput } from './check-before-release.ts'
export {
  type CertificateStanding,
  checkSigner,
  type RevocationEvidence,
  type SignerRequest,
  type SignerStanding,
} from './check-signer.ts'
export { SignerError, type SignerErrorCode, signerCatalogue } from './errors.ts'
export { finishSignature } from './finish-signature.ts'
export { preparePades } from './pades/prepare-pades.ts'
export type { Clock, Random, SigningKey, TimestampAuthority, TimestampResult } from './ports.ts'
export { prepareCades } from './prepare-cades.ts'
export { parsePreparedSignature } from './prepared-signature.ts'
export {
  type AlgorithmWish,
  contentDigestOf,
  imprintDigestOf,
  selectAlgorithm,
} from './select-algorithm.ts'
export { createTimestampPool, type TimestampPoolOptions } from './tsp-pool.ts'
export type {
  CadesContent,
  CadesOptions,
  Conformity,
  FinishedSignature,
  PadesOptions,
  PreparedSignature,
  RequestedLevel,
  SelectedAlgorithm,
  SignatureLevel,
  SignatureOptions,
  SignerEnvironment,
  VisibleSignature,
} from './types.ts'
