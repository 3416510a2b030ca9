import { der } from '../der/index.ts'
import { encodeSignatureAlgorithm } from './algorithm-identifier.ts'
import type { SignatureAlgorithm } from './algorithms.ts'

export interface TbsCertificateInput {
  /** Unsigned, big-endian. */
  readonly serialNumber: Uint8Array
  readonly signatureAlgorithm: SignatureAlgorithm
  /** Name in DER, as are `subject` and `publicKey` (SubjectPublicKeyInfo). */
  readonly issuer: Uint8Array
  /** Whole seconds; what is finer is left out. */
  readonly notBefore: Date
  readonly notAfter: Date
  readonly subject: Uint8Array
  readonly publicKey: Uint8Array
  /** Each an Extension in DER, in the order given. */
  readonly extensions: readonly Uint8Array[]
}

/** TBSCertificate, version 3, DER (RFC 5280, 4.1); version 1 where there are no extensions. Nothing is checked. */
export function encodeTbsCertificate(input: TbsCertificateInput): Uint8Array {
  const hasExtensions = input.extensions.length > 0
  return der.sequence(
    ...(hasExtensions ? [der.explicit(0, der.integer(2))] : []),
    der.integer(input.serialNumber),
    encodeSignatureAlgorithm(input.signatureAlgorithm),
    input.issuer,
    der.sequence(der.time(wholeSeconds(input.notBefore)), der.time(wholeSeconds(input.notAfter))),
    input.subject,
    input.publicKey,
    ...(hasExtensions ? [der.explicit(3, der.sequence(...input.extensions))] : []),
  )
}

/** RFC 5280, 4.1.2.5.2: a GeneralizedTime in a certificate has no fraction. */
const wholeSeconds = (date: Date): Date => new Date(Math.floor(date.getTime() / 1000) * 1000)
