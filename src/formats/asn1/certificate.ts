import { createHash, type KeyObject } from 'node:crypto'
import {
  type DerElement,
  type DerLimits,
  isEqual,
  parseDer,
  readBitString,
  readInteger,
  readIntegerBytes,
  readSequence,
  readTime,
} from '../der/index.ts'
import { FormatError } from '../errors.ts'
import { decodeSignatureAlgorithm } from './algorithm-identifier.ts'
import type { SignatureAlgorithm } from './algorithms.ts'
import {
  type Extension,
  type KnownExtensions,
  readExtensions,
  readKnownExtensions,
} from './certificate-extensions.ts'
import { type Name, readName } from './name.ts'
import { importPublicKey } from './public-key/import.ts'

/** An X.509 certificate (RFC 5280, 4.1), with the original bytes of everything that is hashed, signed or compared. */
export interface Certificate extends KnownExtensions {
  readonly der: Uint8Array
  /** tbsCertificate: what the issuer signed. */
  readonly tbs: Uint8Array
  readonly version: 1 | 2 | 3
  /** INTEGER contents octets. */
  readonly serialNumber: Uint8Array
  /** Lower-case hex of the serial number without a leading sign octet. */
  readonly serialHex: string
  readonly issuer: Name
  readonly subject: Name
  readonly notBefore: Date
  readonly notAfter: Date
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array
  /** Read on first use; throws `ERR_KEY_UNREADABLE`, `ERR_KEY_UNSUPPORTED`, `ERR_KEY_PARAMETERS_MISSING`. */
  readonly keyObject: KeyObject
  /** Read on first use; throws `ERR_ALGORITHM_UNSUPPORTED`, `ERR_ALGORITHM_PARAMETERS`. */
  readonly signatureAlgorithm: SignatureAlgorithm
  /** Empty where it is no whole number of octets: nothing verifies it. */
  readonly signatureValue: Uint8Array
  readonly extensions: readonly Extension[]
  /** Lower-case hex of SHA-256 over `der`. */
  readonly sha256: string
}

/** A certificate touches no more elements than this; the largest of real CAs need some thousands. */
const limits: DerLimits = { maxDepth: 64, maxNodes: 100_000 }

/**
 * Reads a certificate in DER.
 *
 * Throws the errors of `parseDer`, `ERR_ASN1_STRUCTURE`, `ERR_CERTIFICATE_VERSION`, `ERR_CERTIFICATE_ALGORITHM_MISMATCH`,
 * `ERR_CERTIFICATE_EXTENSION_DUPLICATE`, `ERR_CERTIFICATE_EXTENSION`. Not checked: signature, dates, whether a serial
 * number is positive, the contents of unknown extensions, whether fields spell out a DEFAULT.
 */
export function parseCertificate(bytes: Uint8Array): Certificate {
  const [tbs, algorithm, value, ...rest] = readSequence(parseDer(bytes, { limits }))
  if (!tbs || !algorithm || !value || rest.length > 0) throw malformed()
  const fields = readTbs(tbs)
  if (!isEqual(fields.algorithm.bytes, algorithm.bytes)) {
    throw new FormatError('ERR_CERTIFICATE_ALGORITHM_MISMATCH')
  }
  return assemble(bytes, tbs.bytes, fields, readOctets(value))
}

function assemble(
  der: Uint8Array,
  tbs: Uint8Array,
  { algorithm, ...fields }: TbsFields,
  signatureValue: Uint8Array,
): Certificate {
  let sha256: string | undefined
  return {
    der,
    tbs,
    ...fields,
    serialHex: hexOfSerial(fields.serialNumber),
    signatureValue,
    ...readKnownExtensions(fields.extensions),
    get keyObject() {
      return importPublicKey(fields.publicKey)
    },
    get signatureAlgorithm() {
      return decodeSignatureAlgorithm(algorithm)
    },
    get sha256() {
      sha256 ??= createHash('sha256').update(der).digest('hex')
      return sha256
    },
  }
}

const malformed = (): FormatError =>
  new FormatError('ERR_ASN1_STRUCTURE', { details: { what: 'Certificate' } })

/** The octets of a BIT STRING; none where it has unused bits, since then it holds no signature of any algorithm. */
function readOctets(element: DerElement): Uint8Array {
  const { bytes, unusedBits } = readBitString(element)
  return unusedBits === 0 ? bytes : new Uint8Array()
}

/** What stands in tbsCertificate. */
type TbsFields = Pick<
  Certificate,
  'version' | 'serialNumber' | 'issuer' | 'notBefore' | 'notAfter' | 'subject' | 'publicKey' | 'extensions'
> & { readonly algorithm: DerElement }

function readTbs(element: DerElement): TbsFields {
  const fields = [...readSequence(element)]
  const version = fields[0]?.is('context', 0) ? readVersion(fields.shift()!) : 1
  const [serial, algorithm, issuer, validity, subject, publicKey, ...optional] = fields
  if (!serial || !algorithm || !issuer || !validity || !subject || !publicKey) throw malformed()
  const [notBefore, notAfter, ...more] = readSequence(validity)
  if (!notBefore || !notAfter || more.length > 0) throw malformed()
  // publicKey: its structure is read with the key itself
  readSequence(publicKey)
  return {
    version,
    serialNumber: readIntegerBytes(serial),
    algorithm,
    issuer: readName(issuer),
    notBefore: readTime(notBefore),
    notAfter: readTime(notAfter),
    subject: readName(subject),
    publicKey: publicKey.bytes,
    extensions: readOptional(optional, version),
  }
}

function readVersion(element: DerElement): 1 | 2 | 3 {
  const [inner, ...rest] = element.children
  if (!inner || rest.length > 0) throw malformed()
  const version = readInteger(inner) + 1
  if (version !== 1 && version !== 2 && version !== 3) throw new FormatError('ERR_CERTIFICATE_VERSION')
  return version
}

/** issuerUniqueID [1] and subjectUniqueID [2] from version 2 on, extensions [3] from version 3 on (RFC 5280, 4.1.2.1). */
function readOptional(fields: readonly DerElement[], version: 1 | 2 | 3): readonly Extension[] {
  let last = 0
  let extensions: readonly Extension[] = []
  for (const field of fields) {
    if (field.tagClass !== 'context' || field.tag <= last || field.tag > 3) throw malformed()
    if (version < (field.tag === 3 ? 3 : 2)) throw new FormatError('ERR_CERTIFICATE_VERSION')
    last = field.tag
    if (field.tag !== 3) continue
    const [inner, ...rest] = field.children
    if (!inner || rest.length > 0) throw malformed()
    extensions = readExtensions(inner)
  }
  return extensions
}

function hexOfSerial(serial: Uint8Array): string {
  const hex = Buffer.from(serial).toString('hex')
  return serial.length > 1 && serial[0] === 0 ? hex.slice(2) : hex
}
