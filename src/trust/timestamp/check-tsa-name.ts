import {
  AnkyError,
  type Certificate,
  isEqual,
  type Name,
  parseDer,
  parseName,
  readSequence,
  type TstInfo,
} from '../../formats/index.ts'
import { isSameName } from '../path/index.ts'

const SUBJECT_ALT_NAME = '2.5.29.17'

/**
 * How the tsa field of a time-stamp goes with its signer's certificate: it shall be one of the certificate's subject names
 * (RFC 3161, 2.4.2). `absent`: there is no such field; `reordered`: the subject's RDNs in another order; `other`: none of
 * its names, or a name that cannot be read.
 */
export function matchTsaName(
  { tsa }: TstInfo,
  certificate: Certificate,
): 'absent' | 'same' | 'reordered' | 'other' {
  if (!tsa) return 'absent'
  try {
    if (alternativeNames(certificate).some((name) => isEqual(name, tsa))) return 'same'
    const element = parseDer(tsa, { mode: 'ber' })
    if (!element.is('context', 4) || !element.children[0]) return 'other'
    const name = parseName(element.children[0].bytes)
    if (isSameName(name, certificate.subject)) return 'same'
    return isSameName(sorted(name), sorted(certificate.subject)) ? 'reordered' : 'other'
  } catch (error) {
    if (error instanceof AnkyError) return 'other'
    throw error
  }
}

function alternativeNames({ extensions }: Certificate): Uint8Array[] {
  const extension = extensions.find(({ oid }) => oid === SUBJECT_ALT_NAME)
  return extension ? readSequence(parseDer(extension.value)).map(({ bytes }) => bytes) : []
}

/** The name with its RDNs in an order of their own. */
function sorted(name: Name): Name {
  const keyOf = (rdn: Name['rdns'][number]): string =>
    rdn.map(({ oid, value }) => `${oid}=${value.toLowerCase()}`).join('+')
  return { ...name, rdns: [...name.rdns].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)) }
}
