import type { CertificateFacts } from '../facts.ts'
import { instant, isoTime, nameOfCertificate } from './case-file.ts'

/** Both ends included (RFC 5280, 4.1.2.5). */
export const isWithin = ({ notBefore, notAfter }: CertificateFacts, at: number): boolean =>
  instant(notBefore) <= at && at <= instant(notAfter)

export const validityDetails = (certificate: CertificateFacts, at: number) => ({
  certificate: nameOfCertificate(certificate),
  notBefore: certificate.notBefore,
  notAfter: certificate.notAfter,
  at: isoTime(at),
})
