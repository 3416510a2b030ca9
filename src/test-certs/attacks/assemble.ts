import type { KeyObject } from 'node:crypto'
import {
  type Attribute,
  attributeOids,
  type Certificate,
  der,
  digestBytes,
  encodeSignedAttributes,
  encodeSignedData,
  type SignatureAlgorithm,
} from '../../formats/index.ts'
import { standardAttributes } from '../records/cades.ts'
import { change } from '../records/cades-parts.ts'
import { signatureAlgorithmFor, signBytes } from '../sign.ts'
import { type AttackWorld, content } from './world.ts'

const DATA = '1.2.840.113549.1.7.1'

/** A signature put together from parts that need not belong to each other. */
export interface Assembly {
  readonly key: KeyObject
  /** Named by SignerInfo. */
  readonly sid: Certificate
  /** Named by the signed attributes; default `sid`. */
  readonly reference?: Certificate
  /** In this order, as they are given. */
  readonly certificates: readonly Certificate[]
  readonly algorithm?: SignatureAlgorithm
  readonly signedAttributes?: (attributes: readonly Attribute[]) => readonly Attribute[]
  /** Default: made with `key`. */
  readonly value?: (signedAttributes: Uint8Array) => Uint8Array
}

export function assemble(world: AttackWorld, assembly: Assembly): Uint8Array {
  const { key, sid, reference = sid, certificates } = assembly
  const algorithm = assembly.algorithm ?? signatureAlgorithmFor(key, 'sha256')
  const standard = standardAttributes(
    reference,
    algorithm,
    'sha256',
    digestBytes('sha256', content),
    world.env(),
  )
  const all = [{ oid: attributeOids['content-type'], values: [der.oid(DATA)] }, ...standard]
  const signedAttributes = encodeSignedAttributes(assembly.signedAttributes?.(all) ?? all)
  const cms = encodeSignedData({
    eContentType: DATA,
    eContent: content,
    certificates: [],
    digest: 'sha256',
    signer: {
      issuerAndSerialOf: sid,
      signedAttributes,
      algorithm,
      signatureValue: assembly.value?.(signedAttributes) ?? signBytes(key, algorithm, signedAttributes),
    },
  })
  return withCertificates(cms, certificates)
}

/** `cms` with these certificates alone, in this order. */
export const withCertificates = (cms: Uint8Array, certificates: readonly Certificate[]): Uint8Array =>
  change(cms, () => ({ certificates: certificates.map((certificate) => certificate.der) }))
