import type { KeyObject } from 'node:crypto'
import { type Certificate, der, encodeSignatureAlgorithm, type SignatureAlgorithm } from '../formats/index.ts'
import type { RevocationReason } from './declaration.ts'
import { encodeSigned, signatureAlgorithmFor, signBytes, spoil } from './sign.ts'

/** When, why and since when a certificate is not to be believed. */
export interface Revocation {
  readonly at: Date
  readonly reason: RevocationReason
  readonly invalidityDate?: Date
}

/** CRLReason, RFC 5280, 5.3.1 */
export const reasonCodes: Readonly<Record<RevocationReason, number>> = {
  unspecified: 0,
  keyCompromise: 1,
  cACompromise: 2,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5,
  certificateHold: 6,
  privilegeWithdrawn: 9,
}

export interface CrlInput {
  /** Names the CRL; its key identifier goes into the authority key identifier. */
  readonly issuer: Certificate
  readonly key: KeyObject
  readonly crlNumber: number
  readonly thisUpdate: Date
  readonly nextUpdate: Date | null
  readonly entries: readonly { readonly serialNumber: Uint8Array; readonly revocation: Revocation }[]
  readonly algorithm?: SignatureAlgorithm
  /** Further crlExtensions, whole. */
  readonly extensions?: readonly Uint8Array[]
  /** The signature value with one bit turned over. */
  readonly badSignature?: boolean
}

/** A complete, direct version 2 CRL in DER (RFC 5280, 5.1). Entries stand in the order given. */
export function buildCrl(input: CrlInput): Uint8Array {
  const algorithm = input.algorithm ?? signatureAlgorithmFor(input.key)
  const entries = input.entries.map((entry) => encodeEntry(entry.serialNumber, entry.revocation))
  const identifier = input.issuer.subjectKeyIdentifier
  const extensions = [
    ...(identifier
      ? [extension('2.5.29.35', der.sequence(der.implicit(0, der.octetString(identifier))))]
      : []),
    extension('2.5.29.20', der.integer(input.crlNumber)),
    ...(input.extensions ?? []),
  ]
  const tbs = der.sequence(
    der.integer(1),
    encodeSignatureAlgorithm(algorithm),
    input.issuer.subject.der,
    der.time(input.thisUpdate),
    ...(input.nextUpdate ? [der.time(input.nextUpdate)] : []),
    // RFC 5280, 5.1.2.6: absent, not empty, where nothing is revoked
    ...(entries.length > 0 ? [der.sequence(...entries)] : []),
    der.explicit(0, der.sequence(...extensions)),
  )
  const value = signBytes(input.key, algorithm, tbs)
  return encodeSigned(tbs, algorithm, input.badSignature ? spoil(value) : value)
}

/** DeltaCRLIndicator (RFC 5280, 5.2.4), always critical. */
export const deltaCrlIndicator = (baseNumber: number): Uint8Array =>
  der.sequence(der.oid('2.5.29.27'), der.boolean(true), der.octetString(der.integer(baseNumber)))

/** A critical extension that nobody knows. */
export const unknownCriticalExtension = (): Uint8Array =>
  der.sequence(der.oid('2.999.2.1'), der.boolean(true), der.octetString(der.nullValue()))

function encodeEntry(serialNumber: Uint8Array, revocation: Revocation): Uint8Array {
  const extensions = []
  // RFC 5280, 5.3.1: "unspecified" is told by saying nothing
  if (revocation.reason !== 'unspecified') {
    extensions.push(extension('2.5.29.21', der.enumerated(reasonCodes[revocation.reason])))
  }
  if (revocation.invalidityDate) {
    extensions.push(extension('2.5.29.24', der.generalizedTime(revocation.invalidityDate)))
  }
  return der.sequence(
    der.integer(serialNumber),
    der.time(revocation.at),
    ...(extensions.length > 0 ? [der.sequence(...extensions)] : []),
  )
}

const extension = (oid: string, value: Uint8Array): Uint8Array =>
  der.sequence(der.oid(oid), der.octetString(value))
