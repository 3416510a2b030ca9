import { createHash } from 'node:crypto'
import {
  type Attribute,
  CKA,
  CKC_X_509,
  CKK,
  CKO,
  type Cryptoki,
  call,
  type Handle,
  readUlong,
} from './cryptoki.ts'
import { Fault } from './fault.ts'
import type {
  CertificateObject,
  KeyIdentity,
  KeyObjectAttributes,
  KeySpec,
  TokenObjects,
} from './protocol.ts'

/** Handles of all objects that match `template`. */
export function findObjects(cryptoki: Cryptoki, session: Handle, template: readonly Attribute[]): Handle[] {
  call('C_FindObjectsInit', () => cryptoki.C_FindObjectsInit(session, template))
  try {
    const found: Handle[] = []
    for (;;) {
      const some = call('C_FindObjects', () => cryptoki.C_FindObjects(session, 100))
      found.push(...some)
      if (some.length < 100) return found
    }
  } finally {
    call('C_FindObjectsFinal', () => cryptoki.C_FindObjectsFinal(session))
  }
}

/** One attribute, or null where the token does not have it or show it. */
export function readAttribute(
  cryptoki: Cryptoki,
  session: Handle,
  object: Handle,
  type: number,
): Buffer | null {
  try {
    const [attribute] = call('C_GetAttributeValue', () =>
      cryptoki.C_GetAttributeValue(session, object, [{ type }]),
    )
    return attribute ? Buffer.from(attribute.value) : null
  } catch (error) {
    const rv = error instanceof Fault ? error.details['rv'] : null
    // CKR_ATTRIBUTE_SENSITIVE, CKR_ATTRIBUTE_TYPE_INVALID
    if (rv === 0x11 || rv === 0x12) return null
    throw error
  }
}

/** Everything that can make up keys with certificates: private keys, public keys, X.509 certificates. */
export function listObjects(cryptoki: Cryptoki, session: Handle): TokenObjects {
  const keys = (objectClass: number): KeyObjectAttributes[] =>
    findObjects(cryptoki, session, [{ type: CKA.CLASS, value: objectClass }]).flatMap((handle) => {
      const key = readKey(cryptoki, session, handle)
      return key ? [key] : []
    })
  const certificates = findObjects(cryptoki, session, [
    { type: CKA.CLASS, value: CKO.CERTIFICATE },
    { type: CKA.CERTIFICATE_TYPE, value: CKC_X_509 },
  ]).map((handle) => ({
    id: readAttribute(cryptoki, session, handle, CKA.ID)?.toString('hex') ?? '',
    label: readAttribute(cryptoki, session, handle, CKA.LABEL)?.toString('utf8') ?? '',
    value: readAttribute(cryptoki, session, handle, CKA.VALUE) ?? new Uint8Array(),
  }))
  return { privateKeys: keys(CKO.PRIVATE_KEY), publicKeys: keys(CKO.PUBLIC_KEY), certificates }
}

function readKey(cryptoki: Cryptoki, session: Handle, handle: Handle): KeyObjectAttributes | null {
  const read = (type: number) => readAttribute(cryptoki, session, handle, type)
  const type = read(CKA.KEY_TYPE)
  if (!type) return null
  const keyType = readUlong(type)
  const rsa = keyType === CKK.RSA
  const ec = keyType === CKK.EC || keyType === CKK.EC_EDWARDS
  return {
    id: read(CKA.ID)?.toString('hex') ?? '',
    label: read(CKA.LABEL)?.toString('utf8') ?? '',
    keyType,
    modulus: rsa ? read(CKA.MODULUS) : null,
    publicExponent: rsa ? read(CKA.PUBLIC_EXPONENT) : null,
    ecParams: ec ? read(CKA.EC_PARAMS) : null,
    ecPoint: ec ? read(CKA.EC_POINT) : null,
  }
}

/** A private key of this session and whether it wants the PIN for each signature. */
export interface FoundKey {
  readonly handle: Handle
  readonly alwaysAuthenticate: boolean
}

/**
 * Finds a private key by CKA_ID and compares its public part, since a token may have been exchanged or rewritten since
 * the key was first seen. An EC private key does not show its point, so the public key object beside it is compared.
 *
 * Throws `Fault` `ERR_P11_KEY_NOT_FOUND`, `ERR_P11_KEY_AMBIGUOUS`, `ERR_P11_KEY_CHANGED`.
 */
export function findKey(cryptoki: Cryptoki, session: Handle, key: KeyIdentity): FoundKey {
  const id = Buffer.from(key.id, 'hex')
  const byId = (objectClass: number) =>
    findObjects(cryptoki, session, [
      { type: CKA.CLASS, value: objectClass },
      { type: CKA.ID, value: id },
    ])
  let handles = byId(CKO.PRIVATE_KEY)
  if (handles.length === 0) throw new Fault('ERR_P11_KEY_NOT_FOUND', { key: key.id })
  if (key.modulus) {
    const wanted = trimZeros(key.modulus)
    handles = handles.filter((handle) => {
      const modulus = readAttribute(cryptoki, session, handle, CKA.MODULUS)
      return modulus !== null && trimZeros(modulus).equals(wanted)
    })
    if (handles.length === 0) throw new Fault('ERR_P11_KEY_CHANGED', { key: key.id })
  }
  if (handles.length > 1) throw new Fault('ERR_P11_KEY_AMBIGUOUS', { key: key.id, count: handles.length })
  if (key.point) {
    const wanted = Buffer.from(key.point)
    const points = byId(CKO.PUBLIC_KEY).map((handle) =>
      readAttribute(cryptoki, session, handle, CKA.EC_POINT),
    )
    const shown = points.filter((point) => point !== null)
    if (shown.length > 0 && !shown.some((point) => unwrapPoint(point).equals(wanted))) {
      throw new Fault('ERR_P11_KEY_CHANGED', { key: key.id })
    }
  }
  const [handle] = handles as [Handle]
  const always = readAttribute(cryptoki, session, handle, CKA.ALWAYS_AUTHENTICATE)
  return { handle, alwaysAuthenticate: always !== null && always[0] === 1 }
}

/** An unsigned big-endian number without its leading zeros. */
export function trimZeros(bytes: Uint8Array): Buffer {
  let start = 0
  while (start < bytes.length - 1 && bytes[start] === 0) start++
  return Buffer.from(bytes.subarray(start))
}

/** Bytes of the public points we know: Ed25519, Ed448, and uncompressed P-256, P-384, P-521. */
const pointLengths = new Set([32, 57, 65, 97, 133])

/**
 * CKA_EC_POINT is an OCTET STRING around the point (PKCS#11 v3.1, 6.3.3); some modules leave the wrapping off. A point
 * starts with the same octet as an OCTET STRING, so its length tells which it is.
 */
export function unwrapPoint(value: Uint8Array): Buffer {
  const bytes = Buffer.from(value)
  const header = bytes[1] === 0x81 ? 3 : 2
  const wrapped =
    bytes[0] === 0x04 &&
    bytes[header - 1] === bytes.length - header &&
    pointLengths.has(bytes.length - header)
  return wrapped && !pointLengths.has(bytes.length) ? bytes.subarray(header) : bytes
}

const CKM_RSA_PKCS_KEY_PAIR_GEN = 0x0000
const CKM_EC_KEY_PAIR_GEN = 0x1040
const CKM_EC_EDWARDS_KEY_PAIR_GEN = 0x1055

/** DER of the OIDs of RFC 5480, 2.1.1.1 and RFC 8410, 3. */
const curveOids = {
  'P-256': '06082a8648ce3d030107',
  'P-384': '06052b81040022',
  'P-521': '06052b81040023',
  ed25519: '06032b6570',
} as const
/** What PKCS#11 v3.0, 2.3.5 used before OIDs were allowed: PrintableString `edwards25519`. */
const edwardsName = '130c656477617264733235353139'

/**
 * Makes a key pair in the token; CKA_ID is the SHA-1 of the modulus or public point. Returns that id in hex.
 *
 * Throws `Fault` `ERR_P11_KEY_PROPERTIES`, the pair destroyed, unless the token says that the private key was made in
 * it, has always been sensitive and never extractable.
 */
export function generateKeyPair(cryptoki: Cryptoki, session: Handle, spec: KeySpec, label: string): string {
  const pair = makePair(cryptoki, session, spec, label)
  try {
    for (const name of ['LOCAL', 'ALWAYS_SENSITIVE', 'NEVER_EXTRACTABLE', 'SENSITIVE', 'PRIVATE'] as const) {
      if (readAttribute(cryptoki, session, pair.privateKey, CKA[name])?.[0] !== 1) {
        throw new Fault('ERR_P11_KEY_PROPERTIES', { attribute: `CKA_${name}` })
      }
    }
    if (readAttribute(cryptoki, session, pair.privateKey, CKA.EXTRACTABLE)?.[0] !== 0) {
      throw new Fault('ERR_P11_KEY_PROPERTIES', { attribute: 'CKA_EXTRACTABLE' })
    }
    const id = createHash('sha1')
      .update(publicPart(cryptoki, session, pair.publicKey, spec))
      .digest()
    for (const handle of [pair.privateKey, pair.publicKey]) {
      call('C_SetAttributeValue', () =>
        cryptoki.C_SetAttributeValue(session, handle, [{ type: CKA.ID, value: id }]),
      )
    }
    return id.toString('hex')
  } catch (error) {
    destroyQuietly(cryptoki, session, [pair.privateKey, pair.publicKey])
    throw error
  }
}

function makePair(cryptoki: Cryptoki, session: Handle, spec: KeySpec, label: string) {
  const { mechanism, publicAttributes } = generation(spec)
  const common = [
    { type: CKA.TOKEN, value: true },
    { type: CKA.LABEL, value: label },
  ]
  const publicTemplate = [
    ...common,
    { type: CKA.PRIVATE, value: false },
    { type: CKA.VERIFY, value: true },
    ...publicAttributes,
  ]
  const privateTemplate = [
    ...common,
    { type: CKA.PRIVATE, value: true },
    { type: CKA.SENSITIVE, value: true },
    { type: CKA.EXTRACTABLE, value: false },
    { type: CKA.SIGN, value: true },
  ]
  return call('C_GenerateKeyPair', () =>
    cryptoki.C_GenerateKeyPair(session, { mechanism }, publicTemplate, privateTemplate),
  )
}

function generation(spec: KeySpec): { mechanism: number; publicAttributes: Attribute[] } {
  if (spec.type === 'rsa') {
    return {
      mechanism: CKM_RSA_PKCS_KEY_PAIR_GEN,
      publicAttributes: [
        { type: CKA.MODULUS_BITS, value: spec.bits },
        { type: CKA.PUBLIC_EXPONENT, value: Buffer.from([1, 0, 1]) },
      ],
    }
  }
  const params = spec.type === 'ec' ? curveOids[spec.curve] : edwardsName
  return {
    mechanism: spec.type === 'ec' ? CKM_EC_KEY_PAIR_GEN : CKM_EC_EDWARDS_KEY_PAIR_GEN,
    publicAttributes: [{ type: CKA.EC_PARAMS, value: Buffer.from(params, 'hex') }],
  }
}

function publicPart(cryptoki: Cryptoki, session: Handle, handle: Handle, spec: KeySpec): Buffer {
  const type = spec.type === 'rsa' ? CKA.MODULUS : CKA.EC_POINT
  const value = readAttribute(cryptoki, session, handle, type)
  if (!value)
    throw new Fault('ERR_P11_KEY_PROPERTIES', {
      attribute: spec.type === 'rsa' ? 'CKA_MODULUS' : 'CKA_EC_POINT',
    })
  return spec.type === 'rsa' ? trimZeros(value) : unwrapPoint(value)
}

function destroyQuietly(cryptoki: Cryptoki, session: Handle, handles: readonly Handle[]): void {
  for (const handle of handles) {
    try {
      cryptoki.C_DestroyObject(session, handle)
    } catch {
      // The error that led here is the one to tell.
    }
  }
}

/** Stores a certificate beside its key; the same bytes under the same id are left as they are. */
export function importCertificate(cryptoki: Cryptoki, session: Handle, certificate: CertificateObject): void {
  const value = Buffer.from(certificate.value)
  const id = Buffer.from(certificate.id, 'hex')
  const same = findObjects(cryptoki, session, [
    { type: CKA.CLASS, value: CKO.CERTIFICATE },
    { type: CKA.ID, value: id },
    { type: CKA.VALUE, value },
  ])
  if (same.length > 0) return
  call('C_CreateObject', () =>
    cryptoki.C_CreateObject(session, [
      { type: CKA.CLASS, value: CKO.CERTIFICATE },
      { type: CKA.CERTIFICATE_TYPE, value: CKC_X_509 },
      { type: CKA.TOKEN, value: true },
      { type: CKA.PRIVATE, value: false },
      { type: CKA.ID, value: id },
      { type: CKA.LABEL, value: certificate.label },
      { type: CKA.SUBJECT, value: Buffer.from(certificate.subject) },
      { type: CKA.ISSUER, value: Buffer.from(certificate.issuer) },
      { type: CKA.SERIAL_NUMBER, value: Buffer.from(certificate.serialNumber) },
      { type: CKA.VALUE, value },
    ]),
  )
}
