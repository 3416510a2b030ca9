import { type Certificate, digestBytes } from '../formats/index.ts'
import { buildCrl, type CrlInput, type Revocation } from './crl.ts'
import { wholeSeconds } from './dates.ts'
import { type Entity, entityOf, isAuthority, issuedBy, type Pki, privateKeyOf } from './entity.ts'
import { TestCertsError } from './errors.ts'

const DAY_MS = 86_400_000
export const CRL_LIFE_MS = 7 * DAY_MS
export const OCSP_LIFE_MS = DAY_MS

const OCSP_SIGNING = '1.3.6.1.5.5.7.3.9'

/** The revocation of `entity` where it has happened by `now`. */
export const revocationAt = (entity: Entity, now: Date): Revocation | null =>
  entity.revocation && entity.revocation.at <= now ? entity.revocation : null

/**
 * What goes into the CRL of `issuer` at `now`, which lives seven days. Throws `ERR_TEST_PKI_NOT_A_CA`,
 * `ERR_TEST_PKI_ENTITY_UNKNOWN`, `ERR_TEST_PKI_KEY_EXTERNAL`.
 */
export function crlInputOf(pki: Pki, issuer: string, now: Date): CrlInput {
  const authority = entityOf(pki, issuer)
  if (!isAuthority(authority))
    throw new TestCertsError('ERR_TEST_PKI_NOT_A_CA', { details: { name: issuer } })
  const entries = issuedBy(pki, issuer).flatMap((entity) => {
    const revocation = revocationAt(entity, now)
    return revocation ? [{ serialNumber: entity.certificate.serialNumber, revocation }] : []
  })
  const thisUpdate = wholeSeconds(now)
  return {
    issuer: authority.certificate,
    key: privateKeyOf(authority),
    // rises with time, and the same CRL has the same number
    crlNumber: thisUpdate.getTime() / 1000,
    thisUpdate,
    nextUpdate: new Date(thisUpdate.getTime() + CRL_LIFE_MS),
    entries: entries.sort((a, b) => Buffer.compare(a.serialNumber, b.serialNumber)),
  }
}

/** The CRL of `issuer` as it stands at `now`, in DER. */
export const currentCrl = (pki: Pki, issuer: string, now: Date): Uint8Array =>
  buildCrl(crlInputOf(pki, issuer, now))

/** Who answers OCSP requests about what `issuer` issued: a responder it delegated, else itself. */
export function ocspResponderOf(pki: Pki, issuer: Entity): { signer: Entity; certificates: Certificate[] } {
  const delegated = issuedBy(pki, issuer.name).find(
    (entity) => entity.key && entity.certificate.extKeyUsage?.includes(OCSP_SIGNING),
  )
  return delegated
    ? { signer: delegated, certificates: [delegated.certificate] }
    : { signer: issuer, certificates: [] }
}

/** A serial number of the same form that belongs to nobody here. */
export const foreignSerial = (serial: Uint8Array): Uint8Array => {
  const other = digestBytes('sha256', serial).slice(0, 16)
  other[0] = (other[0]! & 0x3f) | 0x40
  return other
}
