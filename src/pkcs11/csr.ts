import { der, encodeSignatureAlgorithm, type SignatureAlgorithm } from '../formats/index.ts'

/**
 * CertificationRequest (RFC 2986, 4), DER, without attributes. `subject` is a Name and `publicKey` a
 * SubjectPublicKeyInfo, both DER and taken as they stand; `sign` gives the value over the request's information.
 *
 * CertificationRequestInfo ::= SEQUENCE { version INTEGER { v1(0) }, subject Name, subjectPKInfo SubjectPublicKeyInfo,
 * attributes [0] IMPLICIT SET OF Attribute }
 */
export async function encodeCsr(
  subject: Uint8Array,
  publicKey: Uint8Array,
  algorithm: SignatureAlgorithm,
  sign: (info: Uint8Array) => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const info = der.sequence(der.integer(0), subject, publicKey, der.explicit(0))
  const value = await sign(info)
  return der.sequence(info, encodeSignatureAlgorithm(algorithm), der.bitString(value))
}

/** What a request is signed with: PKCS#1 v1.5 for RSA, since issuers' software knows it best; else the first choice. */
export function chooseCsrAlgorithm(algorithms: readonly SignatureAlgorithm[]): SignatureAlgorithm | null {
  return algorithms.find(({ scheme }) => scheme === 'rsa-pkcs1') ?? algorithms[0] ?? null
}
