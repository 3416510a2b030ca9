import type { KeyObject } from 'node:crypto'
import {
  attributeOids,
  type Certificate,
  der,
  digestBytes,
  encodeSignedAttributes,
  encodeSignedData,
} from '../../../formats/index.ts'
import { standardAttributes } from '../../../test-certs/records/cades.ts'
import { signatureAlgorithmFor, signBytes } from '../../../test-certs/sign.ts'
import { env } from './collect.ts'

const DATA = '1.2.840.113549.1.7.1'

/** `content` signed with a key that no signer of ours would use; `chain`: the key's certificate first. */
export function signWith(key: KeyObject, chain: readonly Certificate[], content: Uint8Array): Uint8Array {
  const algorithm = signatureAlgorithmFor(key)
  const attributes = standardAttributes(chain[0]!, algorithm, 'sha256', digestBytes('sha256', content), env)
  const signedAttributes = encodeSignedAttributes([
    { oid: attributeOids['content-type'], values: [der.oid(DATA)] },
    ...attributes,
  ])
  return encodeSignedData({
    eContentType: DATA,
    eContent: content,
    certificates: chain.map((certificate) => certificate.der),
    digest: 'sha256',
    signer: {
      issuerAndSerialOf: chain[0]!,
      signedAttributes,
      algorithm,
      signatureValue: signBytes(key, algorithm, signedAttributes),
    },
  })
}
