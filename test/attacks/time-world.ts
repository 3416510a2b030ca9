import type { Certificate } from '../../src/formats/index.ts'
import { plainPdf } from '../../src/signer/testing/plain-pdf.ts'
import type { AttackCase } from '../../src/test-certs/attacks/index.ts'
import type { Revocation } from '../../src/test-certs/crl.ts'
import {
  buildPki,
  type Environment,
  entityOf,
  type Pki,
  type PkiDeclaration,
  profiles,
  quickKeys,
  type TestEntityName,
  testPki,
} from '../../src/test-certs/index.ts'
import { type CadesLevel, signCadesRecord } from '../../src/test-certs/records/cades.ts'
import { addArchiveTimestamp, addValidationData } from '../../src/test-certs/records/cades-archive.ts'
import {
  addDocumentTimestamp,
  signRecord,
  testAuthority,
  validationDataOf,
} from '../../src/test-certs/records/pades.ts'
import { appendDss, type ValidationData } from '../../src/test-certs/records/pades-append.ts'

export const signedAt = new Date('2026-03-15T10:00:00Z')
export const content = Buffer.from('Bệnh án thử nghiệm\n')
export const nothing: ValidationData = { certificates: [], crls: [], ocspResponses: [] }
export const formats = ['PAdES', 'CAdES'] as const
export const levels = ['B-B', 'B-T', 'B-LT', 'B-LTA'] as const satisfies readonly CadesLevel[]
export type Format = (typeof formats)[number]
export type Level = (typeof levels)[number]

/**
 * Everything ends at a time of its own: the OCSP responder on 13 June 2026, the signer on 15 March 2027, its CA on 15
 * September 2027, the time-stamping authority on 15 March 2028; RSA with PKCS #1 v1.5, which all but the signer and the
 * authorities of the future use, on 1 January 2029 (TS 119 312 V1.5.1).
 */
const declaration: PkiDeclaration = {
  ...testPki,
  'doctor-01': { ...testPki['doctor-01'], notAfter: '+1y' },
  'public-ca': { ...testPki['public-ca'], notAfter: '+549d' },
  'tsa-ca': {
    ...testPki['public-ca'],
    subject: [
      ['C', 'VN'],
      ['CN', 'CA DẤU THỜI GIAN THỬ NGHIỆM'],
    ],
    notAfter: '+9y',
  },
  tsa: { ...testPki.tsa, issuer: 'tsa-ca', notAfter: '+2y' },
  'tsa-lasting': { ...testPki.tsa, issuer: 'tsa-ca', notAfter: '+9y' },
  'future-root': {
    ...testPki['national-root'],
    issuer: 'future-root',
    subject: [
      ['C', 'VN'],
      ['CN', 'CA GỐC TƯƠNG LAI THỬ NGHIỆM'],
    ],
    key: 'ecdsa-p384',
  },
  'future-tsa': {
    ...testPki.tsa,
    key: 'ecdsa-p256',
    issuer: 'future-root',
    profile: profiles.timestamping,
    notAfter: '+9y',
  },
}
const only = ['doctor-01', 'tsa', 'tsa-lasting', 'ocsp', 'future-tsa']

export type Authority = 'tsa' | 'tsa-lasting' | 'future-tsa'
const asName = (name: string): TestEntityName => name as TestEntityName

export class TimeWorld {
  readonly pki: Pki
  #next = 0

  private constructor(pki: Pki) {
    this.pki = pki
  }

  static async build(): Promise<TimeWorld> {
    let next = 0
    const random = (length: number): Uint8Array =>
      Uint8Array.from({ length }, () => (next++ * 7 + (next >> 5)) & 0xff)
    return new TimeWorld(
      await buildPki(declaration, { clock: () => signedAt, random, keys: quickKeys, only }),
    )
  }

  env(at: Date): Environment {
    return { clock: () => at, random: (length) => Uint8Array.from({ length }, () => this.#next++ & 0xff) }
  }

  get anchors(): Certificate[] {
    return ['national-root', 'future-root'].map((name) => entityOf(this.pki, name).certificate)
  }

  sign(format: Format, level: Level, tsa: Authority = 'tsa'): Promise<Uint8Array> {
    const [env, options] = [this.env(signedAt), { level, tsa: asName(tsa) }]
    return format === 'PAdES'
      ? signRecord(this.pki, plainPdf(), env, options)
      : signCadesRecord(this.pki, content, env, options)
  }

  /** A further round at `at`: evidence about `tsa`, and a time-stamp of `by` over all. */
  async renew(
    format: Format,
    file: Uint8Array,
    at: Date,
    tsa: Authority,
    by: Authority,
  ): Promise<Uint8Array> {
    const data = validationDataOf(this.pki, [tsa], at)
    if (format === 'PAdES')
      return addDocumentTimestamp(
        this.pki,
        appendDss(file, data, this.env(at).random),
        this.env(at),
        asName(by),
      )
    return addArchiveTimestamp(
      addValidationData(file, data),
      content,
      testAuthority(this.pki, by, this.env(at)),
    )
  }

  /** A PDF with a document time-stamp of the day. */
  stamp(file: Uint8Array): Promise<Uint8Array> {
    return addDocumentTimestamp(this.pki, file, this.env(signedAt), 'tsa')
  }

  /** What the authorities say at `at`, with those revoked that are named. */
  told(
    at: Date,
    revoked: Readonly<Record<string, Revocation>> = {},
    names: readonly string[] = only,
  ): ValidationData {
    const entities = new Map(this.pki.entities)
    for (const [name, revocation] of Object.entries(revoked)) {
      entities.set(name, { ...entityOf(this.pki, name), revocation })
    }
    return validationDataOf({ ...this.pki, entities }, names, at)
  }

  judged(file: Uint8Array, at: Date, evidence: ValidationData = nothing): AttackCase {
    return { file, content: null, evidence, anchors: this.anchors, at }
  }
}
