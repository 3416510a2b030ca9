import {
  type DerElement,
  der,
  parseDer,
  readBigInt,
  readBoolean,
  readSequence,
  readTime,
} from '../der/index.ts'
import { FormatError } from '../errors.ts'
import { type Extension, readAuthorityKeyIdentifier } from './certificate-extensions.ts'
import type { Crl, IssuingDistributionPoint } from './crl-types.ts'
import { readDistributionPointName, readDistributionPoints, readReasonFlags } from './distribution-point.ts'

const CRL_NUMBER = '2.5.29.20'
const DELTA_CRL_INDICATOR = '2.5.29.27'
const ISSUING_DISTRIBUTION_POINT = '2.5.29.28'
const AUTHORITY_KEY_IDENTIFIER = '2.5.29.35'
const FRESHEST_CRL = '2.5.29.46'
const EXPIRED_CERTS_ON_CRL = '2.5.29.60'
/** issuerAltName and authorityInfoAccess tell of places and names alone: nothing is decided by them. */
const known = new Set([
  CRL_NUMBER,
  DELTA_CRL_INDICATOR,
  ISSUING_DISTRIBUTION_POINT,
  AUTHORITY_KEY_IDENTIFIER,
  FRESHEST_CRL,
  EXPIRED_CERTS_ON_CRL,
  '2.5.29.18',
  '1.3.6.1.5.5.7.1.1',
])

type CrlExtensions = Pick<
  Crl,
  | 'crlNumber'
  | 'baseCrlNumber'
  | 'issuingDistributionPoint'
  | 'issuingDistributionPointDer'
  | 'authorityKeyIdentifier'
  | 'freshestCrl'
  | 'expiredCertsOnCrl'
  | 'unknownCritical'
>

/** Reads what is known among crlExtensions (RFC 5280, 5.2). Throws `ERR_CRL_EXTENSION` with the OID where one is malformed. */
export function readCrlExtensions(extensions: readonly Extension[]): CrlExtensions {
  const find = <T>(oid: string, read: (element: DerElement) => T): T | null => {
    const found = extensions.find((extension) => extension.oid === oid)
    if (!found) return null
    try {
      return read(parseDer(found.value))
    } catch (cause) {
      throw new FormatError('ERR_CRL_EXTENSION', { details: { oid }, cause })
    }
  }
  return {
    crlNumber: find(CRL_NUMBER, readBigInt),
    baseCrlNumber: find(DELTA_CRL_INDICATOR, readBigInt),
    issuingDistributionPoint: find(ISSUING_DISTRIBUTION_POINT, readIssuingDistributionPoint),
    issuingDistributionPointDer: find(ISSUING_DISTRIBUTION_POINT, (element) => element.bytes),
    authorityKeyIdentifier: find(AUTHORITY_KEY_IDENTIFIER, readAuthorityKeyIdentifier),
    freshestCrl: find(FRESHEST_CRL, readDistributionPoints) ?? [],
    expiredCertsOnCrl: find(EXPIRED_CERTS_ON_CRL, readTime),
    unknownCritical: extensions
      .filter(({ oid, critical }) => critical && !known.has(oid))
      .map(({ oid }) => oid),
  }
}

/** Reads what stands there; that it says something and does not contradict itself (5.2.5) is the validator's business. */
function readIssuingDistributionPoint(element: DerElement): IssuingDistributionPoint {
  const fields = new Map<number, DerElement>()
  let last = -1
  for (const field of readSequence(element)) {
    if (field.tagClass !== 'context' || field.tag <= last || field.tag > 5) throw malformed()
    last = field.tag
    fields.set(field.tag, field)
  }
  const flag = (tag: number): boolean => {
    const field = fields.get(tag)
    if (field?.constructed) throw malformed()
    return field ? readBoolean(parseDer(der.tlv(0x01, field.content))) : false
  }
  const name = fields.get(0)
  const reasons = fields.get(3)
  return {
    name: name ? readDistributionPointName(name) : null,
    onlyContainsUserCerts: flag(1),
    onlyContainsCACerts: flag(2),
    onlySomeReasons: reasons ? readReasonFlags(reasons) : null,
    indirectCrl: flag(4),
    onlyContainsAttributeCerts: flag(5),
  }
}

const malformed = (): FormatError =>
  new FormatError('ERR_ASN1_STRUCTURE', { details: { what: 'IssuingDistributionPoint' } })
