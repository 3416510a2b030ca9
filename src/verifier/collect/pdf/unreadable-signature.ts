import type { PdfSignatureFacts, SignatureFacts } from '../../facts.ts'
import type { SignatureValue } from './signature-values.ts'

/** Facts of a signature of which nothing but its dictionary can be read: it counts, and nothing of it holds. */
export const describeUnreadable = (
  id: string,
  { signature, claimedTime, findings }: SignatureValue,
  pdf: PdfSignatureFacts,
): SignatureFacts => ({
  id,
  algorithm: null,
  algorithmText: '',
  valueIntact: null,
  signingCertificate: null,
  digests: [],
  format: 'CMS',
  field: signature.field.name,
  counterSignatureOf: null,
  level: 'none',
  reference: { attributes: 0, names: 0, digest: null, digestMatches: false, issuerSerialMatches: null },
  claimedTime,
  attributes: {
    contentType: null,
    mimeType: null,
    signaturePolicy: null,
    commitmentTypes: [],
    location: null,
    claimedRoles: [],
  },
  findings,
  pdf,
  embedded: [],
  timestamps: [],
  evidenceRecords: [],
})
