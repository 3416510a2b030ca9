import { randomBytes } from 'node:crypto'
import {
  buildPki,
  chainOf,
  entityOf,
  privateKeyOf,
  quickKeys,
  signBytes,
  testPki,
} from '../../../test-certs/index.ts'
import { der, parseDer } from '../../der/index.ts'
import type { SignatureAlgorithm } from '../algorithms.ts'
import type { Certificate } from '../certificate.ts'
import type { Attribute } from '../cms-types.ts'
import { encodeSignedAttributes, encodeSignedData } from '../cms-writer.ts'
import { type DigestName, digestBytes } from '../digests.ts'
import { DATA } from '../oids.ts'

export const content = Buffer.from('bệnh án thử nghiệm: không có dữ liệu người bệnh\n')

const pki = buildPki(testPki, {
  clock: () => new Date(),
  random: (n) => randomBytes(n),
  keys: quickKeys,
  only: ['doctor-01', 'seal-a', 'doctor-ed25519', 'doctor-p384'],
})

export type SampleSigner = 'doctor-01' | 'seal-a' | 'doctor-ed25519' | 'doctor-p384'

/** The signer's certificate, then its issuers'. */
export const sampleChain = async (signer: SampleSigner): Promise<Certificate[]> => chainOf(await pki, signer)

export interface SampleOptions {
  readonly signer?: SampleSigner
  readonly algorithm?: SignatureAlgorithm
  readonly attached?: boolean
  readonly unsignedAttributes?: readonly Attribute[]
}

export const ecdsaSha256: SignatureAlgorithm = { scheme: 'ecdsa', digest: 'sha256' }

/** A sound SignedData over `content`, content type and message digest signed, the chain without its root inside. */
export async function sampleCms(options: SampleOptions = {}): Promise<Uint8Array> {
  const { signer = 'doctor-01', algorithm = ecdsaSha256, attached = false, unsignedAttributes } = options
  const chain = await sampleChain(signer)
  const digest: DigestName = 'digest' in algorithm ? algorithm.digest : 'sha512'
  const signedAttributes = encodeSignedAttributes([
    { oid: '1.2.840.113549.1.9.3', values: [der.oid(DATA)] },
    { oid: '1.2.840.113549.1.9.4', values: [der.octetString(digestBytes(digest, content))] },
  ])
  return encodeSignedData({
    eContentType: DATA,
    eContent: attached ? content : null,
    certificates: chain.slice(0, -1).map((certificate) => certificate.der),
    digest,
    signer: {
      issuerAndSerialOf: chain[0]!,
      signedAttributes,
      algorithm,
      signatureValue: signBytes(privateKeyOf(entityOf(await pki, signer)), algorithm, signedAttributes),
      ...(unsignedAttributes && { unsignedAttributes }),
    },
  })
}

/** One SignedData with the SignerInfos and certificates of all of `parts`, in their order. */
export function joinCms(...parts: readonly Uint8Array[]): Uint8Array {
  const fields = parts.map((part) => parseDer(part).children[1]!.children[0]!.children)
  const gather = (at: number): Uint8Array[] =>
    fields.flatMap((list) => list[at]!.children.map((child) => child.bytes))
  const unique = (list: Uint8Array[]): Uint8Array[] => [
    ...new Map(list.map((bytes) => [Buffer.from(bytes).toString('hex'), bytes])).values(),
  ]
  const [version, , encapsulated] = fields[0]!
  const signedData = der.sequence(
    version!.bytes,
    der.setOf(...unique(gather(1))),
    encapsulated!.bytes,
    der.implicit(0, der.setOf(...unique(gather(3)))),
    der.tlv(0x31, Buffer.concat(gather(4))),
  )
  return der.sequence(der.oid('1.2.840.113549.1.7.2'), der.explicit(0, signedData))
}
