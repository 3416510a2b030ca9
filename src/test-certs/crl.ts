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

export interface CrlEntryInput {
  readonly serialNumber: Uint8Array
  readonly revocation: Revocation
  /** Further crlEntryExtensions, whole. */
  readonly extensions?: readonly Uint8Array[]
}

export interface CrlInput {
  /** Names the CRL; its key identifier goes into the authority key identifier. */
  readonly issuer: Certificate
  readonly key: KeyObject
  readonly crlNumber: number
  readonly thisUpdate: Date
  readonly nextUpdate: Date | null
  readonly entries: readonly CrlEntryInput[]
  readonly algorithm?: SignatureAlgorithm
  /** Further crlExtensions, whole. */
  readonly extensions?: readonly Uint8Array[]
  /** The signature value with one bit turned over. */
  readonly badSignature?: boolean
}

/** A complete, direct version 2 CRL in DER (RFC 5280, 5.1). Entries stand in the order given. */
export function buildCrl(input: CrlInput): Uint8Array {
  const algorithm = input.algorithm ?? signatureAlgorithmFor(input.key)
  const entries = input.entries.map(encodeEntry)
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

/** IssuingDistributionPoint (RFC 5280, 5.2.5), critical. */
export function issuingDistributionPoint(scope: {
  readonly uri?: string
  readonly only?: 'userCerts' | 'caCerts' | 'attributeCerts'
  /** Bits of ReasonFlags, 1 keyCompromise to 8 aACompromise. */
  readonly reasons?: readonly number[]
  readonly indirect?: boolean
}): Uint8Array {
  const flag = (tag: number): Uint8Array => der.implicit(tag, der.boolean(true))
  const only = { userCerts: 1, caCerts: 2, attributeCerts: 5 }
  const fields = [
    ...(scope.uri ? [der.explicit(0, der.explicit(0, der.implicit(6, der.ia5String(scope.uri))))] : []),
    ...(scope.only && scope.only !== 'attributeCerts' ? [flag(only[scope.only])] : []),
    ...(scope.reasons ? [der.implicit(3, encodeReasonFlags(scope.reasons))] : []),
    ...(scope.indirect ? [flag(4)] : []),
    ...(scope.only === 'attributeCerts' ? [flag(only.attributeCerts)] : []),
  ]
  return der.sequence(der.oid('2.5.29.28'), der.boolean(true), der.octetString(der.sequence(...fields)))
}

/** A named bit list (X.690, 11.2.2). */
export function encodeReasonFlags(bits: readonly number[]): Uint8Array {
  const last = Math.max(...bits)
  const octets = new Uint8Array((last >> 3) + 1)
  for (const bit of bits) octets[bit >> 3]! |= 0x80 >> (bit & 7)
  return der.bitString(octets, 7 - (last & 7))
}

/** certificateIssuer of an entry (RFC 5280, 5.3.3), critical: a Name in DER. */
export const certificateIssuer = (name: Uint8Array): Uint8Array =>
  der.sequence(der.oid('2.5.29.29'), der.boolean(true), der.octetString(der.sequence(der.explicit(4, name))))

function encodeEntry({ serialNumber, revocation, extensions: further }: CrlEntryInput): Uint8Array {
  const extensions = []
  // RFC 5280, 5.3.1: "unspecified" is told by saying nothing
  if (revocation.reason !== 'unspecified') {
    extensions.push(extension('2.5.29.21', der.enumerated(reasonCodes[revocation.reason])))
  }
  if (revocation.invalidityDate) {
    extensions.push(extension('2.5.29.24', der.generalizedTime(revocation.invalidityDate)))
  }
  extensions.push(...(further ?? []))
  return der.sequence(
    der.integer(serialNumber),
    der.time(revocation.at),
    ...(extensions.length > 0 ? [der.sequence(...extensions)] : []),
  )
}

const extension = (oid: string, value: Uint8Array): Uint8Array =>
  der.sequence(der.oid(oid), der.octetString(value))
