export { crlStatuses } from './crl-status.ts'
export { embeddedCertificates } from './ocsp-responder.ts'
export { ocspStatus } from './ocsp-status.ts'
export { readRevocationData } from './read-data.ts'
export {
  createRevocationCheck,
  createStatusFinder,
  type RevocationCheckOptions,
  type StatusFinder,
  type StatusFinderOptions,
} from './revocation-check.ts'
export { buildSerialIndex, lookUpSerial, openSerialIndex } from './serial-index.ts'
export {
  findCurrencyProblem,
  revocationAnswers,
  type StatusRequest,
  type StatusVerdict,
  statusAt,
} from './status-at.ts'
export type * from './types.ts'
