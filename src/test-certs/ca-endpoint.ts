import { type Certificate, der } from '../formats/index.ts'
import { chainOf, entityOf, type Pki } from './entity.ts'
import type { Reply } from './http.ts'

const SIGNED_DATA = '1.2.840.113549.1.7.2'
const DATA = '1.2.840.113549.1.7.1'

/** The certificate of `name` in DER, or as .p7b with those above it. Throws `ERR_TEST_PKI_ENTITY_UNKNOWN`. */
export function answerCertificate(pki: Pki, name: string, kind: 'cer' | 'p7b'): Reply {
  return kind === 'cer'
    ? { status: 200, type: 'application/pkix-cert', body: entityOf(pki, name).certificate.der }
    : {
        status: 200,
        type: 'application/x-pkcs7-certificates',
        body: encodeCertificatesOnly(chainOf(pki, name)),
      }
}

/** SignedData without signers, which only carries certificates (RFC 5652, 5.1; RFC 8551, 3.8). */
export function encodeCertificatesOnly(certificates: readonly Certificate[]): Uint8Array {
  const sorted = certificates.map((certificate) => certificate.der).sort((a, b) => Buffer.compare(a, b))
  const signedData = der.sequence(
    der.integer(1),
    der.setOf(),
    der.sequence(der.oid(DATA)),
    der.implicit(0, der.setOf(...sorted)),
    der.setOf(),
  )
  return der.sequence(der.oid(SIGNED_DATA), der.explicit(0, signedData))
}
