export { buildReport } from './build-report.ts'
export { contextDigest } from './context-digest.ts'
export { localDay } from './local-time.ts'
export {
  type EvidenceRecordReport,
  type ReasonReport,
  type ReportText,
  type SignatureReport,
  type TimestampReport,
  type Verdict,
  type VerificationReport,
  verificationReportJsonSchema,
  verificationReportSchema,
} from './schema.ts'
export { type UnjudgedFile, unreadableReport } from './unreadable-report.ts'
