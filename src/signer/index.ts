export { SignerError, type SignerErrorCode, signerCatalogue } from './errors.ts'
export { preparePades } from './pades/prepare-pades.ts'
export type { Clock, Random, SigningKey, TimestampAuthority, TimestampResult } from './ports.ts'
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
