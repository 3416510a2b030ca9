import type { EmbeddedFacts } from '../facts.ts'
import { FactsBuilder } from './facts-builder.ts'

const TIME_STAMPING = '1.3.6.1.5.5.7.3.8'
const OCSP_SIGNING = '1.3.6.1.5.5.7.3.9'
const ca = { isCa: true, keyUsage: ['keyCertSign', 'cRLSign'] }

/**
 * What a hospital has: the signer's certificate (2025 and 2026) of an issuing CA (2020 to 2028) under an anchor, a
 * time-stamping authority (2024 to 2034) under a CA of its own, and an OCSP responder. Revocation data of the CAs and of the
 * authority is from April to October 2026; nothing is said of the signer yet. It signs on 1 May 2026 at 8:00.
 */
export const hospitalCase = (): FactsBuilder =>
  new FactsBuilder()
    .certificate('root', null, ['2018-01-01', '2048-01-01'], ca)
    .certificate('ca', 'root', ['2020-01-01', '2028-01-01'], ca)
    .certificate('signer', 'ca', ['2025-01-01', '2027-01-01'], {})
    .certificate('ocsp-signer', 'ca', ['2025-01-01', '2026-08-01'], {
      ocspNoCheck: true,
      extKeyUsage: [{ oid: OCSP_SIGNING }],
    })
    .certificate('tsa-ca', 'root', ['2020-01-01', '2040-01-01'], ca)
    .certificate('tsa', 'tsa-ca', ['2024-01-01', '2034-01-01'], {
      extKeyUsage: [{ oid: TIME_STAMPING }],
      extKeyUsageCritical: true,
      keyUsage: ['digitalSignature'],
    })
    .revocation('crl-root', { about: 'ca', signer: 'root', from: '2026-04-15', to: '2026-10-15' })
    .revocation('crl-root-tsa', { about: 'tsa-ca', signer: 'root', from: '2026-04-15', to: '2026-10-15' })
    .revocation('crl-tsa', { about: 'tsa', signer: 'tsa-ca', from: '2026-04-15', to: '2026-10-15' })
    .signature({})

/** B-B, with what the CA's responder says of the signer on the day. */
export const basicCase = (): FactsBuilder =>
  hospitalCase().revocation('ocsp', {
    about: 'signer',
    signer: 'ocsp-signer',
    from: '2026-05-01T08:05',
    to: '2026-05-02T08:05',
  })

/** B-T: a time-stamp one minute later. */
export const timedCase = (): FactsBuilder =>
  basicCase()
    .timestamp('T', '2026-05-01T08:01', ['S', 'signer', 'ca'])
    .signature({ level: 'B-T', timestamps: ['T'] })

const evidence: readonly EmbeddedFacts[] = ['crl-root', 'ocsp'].map((object) => ({
  object,
  kind: object.startsWith('crl') ? 'crl' : 'ocsp',
  origin: 'dss',
}))

/** B-LT: the data is in the file. */
export const longTermCase = (): FactsBuilder => timedCase().signature({ level: 'B-LT', embedded: evidence })

export const allEvidence = [
  'S',
  'T',
  'signer',
  'ca',
  'ocsp-signer',
  'tsa',
  'tsa-ca',
  'crl-root',
  'crl-root-tsa',
  'crl-tsa',
  'ocsp',
] as const

/** B-LTA: a document time-stamp of two hours later covers all of it. */
export const archivalCase = (): FactsBuilder =>
  longTermCase()
    .timestamp('D', '2026-05-01T10:00', allEvidence, { type: 'document', source: 'DocTimeStamp' })
    .signature({ level: 'B-LTA', timestamps: ['T', 'D'] })
