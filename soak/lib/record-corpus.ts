import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { digestBytes, parseCertificate } from '../../src/formats/index.ts'
import { buildPdf } from '../../src/formats/pdf/testing/build-pdf.ts'
import { plainPdf } from '../../src/signer/testing/plain-pdf.ts'
import { buildTimestampToken, entityOf, privateKeyOf, TSA_POLICY } from '../../src/test-certs/index.ts'
import { addCounterSignature, mergeSigners, signCadesRecord } from '../../src/test-certs/records/cades.ts'
import { EvidenceRecordBuilder } from '../../src/test-certs/records/evidence-record.ts'
import { buildRecordPki, signRecord, validationDataOf } from '../../src/test-certs/records/pades.ts'
import { builtInPolicies, type CollectInput } from '../../src/verifier/index.ts'
import { TimeTravel } from '../../src/verifier/testing/verify-record.ts'

/** What every record of the corpus is judged with, as it stands in a file. */
interface Context {
  readonly at: string
  readonly content: string
  readonly anchors: readonly string[]
  readonly certificates: readonly string[]
  readonly crls: readonly string[]
  readonly ocspResponses: readonly string[]
}

export interface RecordContext extends Pick<CollectInput, 'anchors' | 'evidence' | 'detached'> {
  readonly at: Date
}

const levels = ['B-B', 'B-T', 'B-LT', 'B-LTA'] as const
const SIGNED_AT = '2026-03-15T10:20:30Z'
const encode = (list: readonly Uint8Array[]): string[] =>
  list.map((bytes) => Buffer.from(bytes).toString('base64'))
const decode = (list: readonly string[]): Uint8Array[] => list.map((text) => Buffer.from(text, 'base64'))

/** Sound records of every level, in `pdf/` and `der/`; what they are judged with, in `context.json` and `evidence/`. */
export async function writeRecordCorpus(folder: string): Promise<number> {
  const env = new TimeTravel(SIGNED_AT)
  const pki = await buildRecordPki(env, ['doctor-01', 'nurse-02', 'tsa', 'ocsp'])
  const content = Buffer.from('Bệnh án thử nghiệm: nhịp tim 72, huyết áp 120/80.\n')
  const pdf: Record<string, Uint8Array> = {}
  const der: Record<string, Uint8Array> = {}
  for (const level of levels) {
    pdf[`${level}.pdf`] = await signRecord(pki, plainPdf(), env, { level })
    pdf[`stream-${level}.pdf`] = await signRecord(pki, buildPdf('object stream'), env, { level })
    der[`${level}.p7m`] = await signCadesRecord(pki, content, env, { level })
    der[`${level}.p7s`] = await signCadesRecord(pki, content, env, { level, detached: true })
  }
  pdf['two.pdf'] = await signRecord(pki, pdf['B-T.pdf']!, env, { level: 'B-B', signer: 'nurse-02' })
  const nurse = await signCadesRecord(pki, content, env, { signer: 'nurse-02' })
  der['two.p7m'] = mergeSigners(der['B-B.p7m']!, nurse)
  der['countersigned.p7m'] = addCounterSignature(pki, der['B-B.p7m']!, env)
  const tsa = entityOf(pki, 'tsa')
  const stamp = (imprint: Uint8Array, digest: 'sha256' | 'sha512'): Uint8Array =>
    buildTimestampToken({
      signer: tsa.certificate,
      key: privateKeyOf(tsa),
      certificates: [tsa.certificate],
      imprint,
      digest,
      policy: TSA_POLICY,
      serialNumber: env.random(8),
      genTime: env.clock(),
      nonce: null,
    })
  der['content.tst'] = stamp(digestBytes('sha256', content), 'sha256')
  const record = await new EvidenceRecordBuilder([content, der['B-B.p7m']!], (imprint, digest) =>
    stamp(imprint, digest === 'sha512' ? 'sha512' : 'sha256'),
  ).start('sha256')
  der['content.ers'] = record.encode()
  const { certificates, crls, ocspResponses } = validationDataOf(
    pki,
    ['doctor-01', 'nurse-02', 'tsa'],
    env.clock(),
  )
  const context: Context = {
    at: SIGNED_AT,
    content: content.toString('base64'),
    anchors: encode([entityOf(pki, 'national-root').certificate.der]),
    certificates: encode(certificates),
    crls: encode(crls),
    ocspResponses: encode(ocspResponses),
  }
  const evidence: Record<string, Uint8Array> = {
    'content.ers': der['content.ers'],
    'content.tst': der['content.tst'],
  }
  for (const [number, bytes] of crls.entries()) evidence[`${number}.crl`] = bytes
  for (const [number, bytes] of ocspResponses.entries()) evidence[`${number}.ocsp`] = bytes
  for (const level of ['B-LT', 'B-LTA']) evidence[`${level}.p7m`] = der[`${level}.p7m`]!
  const folders = { pdf, der, evidence }
  for (const [name, files] of Object.entries(folders)) {
    mkdirSync(join(folder, name))
    for (const [file, bytes] of Object.entries(files)) writeFileSync(join(folder, name, file), bytes)
  }
  writeFileSync(join(folder, 'context.json'), JSON.stringify(context))
  writeFileSync(join(folder, 'policies.json'), JSON.stringify(policies))
  return Object.values(folders).reduce((sum, files) => sum + Object.keys(files).length, 0)
}

/** A complete one, and one that changes another. */
const policies = [
  { ...builtInPolicies.hospital, name: 'of-our-own' },
  { ...builtInPolicies['no-revocation'], extends: 'hospital', name: 'changed' },
  { extends: 'no-revocation', name: 'barely-changed' },
]

export function readContext(folder: string): RecordContext {
  const text = readFileSync(join(folder, 'context.json'), 'utf8')
  const { at, content, anchors, ...evidence } = JSON.parse(text) as Context
  const bytes = Buffer.from(content, 'base64')
  return {
    at: new Date(at),
    anchors: decode(anchors).map(parseCertificate),
    evidence: {
      certificates: decode(evidence.certificates),
      crls: decode(evidence.crls),
      ocspResponses: decode(evidence.ocspResponses),
    },
    detached: [{ name: null, digest: (name) => digestBytes(name, bytes), bytes: () => bytes }],
  }
}

export const readFiles = (folder: string): Buffer[] =>
  readdirSync(folder)
    .sort()
    .map((name) => readFileSync(join(folder, name)))
