import type { SignatureFacts } from '../../src/verifier/index.ts'
import { type Assertion, counted, each, reportsOf, same, signaturesOf } from './assertion.ts'

/** EU DSS' names of levels, in the contract's words: a profile that is none of ETSI's has no level. */
export const levelOfName = (name: string): string =>
  /NOT_ETSI$/.test(name) ? 'none' : name.replace(/^[A-Za-z0-9]+_/, '').replace(/^BASELINE_/, 'B-')

export const level: Assertion = (asserted, seen) =>
  same(reportsOf(seen)[0]?.level ?? null, levelOfName(String(asserted)))

export const levelForm: Assertion = (asserted, seen) => {
  const got = signaturesOf(seen).map(({ format, pdf }) => (pdf && format === 'CMS' ? 'PKCS7' : format))
  return { got, agrees: got.length > 0 && got.every((form) => form === asserted) }
}

/** Digests and value: EU DSS calls nothing intact whose data it does not have. */
export const signatureIntact: Assertion = (asserted, seen) =>
  each(
    reportsOf(seen).map(({ intact }) => intact),
    asserted,
  )

/** Also what is signed: a /ByteRange that is none, or ends amid a revision, leaves nothing valid. */
export const bLevelTechnicallyValid: Assertion = (asserted, seen) =>
  each(
    reportsOf(seen).map(
      ({ intact, id }) => intact === true && !hasWrongRange(signaturesOf(seen).find((one) => one.id === id)),
    ),
    asserted,
  )

/** Without PDF_BYTE_RANGE_GAP: EU DSS looks at the dictionary that was signed, not at one that a later revision put there. */
const wrongRange: ReadonlySet<string> = new Set([
  'PDF_BYTE_RANGE_MISSING',
  'PDF_BYTE_RANGE_MALFORMED',
  'PDF_BYTE_RANGE_START',
  'PDF_BYTE_RANGE_BEYOND_END',
  'PDF_BYTE_RANGE_END',
])

const hasWrongRange = (signature: SignatureFacts | undefined): boolean =>
  signature?.findings.some(({ code }) => wrongRange.has(code)) ?? false

/** A signature without message-digest signs its content directly: its value says whether that is intact. */
export const messageDigestIntact: Assertion = (asserted, seen) => {
  const states = signaturesOf(seen).map(({ digests, valueIntact }) => {
    if (digests.some(({ found }) => !found)) return 'data-not-found'
    return digests.length > 0 ? digests.every(({ intact }) => intact) : valueIntact === true
  })
  return { got: states, agrees: states.length > 0 && states.every((state) => state === asserted) }
}

export const claimedSigningTime: Assertion = (asserted, seen) => {
  const got = signaturesOf(seen).map(({ claimedTime }) => claimedTime)
  return {
    got,
    agrees: got.length > 0 && got.every((time) => (time !== null) === (asserted === 'present')),
  }
}

export const signatures: Assertion = (asserted, seen) => counted(reportsOf(seen).length, asserted)

export const topLevelSignatures: Assertion = (asserted, seen) =>
  counted(signaturesOf(seen).filter(({ counterSignatureOf }) => counterSignatureOf === null).length, asserted)

export const counterSignatures: Assertion = (asserted, seen) => counted(countersOf(seen).length, asserted)

export const counterSignaturesOfCounterSignatures: Assertion = (asserted, seen) => {
  const ids = new Set(countersOf(seen).map(({ id }) => id))
  return counted(countersOf(seen).filter((one) => ids.has(one.counterSignatureOf ?? '')).length, asserted)
}

const countersOf = (seen: Parameters<Assertion>[1]): SignatureFacts[] =>
  signaturesOf(seen).filter(({ counterSignatureOf }) => counterSignatureOf !== null)

const duplicates: ReadonlySet<string> = new Set(['SIGNER_DUPLICATE', 'PDF_SIGNATURE_RECYCLED'])

export const duplicateSignature: Assertion = (asserted, seen) => {
  const got = signaturesOf(seen).some(({ findings }) => findings.some(({ code }) => duplicates.has(code)))
  return { got, agrees: got === asserted }
}

export const subFilters: Assertion = (asserted, seen) => {
  const got = signaturesOf(seen).map(({ pdf }) => pdf?.subFilter ?? null)
  return same(got, Array.isArray(asserted) ? asserted : got.map(() => asserted))
}

/** EU DSS knows the digest by the algorithm of the signature; null where it does not know that. */
export const digestAlgorithm: Assertion = (asserted, seen) =>
  same(signaturesOf(seen)[0]?.algorithm?.digest ?? null, asserted)

/** EU DSS' names of signature schemes. */
const schemeNames: Readonly<Record<string, string>> = {
  'rsa-pkcs1': 'RSA',
  'rsa-pss': 'RSASSA_PSS',
  ecdsa: 'ECDSA',
  'ecdsa-plain': 'PLAIN_ECDSA',
  dsa: 'DSA',
  ed25519: 'EDDSA',
  ed448: 'EDDSA',
}

export const encryptionAlgorithm: Assertion = (asserted, seen) => {
  const scheme = signaturesOf(seen)[0]?.algorithm?.scheme
  return same(scheme === undefined ? null : schemeNames[scheme], asserted)
}
