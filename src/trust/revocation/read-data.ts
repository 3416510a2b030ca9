import { parseCrl, parseOcspResponse } from '../../formats/index.ts'
import { TrustError } from '../errors.ts'
import type { RevocationData } from './types.ts'

/**
 * A CRL, an OCSPResponse or a BasicOCSPResponse in DER, told apart by its first elements.
 *
 * Throws `ERR_TRUST_REVOCATION_DATA` where it is none of these, and the errors of `parseCrl` and `parseOcspResponse`.
 */
export function readRevocationData(bytes: Uint8Array): RevocationData {
  switch (firstTags(bytes)) {
    case 'crl':
      return parseCrl(bytes)
    case 'ocsp':
      return parseOcspResponse(bytes)
    default:
      throw new TrustError('ERR_TRUST_REVOCATION_DATA')
  }
}

/** Outer SEQUENCE, its first element, and what that begins with. */
function firstTags(bytes: Uint8Array): 'crl' | 'ocsp' | null {
  const outer = contentsAt(bytes, 0)
  if (bytes[0] !== 0x30 || outer === null) return null
  if (bytes[outer] === 0x0a) return 'ocsp'
  const inner = contentsAt(bytes, outer)
  if (bytes[outer] !== 0x30 || inner === null) return null
  const first = bytes[inner]
  // ResponseData: version [0], byName [1] or byKey [2]; tbsCertList: version or signature
  if (first === 0xa0 || first === 0xa1 || first === 0xa2) return 'ocsp'
  return first === 0x02 || first === 0x30 ? 'crl' : null
}

function contentsAt(bytes: Uint8Array, at: number): number | null {
  const length = bytes[at + 1]
  if (length === undefined || length === 0x80) return null
  return at + 2 + (length < 0x80 ? 0 : length & 0x7f)
}
