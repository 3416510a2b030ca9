import type { KeySpec } from '../../pkcs11/index.ts'
import {
  hospitals,
  type Profile,
  profiles,
  type SubjectDeclaration,
  sealSubject,
  staffSubject,
} from '../../test-certs/index.ts'

/** What the evaluation profile creates on a first run, as data; ids and secrets are drawn for each data folder. */

export type HospitalCode = 'a' | 'b'

export const evaluationHospitals = [
  { code: 'a', name: hospitals.a.name },
  { code: 'b', name: hospitals.b.name },
] as const satisfies readonly { code: HospitalCode; name: string }[]

/** Roles that every hospital has, each with an API key; the EMR is a program, no person. */
export const offices = [
  { role: 'administrator', name: 'QUẢN TRỊ VIÊN THỬ NGHIỆM' },
  { role: 'approver', name: 'NGƯỜI PHÊ DUYỆT THỬ NGHIỆM' },
  { role: 'auditor', name: 'KIỂM TOÁN VIÊN THỬ NGHIỆM' },
  { role: 'client', name: null },
] as const

export type OfficeRole = (typeof offices)[number]['role']

/** What becomes of a credential's certificate: with all but a valid one nothing may be signed. */
export type CredentialState = 'valid' | 'expired' | 'revoked' | 'suspended'

export interface CredentialDeclaration {
  /** Name of its certificate in the PKI, and part of its key's label. */
  readonly name: string
  readonly hospital: HospitalCode
  readonly kind: 'seal' | 'staff'
  readonly holder: string
  /** CCCD of a person; null for a seal. */
  readonly citizenId: string | null
  readonly spec: KeySpec
  readonly subject: SubjectDeclaration
  readonly profile: Profile
  readonly state: CredentialState
}

const seal = (hospital: HospitalCode): CredentialDeclaration => ({
  name: `seal-${hospital}`,
  hospital,
  kind: 'seal',
  holder: hospitals[hospital].name,
  citizenId: null,
  spec: { type: 'rsa', bits: 3072 },
  subject: sealSubject(hospitals[hospital]),
  profile: profiles.seal,
  state: 'valid',
})

const staff = (
  name: string,
  holder: string,
  citizenId: string,
  spec: KeySpec,
  state: CredentialState = 'valid',
): CredentialDeclaration => ({
  name,
  hospital: 'a',
  kind: 'staff',
  holder,
  citizenId,
  spec,
  subject: staffSubject(holder, citizenId, hospitals.a),
  profile: profiles.staff,
  state,
})

const p256: KeySpec = { type: 'ec', curve: 'P-256' }

export const evaluationCredentials: readonly CredentialDeclaration[] = [
  seal('a'),
  seal('b'),
  staff('nurse-02', 'ĐIỀU DƯỠNG THỬ NGHIỆM 02', '000000000002', { type: 'rsa', bits: 2048 }),
  staff('doctor-01', 'BÁC SĨ THỬ NGHIỆM 01', '000000000001', p256),
  staff('doctor-02', 'BÁC SĨ THỬ NGHIỆM 02', '000000000012', p256, 'expired'),
  staff('doctor-03', 'BÁC SĨ THỬ NGHIỆM 03', '000000000013', p256, 'revoked'),
  staff('doctor-04', 'BÁC SĨ THỬ NGHIỆM 04', '000000000014', p256, 'suspended'),
]
