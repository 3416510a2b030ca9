import { type DerElement, parseDer, readOid, readSequence } from '../der/index.ts'
import { FormatError } from '../errors.ts'
import { openSignedData } from './cms-reader.ts'
import { asSequence } from './ess-certificate.ts'

/** Revocation data as it stood in an attribute: never trusted for where it was found. */
export interface RevocationValues {
  /** CertificateList each. */
  readonly crls: readonly Uint8Array[]
  /** BasicOCSPResponse each. */
  readonly basicOcspResponses: readonly Uint8Array[]
  /** OCSPResponse each. */
  readonly ocspResponses: readonly Uint8Array[]
  /** OIDs of other formats, which are not read. */
  readonly others: readonly string[]
}

const malformed = (what: string): FormatError => new FormatError('ERR_ASN1_STRUCTURE', { details: { what } })
const read = (value: Uint8Array): DerElement => parseDer(value, { mode: 'ber' })

/** certificate-values: the certificates in DER (RFC 5126, 6.3.3). */
export const parseCertificateValues = (value: Uint8Array): Uint8Array[] =>
  readSequence(read(value)).map((certificate) => certificate.bytes)

/** revocation-values: crlVals [0], ocspVals [1], otherRevVals [2], all explicit (RFC 5126, 6.3.4). */
export function parseRevocationValues(value: Uint8Array): RevocationValues {
  const { lists, others } = readLists(read(value), 'RevocationValues')
  return { crls: lists[0], basicOcspResponses: lists[1], ocspResponses: [], others }
}

/** adbe-revocationInfoArchival: crl [0], ocsp [1], otherRevInfo [2] (ISO 32000-2, 12.8.3.3.2). */
export function parseAdbeRevocation(value: Uint8Array): RevocationValues {
  const { lists, others } = readLists(read(value), 'RevocationInfoArchival')
  return { crls: lists[0], basicOcspResponses: [], ocspResponses: lists[1], others }
}

function readLists(element: DerElement, what: string) {
  const lists: [Uint8Array[], Uint8Array[]] = [[], []]
  const others: string[] = []
  for (const field of readSequence(element)) {
    if (field.tagClass !== 'context' || !field.constructed || field.tag > 2) throw malformed(what)
    if (field.tag < 2) lists[field.tag as 0 | 1].push(...listed(field, what))
    else others.push(...field.children.flatMap(oidOf))
  }
  return { lists, others }
}

/** The elements of the one SEQUENCE OF inside an explicit tag. */
function listed(field: DerElement, what: string): Uint8Array[] {
  const [list, ...rest] = field.children
  if (!list || rest.length > 0) throw malformed(what)
  return readSequence(list).map((item) => item.bytes)
}

const oidOf = (element: DerElement): string[] => {
  const first = element.constructed ? element.children[0] : undefined
  return first?.is('universal', 6) ? [readOid(first)] : []
}

const BASIC_OCSP = '1.3.6.1.5.5.7.48.1.1'
/** id-ri-ocsp-response (RFC 5940, 2). */
const RI_OCSP_RESPONSE = '1.3.6.1.5.5.7.16.2'

/**
 * Everything under `crls` of SignedData: CRLs, and OCSP answers as other revocation information (RFC 5652, 10.2.1; RFC 5940;
 * CAdES also writes a bare BasicOCSPResponse). Throws as `parseSignedData` does.
 */
export function readSignedDataRevocations(cms: Uint8Array): RevocationValues {
  const fields = readSequence(openSignedData(cms).signedData)
  const field = fields.slice(3, -1).find((element) => element.is('context', 1))
  const out = { crls: [], basicOcspResponses: [], ocspResponses: [], others: [] } as {
    [K in keyof RevocationValues]: RevocationValues[K][number][]
  }
  for (const choice of field?.children ?? []) {
    if (choice.is('universal', 16)) out.crls.push(choice.bytes)
    else if (choice.is('context', 1)) {
      const [format, info] = asSequence(choice).children
      if (!format || !info) throw malformed('OtherRevocationInfoFormat')
      const oid = readOid(format)
      if (oid === RI_OCSP_RESPONSE) out.ocspResponses.push(info.bytes)
      else if (oid === BASIC_OCSP) out.basicOcspResponses.push(info.bytes)
      else out.others.push(oid)
    }
  }
  return out
}
