import type { EntityDeclaration, PkiDeclaration, Profile, SubjectDeclaration } from './declaration.ts'
import { type FaultName, withFault } from './faults.ts'

/** Extensions by role. */
export const profiles = {
  root: { ca: {}, keyUsage: ['keyCertSign', 'cRLSign'] },
  issuingCa: { ca: { pathLength: 0 }, keyUsage: ['keyCertSign', 'cRLSign'] },
  staff: {
    keyUsage: ['digitalSignature', 'nonRepudiation'],
    extKeyUsage: { critical: false, purposes: ['clientAuth', 'emailProtection'] },
  },
  seal: { keyUsage: ['digitalSignature', 'nonRepudiation'] },
  timestamping: {
    keyUsage: ['digitalSignature'],
    extKeyUsage: { critical: true, purposes: ['timeStamping'] },
  },
  ocspSigning: {
    keyUsage: ['digitalSignature'],
    extKeyUsage: { critical: false, purposes: ['OCSPSigning'] },
    ocspNoCheck: true,
  },
} as const satisfies Readonly<Record<string, Profile>>

const ministry = 'BỘ THỬ NGHIỆM'
const operator = 'CÔNG TY CHỨNG THỰC THỬ NGHIỆM'
const cipherOffice = 'BAN CƠ YẾU THỬ NGHIỆM'

/** Names of test organisations as certificates carry them. */
export const hospitals = {
  a: { name: 'BỆNH VIỆN THỬ NGHIỆM A', taxCode: '0000000001', province: 'HÀ NỘI' },
  b: { name: 'BỆNH VIỆN THỬ NGHIỆM B', taxCode: '0000000002', province: 'ĐÀ NẴNG' },
} as const

/** Subject of an organisation's seal: `CN=…,UID=MST:…`. */
export const sealSubject = (organization: {
  name: string
  taxCode: string
  province: string
}): SubjectDeclaration => [
  ['C', 'VN'],
  ['ST', organization.province],
  ['UID', `MST:${organization.taxCode}`],
  ['CN', organization.name],
]

/** Subject of an organisation's member: `CN=…,UID=CCCD:…,UID=MST:…,O=…`; `citizenId` has twelve digits. */
export const staffSubject = (
  commonName: string,
  citizenId: string,
  organization: { name: string; taxCode: string; province: string },
): SubjectDeclaration => [
  ['C', 'VN'],
  ['ST', organization.province],
  ['O', organization.name],
  ['UID', `MST:${organization.taxCode}`],
  ['UID', `CCCD:${citizenId}`],
  ['CN', commonName],
]

const caSubject = (organization: string, commonName: string): SubjectDeclaration => [
  ['C', 'VN'],
  ['O', organization],
  ['CN', commonName],
]

const nationalRoot: EntityDeclaration = {
  subject: caSubject(ministry, 'CA GỐC QUỐC GIA THỬ NGHIỆM'),
  issuer: 'national-root',
  key: 'rsa-4096',
  profile: profiles.root,
  notBefore: '-2y',
  notAfter: '+23y',
}

const publicCa: EntityDeclaration = {
  subject: caSubject(operator, 'CA CÔNG CỘNG THỬ NGHIỆM'),
  issuer: 'national-root',
  key: 'rsa-2048',
  profile: profiles.issuingCa,
  notBefore: '-1y',
  notAfter: '+4y',
}

const doctor: EntityDeclaration = {
  subject: staffSubject('BÁC SĨ THỬ NGHIỆM 01', '000000000001', hospitals.a),
  issuer: 'public-ca',
  key: 'ecdsa-p256',
  profile: profiles.staff,
  notBefore: '-30d',
  notAfter: '+2y',
}

const seal: EntityDeclaration = {
  subject: sealSubject(hospitals.a),
  issuer: 'public-ca',
  key: 'rsa-3072',
  profile: profiles.seal,
  notBefore: '-30d',
  notAfter: '+3y',
}

const tsa: EntityDeclaration = {
  subject: caSubject(operator, 'DẤU THỜI GIAN THỬ NGHIỆM'),
  issuer: 'public-ca',
  key: 'rsa-2048',
  profile: profiles.timestamping,
  notBefore: '-30d',
  notAfter: '+3y',
}

const ocsp: EntityDeclaration = {
  subject: caSubject(operator, 'OCSP CÔNG CỘNG THỬ NGHIỆM'),
  issuer: 'public-ca',
  key: 'ecdsa-p256',
  profile: profiles.ocspSigning,
  notBefore: '-7d',
  notAfter: '+90d',
  ocsp: false,
}

/** What a running evaluation needs: the authorities; signers' keys are made in the token and certified one by one. */
export const evaluationPki = {
  'national-root': nationalRoot,
  'public-ca': publicCa,
  tsa,
  ocsp: { ...ocsp, notAfter: '+3y' },
} as const satisfies PkiDeclaration

/** The second root, of the government, and its CA. */
const governmentAuthorities = {
  'government-root': {
    ...nationalRoot,
    subject: caSubject(cipherOffice, 'CA GỐC CHÍNH PHỦ THỬ NGHIỆM'),
    issuer: 'government-root',
  },
  'government-ca': {
    ...publicCa,
    subject: caSubject(cipherOffice, 'CA CƠ QUAN NHÀ NƯỚC THỬ NGHIỆM'),
    issuer: 'government-root',
  },
} as const satisfies PkiDeclaration

const faultyDoctor = (number: number, fault: FaultName): EntityDeclaration =>
  withFault(
    {
      ...doctor,
      subject: staffSubject(`BÁC SĨ THỬ NGHIỆM ${number}`, `0000000000${number}`, hospitals.a),
    },
    fault,
  )

const faultyTsa = (fault: FaultName): EntityDeclaration => withFault({ ...tsa, key: 'ecdsa-p256' }, fault)

/** Authorities and signers that are as they should be. */
const sound = {
  ...evaluationPki,
  ...governmentAuthorities,
  ocsp,
  'tsa-ecdsa': { ...tsa, key: 'ecdsa-p256', subject: caSubject(operator, 'DẤU THỜI GIAN THỬ NGHIỆM 2') },
  'doctor-01': doctor,
  'nurse-02': {
    ...doctor,
    subject: staffSubject('ĐIỀU DƯỠNG THỬ NGHIỆM 02', '000000000002', hospitals.a),
    key: 'rsa-2048',
  },
  'doctor-p384': {
    ...doctor,
    subject: staffSubject('BÁC SĨ THỬ NGHIỆM 03', '000000000003', hospitals.a),
    key: 'ecdsa-p384',
  },
  'doctor-p521': {
    ...doctor,
    subject: staffSubject('BÁC SĨ THỬ NGHIỆM 04', '000000000004', hospitals.a),
    key: 'ecdsa-p521',
  },
  'doctor-ed25519': {
    ...doctor,
    subject: staffSubject('BÁC SĨ THỬ NGHIỆM 05', '000000000005', hospitals.a),
    key: 'ed25519',
  },
  'seal-a': seal,
  'seal-b': { ...seal, subject: sealSubject(hospitals.b) },
  'officer-06': {
    ...doctor,
    subject: staffSubject('CÁN BỘ THỬ NGHIỆM 06', '000000000006', {
      name: 'SỞ Y TẾ THỬ NGHIỆM',
      taxCode: '0000000003',
      province: 'HUẾ',
    }),
    issuer: 'government-ca',
  },
  'government-seal': {
    ...seal,
    subject: sealSubject({ name: 'SỞ Y TẾ THỬ NGHIỆM', taxCode: '0000000003', province: 'HUẾ' }),
    issuer: 'government-ca',
    key: 'rsa-2048',
  },
} as const satisfies PkiDeclaration

/** Authorities that faults need. */
const falseAuthorities = {
  'impostor-ca': { ...publicCa, issuer: 'impostor-ca', profile: profiles.root },
  'lapsed-ca': {
    ...publicCa,
    subject: caSubject(operator, 'CA CÔNG CỘNG THỬ NGHIỆM (CŨ)'),
    notBefore: '-6y',
    notAfter: '-30d',
  },
} as const satisfies PkiDeclaration

/** The whole declared PKI: two roots, their CAs, signers, authorities, and one certificate for each fault. */
export const testPki = {
  ...sound,
  ...falseAuthorities,
  expired: faultyDoctor(11, 'expired'),
  'not-yet-valid': faultyDoctor(12, 'not-yet-valid'),
  revoked: faultyDoctor(13, 'revoked'),
  suspended: faultyDoctor(14, 'suspended'),
  'wrong-usage': faultyDoctor(15, 'wrong-usage'),
  'weak-key': faultyDoctor(16, 'weak-key'),
  'weak-digest': faultyDoctor(17, 'weak-digest'),
  untrusted: faultyDoctor(18, 'untrusted'),
  'lapsed-issuing-ca': faultyDoctor(19, 'lapsed-issuing-ca'),
  'ca-as-signer': faultyDoctor(20, 'ca-as-signer'),
  'wrong-key': faultyDoctor(21, 'wrong-key'),
  'tsa-eku-absent': faultyTsa('eku-absent'),
  'tsa-eku-not-critical': faultyTsa('eku-not-critical'),
  'tsa-eku-mixed': faultyTsa('eku-mixed'),
  'tsa-expired': faultyTsa('expired'),
  'tsa-revoked': faultyTsa('revoked'),
  'tsa-untrusted': faultyTsa('untrusted'),
  'ocsp-no-signing': withFault(ocsp, 'no-ocsp-signing'),
  'ocsp-untrusted': withFault(ocsp, 'untrusted'),
} as const satisfies PkiDeclaration

export type TestEntityName = keyof typeof testPki
