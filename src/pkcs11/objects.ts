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
import type { CertificateObject, KeyIdentity, KeyObjectAttributes, TokenObjects } from './protocol.ts'
import { trimZeros, unwrapPoint } from './public-value.ts'

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
