import type {
  CertificateFacts,
  EvidenceRecordFacts,
  Facts,
  FileFacts,
  SignatureFacts,
  TimestampFacts,
} from '../../facts.ts'
import type { Judgement, SignatureJudgement } from '../../judgement.ts'
import { plainSignature, reference } from '../../testing/facts-builder.ts'

/** Facts and judgements made by hand, for what is said of them. */
const algorithm = { digest: 'sha256', mgfDigest: 'sha256', scheme: 'rsa-pss', keyBits: 3072 } as const

export const aSignature = (changes: Partial<SignatureFacts>): SignatureFacts => ({
  ...plainSignature,
  id: 'S-1',
  algorithm,
  algorithmText: 'RSASSA-PSS SHA-256',
  signingCertificate: 'C-1',
  claimedTime: '2026-11-25T08:05:00.000Z',
  ...changes,
})

export const aTimestamp = (changes: Partial<TimestampFacts>): TimestampFacts => ({
  id: 'T-1',
  algorithm,
  algorithmText: 'RSASSA-PSS SHA-256',
  valueIntact: true,
  signingCertificate: 'C-2',
  digests: [{ kind: 'message-imprint', digest: 'sha256', found: true, intact: true }],
  type: 'document',
  source: 'DocTimeStamp',
  time: '2026-11-25T08:06:00.000Z',
  accuracyMs: null,
  policy: '1.2.3',
  reference,
  findings: [],
  covers: [],
  embedded: [],
  pdf: null,
  ...changes,
})

const aCertificate = (changes: Partial<CertificateFacts>): CertificateFacts => ({
  id: 'C-1',
  sha256: '1'.repeat(64),
  subject: 'CN=BÁC SĨ THỬ NGHIỆM 01',
  issuer: 'CN=CA THỬ NGHIỆM',
  commonName: 'BÁC SĨ THỬ NGHIỆM 01',
  organization: 'BỆNH VIỆN THỬ NGHIỆM A',
  identifiers: [{ type: 'CCCD', value: '000000000001' }],
  issuerCommonName: 'CA THỬ NGHIỆM',
  serialNumber: '01',
  notBefore: '2026-01-01T00:00:00.000Z',
  notAfter: '2027-01-01T00:00:00.000Z',
  key: { algorithm: 'RSA', bits: 3072 },
  algorithm,
  selfSigned: false,
  trusted: false,
  trustedUntil: null,
  keyUsage: ['nonRepudiation'],
  extKeyUsage: null,
  extKeyUsageCritical: false,
  isCa: false,
  policies: [],
  ocspNoCheck: false,
  shortTerm: false,
  hasRevocationAccess: true,
  hasIssuerAccess: true,
  hasKeyIdentifier: true,
  paths: [],
  statuses: [],
  ...changes,
})

interface FactsChanges {
  readonly kind?: FileFacts['kind']
  readonly signatures?: readonly SignatureFacts[]
  readonly timestamps?: readonly TimestampFacts[]
  readonly evidenceRecords?: readonly EvidenceRecordFacts[]
}

export const someFacts = ({ kind = 'pdf', ...changes }: FactsChanges): Facts => ({
  version: 1,
  file: { name: 'đơn thuốc.pdf', kind, size: 100, sha256: '2'.repeat(64), forgiven: [] },
  signatures: [],
  timestamps: [],
  evidenceRecords: [],
  certificates: [
    aCertificate({}),
    aCertificate({ id: 'C-2', commonName: 'TSA THỬ NGHIỆM', organization: null }),
  ],
  revocations: [],
  ...changes,
})

export const someJudgedSignature = (changes: Partial<SignatureJudgement>): SignatureJudgement => ({
  id: 'S-1',
  indication: 'TOTAL-PASSED',
  subIndication: null,
  level: 'B-B',
  provenLevel: 'B-B',
  intact: true,
  trusted: true,
  validAtTime: true,
  bestSignatureTime: '2026-11-25T09:00:00.000Z',
  basic: { indication: 'PASSED', subIndication: null },
  longTerm: null,
  archive: null,
  path: ['C-1'],
  revocationChecked: true,
  reasons: [],
  conclusions: [],
  ...changes,
})

export const aJudgement = (changes: Partial<Judgement>): Judgement => ({
  at: '2026-11-25T09:00:00.000Z',
  policy: { name: 'hospital', digest: '3'.repeat(64) },
  signatures: [],
  timestamps: [],
  evidenceRecords: [],
  ...changes,
})
