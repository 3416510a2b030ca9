import type { Certificate } from '../../formats/index.ts'
import { nameKey } from './same-name.ts'

const known = new WeakMap<Certificate, string>()

/** Name and key, as a text: two certificates that have it in common are of the same authority (RFC 5280, 6.1.1 (d)). */
export function identityOf(certificate: Certificate): string {
  let identity = known.get(certificate)
  if (identity === undefined) {
    identity = `${Buffer.from(certificate.publicKey).toString('latin1')}${nameKey(certificate.subject)}`
    known.set(certificate, identity)
  }
  return identity
}
