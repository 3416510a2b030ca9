import { type Certificate, digestBytes } from '../../formats/index.ts'
import { buildPki, type Environment } from '../build.ts'
import { entityOf, type Pki } from '../entity.ts'
import { type KeySource, quickKeys } from '../keys.ts'
import { type TestEntityName, testPki } from '../pki.ts'
import { type CadesRecordOptions, signCadesRecord } from '../records/cades.ts'
import { validationDataOf } from '../records/pades.ts'
import type { ValidationData } from '../records/pades-append.ts'
import type { AttackCase } from './attack-case.ts'

/** When everything was signed and, unless told otherwise, is judged. */
export const signedAt = new Date('2026-03-15T10:00:00Z')
export const content: Uint8Array = Buffer.from('Bệnh án thử nghiệm\n')
/** Where the authorities say that they are; nobody is there. */
export const authorityUrl = 'http://pki.thu-nghiem.example'
export const noData: ValidationData = { certificates: [], crls: [], ocspResponses: [] }

const entities = [
  'doctor-01',
  'nurse-02',
  'doctor-p384',
  'tsa',
  'tsa-eku-absent',
  'tsa-eku-not-critical',
  'tsa-eku-mixed',
  'tsa-expired',
  'tsa-revoked',
  'tsa-untrusted',
  'ocsp',
  'ocsp-no-signing',
  'ocsp-untrusted',
  'officer-06',
  'impostor-ca',
  'expired',
  'not-yet-valid',
  'revoked',
  'suspended',
  'wrong-usage',
  'weak-key',
  'weak-digest',
  'untrusted',
  'lapsed-issuing-ca',
  'ca-as-signer',
] as const satisfies readonly TestEntityName[]

/** The test PKI at one moment, and what attacks start from. */
export class AttackWorld {
  readonly pki: Pki
  readonly #random: Environment['random']

  private constructor(pki: Pki, random: Environment['random']) {
    this.pki = pki
    this.#random = random
  }

  static async build(keys: KeySource = quickKeys): Promise<AttackWorld> {
    let next = 0
    const random = (length: number): Uint8Array =>
      digestBytes('sha256', Buffer.of(next >> 8, next++ & 0xff)).subarray(0, length)
    const clock = (): Date => signedAt
    return new AttackWorld(
      await buildPki(testPki, { clock, random, keys, only: entities, url: authorityUrl }),
      random,
    )
  }

  /** `days` after everything was signed. */
  day(days: number): Date {
    return new Date(signedAt.getTime() + days * 86_400_000)
  }

  env(at: Date = signedAt): Environment {
    return { clock: () => at, random: this.#random }
  }

  get root(): Certificate {
    return this.anchor('national-root')
  }

  anchor(name: 'national-root' | 'government-root'): Certificate {
    return entityOf(this.pki, name).certificate
  }

  certificate(name: TestEntityName): Certificate {
    return entityOf(this.pki, name).certificate
  }

  /** All that is to be known about the entities named, as it stands at `at`. */
  data(
    at: Date = signedAt,
    names: readonly TestEntityName[] = ['doctor-01', 'nurse-02', 'doctor-p384', 'tsa'],
    pki: Pki = this.pki,
  ): ValidationData {
    return validationDataOf(pki, names, at)
  }

  sign(options: CadesRecordOptions = {}, signed: Uint8Array = content, at: Date = signedAt) {
    return signCadesRecord(this.pki, signed, this.env(at), options)
  }

  /** `file` with sound evidence and the anchor that everything hangs on. */
  judged(file: Uint8Array, changes: Partial<AttackCase> = {}): AttackCase {
    const at = changes.at ?? signedAt
    return { file, content: null, evidence: this.data(at), anchors: [this.root], at, ...changes }
  }

  /** A sound record, judged soundly. */
  async sound(options: CadesRecordOptions = {}): Promise<AttackCase> {
    return this.judged(await this.sign(options))
  }
}

export const sound = (world: AttackWorld): Promise<AttackCase> => world.sound()
