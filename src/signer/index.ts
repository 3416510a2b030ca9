export { SignerError, type SignerErrorCode, signerCatalogue } from './errors.ts'
export type { Clock, Random, SigningKey, TimestampAuthority, TimestampResult } from './ports.ts'
export type {
  CadesContent,
  CadesOptions,
  Conformity,
  FinishedSignature,
  PreparedSignature,
  RequestedLevel,
  SelectedAlgorithm,
  SignatureLevel,
  SignatureOptions,
  SignerEnvironment,
} from './types.ts'
