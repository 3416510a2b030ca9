import {
  type Attribute,
  attributeOids,
  type Certificate,
  type DigestName,
  der,
  digestBytes,
  encodeDigestAlgorithm,
  encodeSignatureAlgorithm,
  encodeSignedAttributes,
  encodeSignedData,
  parseSignedData,
  type SignatureAlgorithm,
  spliceUnsignedAttribute,
} from '../../formats/index.ts'
import { selectAlgorithm } from '../../signer/index.ts'
import type { Environment } from '../build.ts'
import { chainOf, entityOf, type Pki, privateKeyOf } from '../entity.ts'
import type { TestEntityName } from '../pki.ts'
import { signBytes } from '../sign.ts'
import { addArchiveTimestamp, addValidationData } from './cades-archive.ts'
import { change, inSet, takeApart } from './cades-parts.ts'
import { testAuthority, validationDataOf } from './pades.ts'

export type CadesLevel = 'B-B' | 'B-T' | 'B-LT' | 'B-LTA'

const DATA = '1.2.840.113549.1.7.1'

/** Who signs, how, and what is done otherwise than it should be. */
export interface CadesRecordOptions {
  readonly level?: CadesLevel
  /** Default `doctor-01`. */
  readonly signer?: TestEntityName
  /** Default `tsa`. */
  readonly tsa?: TestEntityName
  /** Default false: the content is inside. */
  readonly detached?: boolean
  readonly wish?: { readonly scheme?: 'pss' | 'pkcs1'; readonly digest?: DigestName }
  /** eContentType; default id-data. */
  readonly contentType?: string
  /** The signed attributes as they are signed, in this order of the standard's; default as they come. */
  readonly signedAttributes?: (attributes: readonly Attribute[]) => readonly Attribute[]
  /** SignedAttributes put together otherwise than in DER. */
  readonly encodeAttributes?: (attributes: readonly Attribute[]) => Uint8Array
  /** digestAlgorithm that the SignerInfo names; default the one that was used. */
  readonly namedDigest?: DigestName
  /** Certificates inside; default the chain without its root. */
  readonly certificates?: readonly Certificate[]
}

/**
 * `content` signed with CAdES up to `level` (EN 319 122-1, 6): a signature, its time-stamp, validation data in SignedData, an
 * archive-time-stamp-v3. Entities as `buildRecordPki` (`pades.ts`) builds them.
 */
export async function signCadesRecord(
  pki: Pki,
  content: Uint8Array,
  env: Environment,
  record: CadesRecordOptions = {},
): Promise<Uint8Array> {
  const { level = 'B-B', signer = 'doctor-01', tsa = 'tsa' } = record
  const signed = signOnce(pki, content, env, record)
  if (level === 'B-B') return signed
  const stamped = await addSignatureTimestamp(pki, signed, env, tsa)
  if (level === 'B-T') return stamped
  const held = addValidationData(stamped, validationDataOf(pki, [signer, tsa], env.clock()))
  if (level === 'B-LT') return held
  return addArchiveTimestamp(held, content, testAuthority(pki, tsa, env))
}

function signOnce(pki: Pki, content: Uint8Array, env: Environment, record: CadesRecordOptions): Uint8Array {
  const { signer = 'doctor-01', contentType = DATA } = record
  const chain = chainOf(pki, signer)
  const { algorithm, digest } = selectAlgorithm(chain[0]!, null, record.wish ?? {})
  const attributes = standardAttributes(chain[0]!, algorithm, digest, digestBytes(digest, content), env)
  const all = [{ oid: attributeOids['content-type'], values: [der.oid(contentType)] }, ...attributes]
  const chosen = record.signedAttributes?.(all) ?? all
  const signedAttributes = (record.encodeAttributes ?? encodeSignedAttributes)(chosen)
  return encodeSignedData({
    eContentType: contentType,
    eContent: record.detached ? null : content,
    certificates: (record.certificates ?? chain.slice(0, -1)).map((certificate) => certificate.der),
    digest: record.namedDigest ?? digest,
    signer: {
      issuerAndSerialOf: chain[0]!,
      signedAttributes,
      algorithm,
      signatureValue: signBytes(privateKeyOf(entityOf(pki, signer)), algorithm, signedAttributes),
    },
  })
}

/** message-digest, signing-certificate-v2, cms-algorithm-protection, signing-time. */
export function standardAttributes(
  certificate: Certificate,
  algorithm: SignatureAlgorithm,
  digest: DigestName,
  contentDigest: Uint8Array,
  env: Environment,
): Attribute[] {
  const hash = der.octetString(digestBytes(digest, certificate.der))
  const id = digest === 'sha256' ? der.sequence(hash) : der.sequence(encodeDigestAlgorithm(digest), hash)
  const protection = der.sequence(
    encodeDigestAlgorithm(digest),
    der.implicit(1, encodeSignatureAlgorithm(algorithm)),
  )
  return [
    { oid: attributeOids['message-digest'], values: [der.octetString(contentDigest)] },
    { oid: attributeOids['signing-certificate-v2'], values: [der.sequence(der.sequence(id))] },
    { oid: attributeOids['cms-algorithm-protection'], values: [protection] },
    { oid: attributeOids['signing-time'], values: [der.time(env.clock())] },
  ]
}

/** `cms` with a signature-time-stamp over the value of its signer number `index`. */
export async function addSignatureTimestamp(
  pki: Pki,
  cms: Uint8Array,
  env: Environment,
  tsa: string = 'tsa',
  index = 0,
): Promise<Uint8Array> {
  const { signature } = parseSignedData(cms).signerInfos[index]!
  const { token } = await testAuthority(pki, tsa, env).timestamp(digestBytes('sha256', signature), 'sha256')
  return spliceUnsignedAttribute(cms, index, { oid: attributeOids['signature-time-stamp'], values: [token] })
}

/** `cms` with a counter-signature of its signer number `index` (RFC 5652, 11.4), the signer's certificate put inside. */
export function addCounterSignature(
  pki: Pki,
  cms: Uint8Array,
  env: Environment,
  signer: TestEntityName = 'nurse-02',
  options: { readonly index?: number; readonly attributes?: readonly Attribute[] } = {},
): Uint8Array {
  const { index = 0, attributes = [] } = options
  const { signature } = parseSignedData(cms).signerInfos[index]!
  const info = signValue(pki, signature, env, signer, attributes)
  const oid = attributeOids['counter-signature']
  const chain = chainOf(pki, signer).slice(0, -1)
  return change(spliceUnsignedAttribute(cms, index, { oid, values: [info] }), (parts) => ({
    certificates: inSet([...parts.certificates, ...chain.map((certificate) => certificate.der)]),
  }))
}

/** A SignerInfo over another signature's value: signed attributes without content-type. */
export function signValue(
  pki: Pki,
  value: Uint8Array,
  env: Environment,
  signer: TestEntityName,
  attributes: readonly Attribute[] = [],
): Uint8Array {
  const [certificate] = chainOf(pki, signer)
  const { algorithm, digest } = selectAlgorithm(certificate!, null, {})
  const own = standardAttributes(certificate!, algorithm, digest, digestBytes(digest, value), env)
  const signedAttributes = encodeSignedAttributes([...own, ...attributes])
  const cms = encodeSignedData({
    eContentType: DATA,
    eContent: null,
    certificates: [],
    digest,
    signer: {
      issuerAndSerialOf: certificate!,
      signedAttributes,
      algorithm,
      signatureValue: signBytes(privateKeyOf(entityOf(pki, signer)), algorithm, signedAttributes),
    },
  })
  return parseSignedData(cms).signerInfos[0]!.der
}

/** One SignedData with the signers, certificates and revocation data of both, of the same content. */
export function mergeSigners(first: Uint8Array, second: Uint8Array): Uint8Array {
  return change(first, (parts) => {
    const other = takeApart(second)
    return {
      digestAlgorithms: inSet([...parts.digestAlgorithms, ...other.digestAlgorithms]),
      certificates: inSet([...parts.certificates, ...other.certificates]),
      crls: inSet([...parts.crls, ...other.crls]),
      signerInfos: inSet([...parts.signerInfos, ...other.signerInfos]),
    }
  })
}
