import { z } from 'zod'

const time = z.iso.datetime()
const sha256 = z.string().regex(/^[0-9a-f]{64}$/)

const text = z.object({ vi: z.string(), en: z.string() }).describe('Vietnamese and English')

const reason = z.object({
  code: z.string(),
  clause: z.string().describe('Standard and clause'),
  level: z.enum(['fail', 'warn', 'inform']),
  messageVi: z.string(),
  messageEn: z.string(),
})

const identifier = z.object({ type: z.string(), value: z.string() })

const signer = z.object({
  commonName: z.string().nullable(),
  identifiers: z.array(identifier).describe('UID attributes of the subject: CCCD, MST…'),
  organization: z.string().nullable().describe('The organisation that manages the signer'),
  issuer: z.string().describe('The issuing authority, RFC 4514'),
  issuerCommonName: z.string().nullable(),
  serialNumber: z.string().describe('Hex'),
  notBefore: time,
  notAfter: time,
  sha256,
})

const pathCertificate = z.object({
  subject: z.string(),
  sha256,
  notBefore: time,
  notAfter: time,
  trusted: z.boolean().describe('One of the anchors that were given'),
})

const subIndication = z.string().nullable().describe('EN 319 102-1, tables 5 and 6')

const signature = z.object({
  id: z.string(),
  field: z.string().nullable().describe('PDF signature field'),
  format: z.enum(['PAdES', 'CAdES', 'CMS']),
  level: z.enum([
    ...(['B-B', 'B-T', 'B-LT', 'B-LTA', 'BES', 'EPES', 'T', 'LT', 'C'] as const),
    ...(['X', 'XL', 'A', 'LTV', 'ERS', 'none'] as const),
  ]),
  counterSignatureOf: z.string().nullable(),
  indication: z.enum(['TOTAL-PASSED', 'TOTAL-FAILED', 'INDETERMINATE']),
  subIndication,
  intact: z.boolean().nullable().describe('Digests and value verify; null: cannot be told'),
  trusted: z.boolean().nullable(),
  validAtTime: z.boolean().nullable(),
  coversWholeDocument: z.boolean(),
  modifications: z.enum(['none', 'ltv', 'signing', 'form', 'annotation', 'other']),
  changedObjects: z.array(z.object({ object: z.string(), kind: z.string() })),
  signer: signer.nullable().describe('null: not identified'),
  claimedTime: time.nullable(),
  bestSignatureTime: time.describe('Earliest time at which it is proven to have existed; else `at`'),
  digestAlgorithm: z.string().nullable(),
  signatureAlgorithm: z.string(),
  revocationChecked: z.boolean(),
  timestamps: z.array(z.string()).describe('Ids of its time-stamps'),
  path: z.array(pathCertificate).nullable().describe('Signer first; null: none was found'),
  sentence: text,
  reasons: z.array(reason),
})

const timestamp = z.object({
  id: z.string(),
  type: z.enum(['content', 'signature', 'archive', 'document']),
  indication: z.enum(['PASSED', 'FAILED', 'INDETERMINATE']),
  subIndication,
  time,
  intact: z.boolean().nullable(),
  authority: z.string().nullable().describe('Who gave it; null: not identified'),
  reasons: z.array(reason),
})

const evidenceRecord = z.object({
  id: z.string(),
  indication: z.enum(['PASSED', 'FAILED', 'INDETERMINATE']),
  subIndication,
  time: time.nullable().describe('Of its first time-stamp'),
  reasons: z.array(reason),
})

/** The verdict on a file, as every door of the house gives it (outside contract). */
export const verificationReportSchema = z.object({
  file: z.string().nullable(),
  verdict: z.enum(['passed', 'failed', 'indeterminate', 'unreadable', 'unsigned']),
  sentence: text,
  signatures: z.array(signature).describe('In signing order'),
  timestamps: z.array(timestamp),
  evidenceRecords: z.array(evidenceRecord),
  forgiven: z.array(z.string()).describe('Codes of what lenient reading forgave'),
  policy: z.object({ name: z.string(), digest: sha256 }),
  context: z.object({ digest: sha256 }).describe('Over the anchors and the evidence that were given'),
  at: time,
  error: z.object({ code: z.string(), messageVi: z.string(), messageEn: z.string() }).nullable(),
})

export type VerificationReport = z.infer<typeof verificationReportSchema>
export type Verdict = VerificationReport['verdict']
export type SignatureReport = VerificationReport['signatures'][number]
export type TimestampReport = VerificationReport['timestamps'][number]
export type EvidenceRecordReport = VerificationReport['evidenceRecords'][number]
export type ReportText = VerificationReport['sentence']
export type ReasonReport = SignatureReport['reasons'][number]

/** The published JSON Schema (docs/verification-report.schema.json). */
export const verificationReportJsonSchema = (): object => ({
  title: 'Verdict on a signed file',
  ...z.toJSONSchema(verificationReportSchema, { target: 'draft-2020-12', io: 'input' }),
})
