import { TestCertsError } from './errors.ts'

/** Lies of the connection, open to every responder; the bytes that would have been sent are the honest ones. */
export const transportLies = {
  garbage: 'bytes that are no DER, with the right media type',
  truncated: 'the first half of the answer, with the length of that half',
  'slow-drip': 'the whole answer, an octet at a time with a pause between',
  endless: 'an answer that begins like DER and never ends',
  close: 'the connection is closed without an answer',
  'wrong-content-type': 'the honest bytes as text/html',
  redirect: 'sent on to the same address, for ever',
} as const

/** Lies of a time-stamping authority. */
export const tsaLies = {
  'wrong-imprint': 'the token covers another digest',
  'wrong-digest': 'the token names another digest algorithm',
  'wrong-nonce': 'another nonce than the one sent',
  'no-nonce': 'the nonce sent is left out',
  'wrong-eku': 'the signer may also do something else (extended key usage mixed)',
  'eku-absent': 'the signer has no extended key usage',
  'eku-not-critical': "the signer's extended key usage is not critical",
  expired: 'the signer has expired',
  untrusted: 'the signer is self-signed under the same name',
  rejection: 'refused, systemFailure',
  'rejection-with-token': 'refused, yet with a good token',
  'granted-without-token': 'granted, yet without a token',
  'other-policy': 'another policy than the one asked for',
  'bad-signature': "one bit of the token's signature turned over",
  'wrong-ess': 'the signing-certificate attribute names another certificate',
  'no-ess': 'no signing-certificate attribute',
  'no-certificate': 'the certificate asked for is left out',
  replay: 'the token of an earlier request',
} as const

/** Lies of an OCSP responder. */
export const ocspLies = {
  stale: 'signed long ago: nextUpdate has passed',
  future: 'thisUpdate lies ahead',
  'no-next-update': 'nextUpdate is left out',
  good: 'good, whatever the certificate is',
  unknown: 'unknown, whatever the certificate is',
  revoked: 'revoked, whatever the certificate is',
  'wrong-signer': 'signed by a sibling without OCSPSigning',
  untrusted: 'signed by a self-signed responder of the same name',
  'wrong-nonce': 'another nonce than the one sent',
  'no-nonce': 'the nonce sent is left out',
  'wrong-certificate': 'the answer is about another serial number',
  'bad-signature': 'one bit of the signature turned over',
  'try-later': 'tryLater, unsigned',
  'internal-error': 'internalError, unsigned',
  unauthorized: 'unauthorized, unsigned',
} as const

/** Lies of a CRL's publisher. */
export const crlLies = {
  stale: 'an old CRL: nextUpdate has passed',
  future: 'thisUpdate lies ahead',
  'no-next-update': 'nextUpdate is left out',
  empty: 'nothing is revoked',
  'bad-signature': 'one bit of the signature turned over',
  'wrong-key': "named like the CA, signed with another's key",
  'wrong-issuer': 'the CRL of another CA',
  delta: 'a delta CRL instead of a complete one',
  'unknown-critical': 'with a critical extension that nobody knows',
  unsorted: 'the entries stand in falling order of their serial numbers',
} as const

/** `shiftMs`: genTime lies that far ahead (negative: behind). */
export type TsaBehaviour =
  | 'normal'
  | keyof typeof tsaLies
  | keyof typeof transportLies
  | { delayMs: number }
  | { status: number }
  | { shiftMs: number }
export type OcspBehaviour =
  | 'normal'
  | keyof typeof ocspLies
  | keyof typeof transportLies
  | { delayMs: number }
  | { status: number }
/** `entries`: so many made-up entries besides the true ones. */
export type CrlBehaviour =
  | 'normal'
  | keyof typeof crlLies
  | keyof typeof transportLies
  | { delayMs: number }
  | { status: number }
  | { entries: number }
export type CertificateBehaviour =
  | 'normal'
  | keyof typeof transportLies
  | { delayMs: number }
  | { status: number }

/** How each responder behaves from now on; what is not named stays as it is. */
export interface Behaviours {
  readonly tsa?: TsaBehaviour
  readonly ocsp?: OcspBehaviour
  readonly crl?: CrlBehaviour
  /** Issuers' certificates. */
  readonly ca?: CertificateBehaviour
}

const known: Readonly<Record<keyof Behaviours, { words: readonly string[]; numbers: readonly string[] }>> = {
  tsa: { words: Object.keys({ ...tsaLies, ...transportLies }), numbers: ['delayMs', 'status', 'shiftMs'] },
  ocsp: { words: Object.keys({ ...ocspLies, ...transportLies }), numbers: ['delayMs', 'status'] },
  crl: { words: Object.keys({ ...crlLies, ...transportLies }), numbers: ['delayMs', 'status', 'entries'] },
  ca: { words: Object.keys(transportLies), numbers: ['delayMs', 'status'] },
}

/** Behaviours from JSON values. Throws `ERR_TEST_PKI_BEHAVIOUR` on the first that is not known. */
export function readBehaviours(value: unknown): Behaviours {
  const refuse = (what: unknown): never => {
    throw new TestCertsError('ERR_TEST_PKI_BEHAVIOUR', {
      details: { value: String(JSON.stringify(what)).slice(0, 100) },
    })
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse(value)
  for (const [responder, behaviour] of Object.entries(value)) {
    if (!Object.hasOwn(known, responder)) refuse(responder)
    const { words, numbers } = known[responder as keyof Behaviours]
    if (typeof behaviour === 'string') {
      if (behaviour !== 'normal' && !words.includes(behaviour)) refuse(behaviour)
      continue
    }
    const fields = typeof behaviour === 'object' && behaviour !== null ? Object.entries(behaviour) : []
    const [name, number] = fields[0] ?? []
    if (fields.length !== 1 || !numbers.includes(name!) || !Number.isSafeInteger(number)) refuse(behaviour)
    if (name === 'status' && ((number as number) < 200 || (number as number) > 599)) refuse(behaviour)
    if (name !== 'shiftMs' && (number as number) < 0) refuse(behaviour)
  }
  return value as Behaviours
}
