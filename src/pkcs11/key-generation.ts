import { createHash } from 'node:crypto'
import { type Attribute, CKA, type Cryptoki, call, type Handle } from './cryptoki.ts'
import { Fault } from './fault.ts'
import { readAttribute } from './objects.ts'
import type { KeySpec } from './protocol.ts'
import { trimZeros, unwrapPoint } from './public-value.ts'

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
