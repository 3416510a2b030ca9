import { der, digestBytes, encodeName, parseDer, readBitString, readSequence } from '../formats/index.ts'
import type { ExtKeyUsage, KeyUsage, Profile, SubjectDeclaration } from './declaration.ts'

const attributeOids: Readonly<Record<SubjectDeclaration[number][0], string>> = {
  C: '2.5.4.6',
  ST: '2.5.4.8',
  L: '2.5.4.7',
  O: '2.5.4.10',
  OU: '2.5.4.11',
  CN: '2.5.4.3',
  UID: '0.9.2342.19200300.100.1.1',
}

/** A declared subject as Name in DER. */
export const encodeSubject = (subject: SubjectDeclaration): Uint8Array =>
  encodeName(subject.map(([attribute, value]) => [{ oid: attributeOids[attribute], value }]))

/** SHA-1 of the subjectPublicKey's octets (RFC 5280, 4.2.1.2, method 1); it only tells keys apart. */
export const keyIdentifierOf = (publicKey: Uint8Array): Uint8Array =>
  digestBytes('sha1', readBitString(readSequence(parseDer(publicKey))[1]!).bytes)

/** Where to ask about a certificate; null: not said. */
export interface Places {
  readonly crl: string | null
  readonly ocsp: string | null
  readonly issuer: string | null
}

export interface ExtensionsInput {
  readonly profile: Profile
  /** SubjectPublicKeyInfo */
  readonly publicKey: Uint8Array
  readonly issuerKeyIdentifier: Uint8Array
  /** null: a self-signed certificate names none. */
  readonly places: Places | null
}

/** The certificate's extensions, each an Extension in DER (RFC 5280, 4.2; nocheck: RFC 6960, 4.2.2.2.1). */
export function encodeExtensions({
  profile,
  publicKey,
  issuerKeyIdentifier,
  places,
}: ExtensionsInput): Uint8Array[] {
  const extensions = [
    extension('2.5.29.19', true, encodeBasicConstraints(profile.ca)),
    extension('2.5.29.15', true, encodeKeyUsage(profile.keyUsage)),
    extension('2.5.29.14', false, der.octetString(keyIdentifierOf(publicKey))),
    extension('2.5.29.35', false, der.sequence(der.implicit(0, der.octetString(issuerKeyIdentifier)))),
  ]
  const { extKeyUsage } = profile
  if (extKeyUsage) {
    const purposes = extKeyUsage.purposes.map((purpose) => der.oid(purposeOids[purpose]))
    extensions.push(extension('2.5.29.37', extKeyUsage.critical, der.sequence(...purposes)))
  }
  if (places?.crl) extensions.push(extension('2.5.29.31', false, encodeCrlPlace(places.crl)))
  const access = [
    ...(places?.ocsp ? [encodeAccess('1.3.6.1.5.5.7.48.1', places.ocsp)] : []),
    ...(places?.issuer ? [encodeAccess('1.3.6.1.5.5.7.48.2', places.issuer)] : []),
  ]
  if (access.length > 0) extensions.push(extension('1.3.6.1.5.5.7.1.1', false, der.sequence(...access)))
  if (profile.ocspNoCheck) extensions.push(extension('1.3.6.1.5.5.7.48.1.5', false, der.nullValue()))
  return extensions
}

const extension = (oid: string, critical: boolean, value: Uint8Array): Uint8Array =>
  der.sequence(der.oid(oid), ...(critical ? [der.boolean(true)] : []), der.octetString(value))

/** cA is FALSE by default and then left out. */
function encodeBasicConstraints(ca: Profile['ca']): Uint8Array {
  if (!ca) return der.sequence()
  return der.sequence(der.boolean(true), ...(ca.pathLength === undefined ? [] : [der.integer(ca.pathLength)]))
}

/** Bit numbers of RFC 5280, 4.2.1.3. */
const keyUsageBits: Readonly<Record<KeyUsage, number>> = {
  digitalSignature: 0,
  nonRepudiation: 1,
  keyEncipherment: 2,
  dataEncipherment: 3,
  keyAgreement: 4,
  keyCertSign: 5,
  cRLSign: 6,
}

/** A named bit list in one octet, trailing zero bits left out (X.690, 11.2.2). */
function encodeKeyUsage(usages: readonly KeyUsage[]): Uint8Array {
  const bits = usages.map((usage) => keyUsageBits[usage])
  const octet = bits.reduce((sum, bit) => sum | (0x80 >> bit), 0)
  return der.bitString(Uint8Array.of(octet), 7 - Math.max(...bits))
}

const purposeOids: Readonly<Record<ExtKeyUsage, string>> = {
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  emailProtection: '1.3.6.1.5.5.7.3.4',
  timeStamping: '1.3.6.1.5.5.7.3.8',
  OCSPSigning: '1.3.6.1.5.5.7.3.9',
}

/** GeneralName uniformResourceIdentifier [6] */
const encodeUri = (uri: string): Uint8Array => der.implicit(6, der.ia5String(uri))

/** One DistributionPoint: distributionPoint [0] → fullName [0] → the URI. */
const encodeCrlPlace = (uri: string): Uint8Array =>
  der.sequence(der.sequence(der.explicit(0, der.explicit(0, encodeUri(uri)))))

const encodeAccess = (method: string, uri: string): Uint8Array =>
  der.sequence(der.oid(method), encodeUri(uri))
