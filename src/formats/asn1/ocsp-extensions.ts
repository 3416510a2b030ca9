import { parseDer, readOctetString } from '../der/index.ts'
import { FormatError } from '../errors.ts'
import type { Extension } from './certificate-extensions.ts'

/** What `read` makes of the value of the extension `oid`; null where it is absent. Throws `ERR_OCSP_EXTENSION`. */
export function findOcspExtension<T>(
  extensions: readonly Extension[],
  oid: string,
  read: (value: Uint8Array) => T,
): T | null {
  const found = extensions.find((extension) => extension.oid === oid)
  if (!found) return null
  try {
    return read(found.value)
  } catch (cause) {
    throw new FormatError('ERR_OCSP_EXTENSION', { details: { oid }, cause })
  }
}

/** The octets of a nonce: an OCTET STRING since RFC 6960; before, whatever stood there. */
export function readNonce(value: Uint8Array): Uint8Array {
  try {
    return readOctetString(parseDer(value))
  } catch {
    return value
  }
}
