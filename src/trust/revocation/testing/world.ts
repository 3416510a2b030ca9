import { createPublicKey, randomBytes } from 'node:crypto'
import { type Certificate, der, parseCrl, parseOcspResponse } from '../../../formats/index.ts'
import {
  buildCrl,
  buildOcspResponse,
  buildPki,
  type CrlEntryInput,
  type CrlInput,
  encodeCertId,
  encodeReasonFlags,
  entityOf,
  issueCertificate,
  type OcspAnswer,
  type OcspInput,
  type Pki,
  type Profile,
  privateKeyOf,
  quickKeys,
  testPki,
} from '../../../test-certs/index.ts'
import type { StatusAnswer, StatusContext } from '../types.ts'

export const now = new Date('2026-03-15T10:00:00Z')
const DAY_MS = 86_400_000
/** `now`, so many days on. */
export const day = (days: number): Date => new Date(now.getTime() + days * DAY_MS)

export const environment = { clock: () => now, random: (n: number) => new Uint8Array(randomBytes(n)) }

export const buildWorld = (): Promise<Pki> =>
  buildPki(testPki, {
    ...environment,
    // RSA for the CA, which some signatures need; its search for primes is spared the others
    keys: (name, kind) => quickKeys(name, name === 'public-ca' ? kind : 'ecdsa-p256'),
    only: [
      'doctor-01',
      'nurse-02',
      'ocsp',
      'ocsp-no-signing',
      'ocsp-untrusted',
      'untrusted',
      'government-ca',
    ],
  })

export const certificateOf = (pki: Pki, name: string): Certificate => entityOf(pki, name).certificate

/** Another certificate under `issuer`, with a P-256 key of its own, kept under `name`. */
export async function addCertificate(
  pki: Pki,
  name: string,
  options: {
    readonly issuer?: string
    readonly subject?: Uint8Array
    readonly profile: Profile
    readonly notBefore?: `${'-' | '+'}${number}d`
    readonly notAfter?: `${'-' | '+'}${number}d`
  },
): Promise<Certificate> {
  const key = await quickKeys(name, 'ecdsa-p256')
  const publicKey = new Uint8Array(createPublicKey(key).export({ type: 'spki', format: 'der' }))
  return issueCertificate(
    pki,
    {
      name,
      issuer: options.issuer ?? 'public-ca',
      subject: options.subject ?? [['CN', name.toUpperCase()]],
      publicKey,
      key,
      profile: options.profile,
      notBefore: options.notBefore ?? '-10d',
      notAfter: options.notAfter ?? '+90d',
    },
    environment,
  ).certificate
}

type CrlOverrides = Partial<Omit<CrlInput, 'issuer' | 'key'>> & {
  /** Who it is named after, and whose key signs. */
  readonly as?: string
  readonly by?: string
}

/** A CRL of `public-ca` of yesterday, for a week, without entries. */
export function crlOf(pki: Pki, { as = 'public-ca', by, ...overrides }: CrlOverrides = {}) {
  return parseCrl(crlBytesOf(pki, { as, ...(by !== undefined && { by }), ...overrides }))
}

export function crlBytesOf(pki: Pki, { as = 'public-ca', by, ...overrides }: CrlOverrides = {}): Uint8Array {
  return buildCrl({
    issuer: certificateOf(pki, as),
    key: privateKeyOf(entityOf(pki, by ?? as)),
    crlNumber: 100,
    thisUpdate: day(-1),
    nextUpdate: day(6),
    entries: [],
    ...overrides,
  })
}

export const revoked = (
  certificate: Certificate,
  revocation: Partial<CrlEntryInput['revocation']> = {},
  ...extensions: Uint8Array[]
): CrlEntryInput => ({
  serialNumber: certificate.serialNumber,
  revocation: { at: day(-2), reason: 'keyCompromise', ...revocation },
  ...(extensions.length > 0 && { extensions }),
})

export const extension = (oid: string, value: Uint8Array, critical = false): Uint8Array =>
  der.sequence(der.oid(oid), ...(critical ? [der.boolean(true)] : []), der.octetString(value))

/** reasonCode removeFromCRL (RFC 5280, 5.3.1). */
export const removeFromCrl = (): Uint8Array => extension('2.5.29.21', der.enumerated(8))

type OcspOverrides = Partial<Omit<OcspInput, 'responder' | 'key' | 'answers'>> & {
  /** Who signs; default the delegated responder. */
  readonly signer?: string
  readonly about?: string
  readonly answer?: Partial<OcspAnswer>
  readonly answers?: readonly OcspAnswer[]
}

/** An answer of yesterday, for a week: `doctor-01` is good. */
export function ocspOf(pki: Pki, overrides: OcspOverrides = {}) {
  return parseOcspResponse(ocspBytesOf(pki, overrides))
}

export function answerAbout(pki: Pki, name: string, overrides: Partial<OcspAnswer> = {}): OcspAnswer {
  const { certificate, issuer } = entityOf(pki, name)
  return {
    certId: encodeCertId(certificateOf(pki, issuer), certificate.serialNumber),
    status: 'good',
    thisUpdate: day(-1),
    nextUpdate: day(6),
    ...overrides,
  }
}

export function ocspBytesOf(pki: Pki, overrides: OcspOverrides = {}): Uint8Array {
  const { signer = 'ocsp', about = 'doctor-01', answer = {}, answers, ...rest } = overrides
  const entity = entityOf(pki, signer)
  return buildOcspResponse({
    responder: entity.certificate,
    key: privateKeyOf(entity),
    by: 'key',
    certificates: [entity.certificate],
    producedAt: day(-1),
    answers: answers ?? [answerAbout(pki, about, answer)],
    nonce: null,
    ...rest,
  })
}

export const context = (...certificates: Certificate[]): StatusContext => ({ certificates })

/** An answer in short: its problems, or what it says. */
export const summaryOf = ({ problems, status }: StatusAnswer): string =>
  problems.map(({ code }) => code).join(' ') || status.status

/** Milliseconds of this process' own work, however busy the machine is. */
export function cpuMsSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1000
}

/** `certificate` with other distribution points. */
export function withPoints(certificate: Certificate, ...points: Uint8Array[]): Certificate {
  const others = certificate.extensions.filter(({ oid }) => oid !== '2.5.29.31')
  const value = der.sequence(...points)
  return { ...certificate, extensions: [...others, { oid: '2.5.29.31', critical: false, value }] }
}
const uri = (text: string): Uint8Array => der.implicit(6, der.ia5String(text))
export const point = (parts: { uri?: string; reasons?: number[]; issuer?: Certificate }): Uint8Array =>
  der.sequence(
    ...(parts.uri ? [der.explicit(0, der.explicit(0, uri(parts.uri)))] : []),
    ...(parts.reasons ? [der.implicit(1, encodeReasonFlags(parts.reasons))] : []),
    ...(parts.issuer ? [der.explicit(2, der.explicit(4, parts.issuer.subject.der))] : []),
  )
