import { beforeAll, describe, expect, it } from 'vitest'
import {
  type DerElement,
  digestBytes,
  parseDer,
  readOctetString,
  readOid,
  readSequence,
} from '../formats/index.ts'
import type { Pki } from '../test-certs/index.ts'
import * as oids from './oids.ts'
import { buildSignedAttributes, type SignedAttributesInput } from './signed-attributes.ts'
import { buildSigners, codeOf, signerOf } from './testing/world.ts'

let pki: Pki
let input: SignedAttributesInput

beforeAll(async () => {
  pki = await buildSigners(['doctor-01', 'nurse-02'])
  const { certificate, algorithm } = signerOf(pki, 'doctor-01')
  const contentDigest = digestBytes('sha256', Buffer.from('x'))
  input = { format: 'pades', contentDigest, digest: 'sha256', algorithm, certificate, signingTime: null }
})

const readAttributes = (bytes: Uint8Array): Map<string, DerElement> =>
  new Map(
    parseDer(bytes).children.map((attribute) => {
      const [type, values] = readSequence(attribute)
      return [readOid(type!), values!.children[0]!]
    }),
  )
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const octetsOf = (element: DerElement): string => hex(readOctetString(element))
const common = [
  oids.CONTENT_TYPE,
  oids.MESSAGE_DIGEST,
  oids.SIGNING_CERTIFICATE_V2,
  oids.CMS_ALGORITHM_PROTECTION,
]

describe('signed attributes', () => {
  it('of PAdES have no signing-time', () => {
    const attributes = readAttributes(buildSignedAttributes(input))
    expect([...attributes.keys()].sort()).toEqual([...common].sort())
    expect(readOid(attributes.get(oids.CONTENT_TYPE)!)).toBe(oids.ID_DATA)
    expect(octetsOf(attributes.get(oids.MESSAGE_DIGEST)!)).toBe(hex(input.contentDigest))
  })

  it('of CAdES have one', () => {
    const signingTime = new Date('2026-11-25T07:30:15.999Z')
    const attributes = readAttributes(buildSignedAttributes({ ...input, format: 'cades', signingTime }))
    expect([...attributes.keys()].sort()).toEqual([...common, oids.SIGNING_TIME].sort())
    expect(Buffer.from(attributes.get(oids.SIGNING_TIME)!.content).toString()).toBe('261125073015Z')
  })

  it('from 2050 on are written with four digits of the year', () => {
    const signingTime = new Date('2050-01-01T00:00:00Z')
    const attributes = readAttributes(buildSignedAttributes({ ...input, format: 'cades', signingTime }))
    expect(Buffer.from(attributes.get(oids.SIGNING_TIME)!.content).toString()).toBe('20500101000000Z')
  })

  it('stand in the order of DER', () => {
    const { children } = parseDer(buildSignedAttributes(input))
    const encoded = children.map(({ bytes }) => Buffer.from(bytes))
    expect(encoded).toEqual([...encoded].sort(Buffer.compare))
  })

  it('name the certificate by SHA-256 without saying so, and without issuerSerial', () => {
    const value = readAttributes(buildSignedAttributes(input)).get(oids.SIGNING_CERTIFICATE_V2)!
    const [ids, ...policies] = readSequence(value)
    const [id, ...more] = readSequence(readSequence(ids!)[0]!)
    expect(octetsOf(id!)).toBe(hex(digestBytes('sha256', input.certificate.der)))
    expect([policies, more]).toEqual([[], []])
  })

  it('name the certificate by the content’s digest where that is another', () => {
    const { certificate, algorithm } = signerOf(pki, 'nurse-02', { digest: 'sha3-512' })
    const contentDigest = digestBytes('sha3-512', Buffer.from('x'))
    const bytes = buildSignedAttributes({
      ...input,
      certificate,
      algorithm,
      contentDigest,
      digest: 'sha3-512',
    })
    const [ids] = readSequence(readAttributes(bytes).get(oids.SIGNING_CERTIFICATE_V2)!)
    const [algorithmId, hash] = readSequence(readSequence(ids!)[0]!)
    expect(readOid(readSequence(algorithmId!)[0]!)).toBe('2.16.840.1.101.3.4.2.10')
    expect(octetsOf(hash!)).toBe(hex(digestBytes('sha3-512', certificate.der)))
  })

  it('protect both algorithms', () => {
    const value = readAttributes(buildSignedAttributes(input)).get(oids.CMS_ALGORITHM_PROTECTION)!
    const [digest, signature] = readSequence(value)
    expect(readOid(readSequence(digest!)[0]!)).toBe('2.16.840.1.101.3.4.2.1')
    expect(signature!.is('context', 1)).toBe(true)
    expect(readOid(signature!.children[0]!)).toBe('1.2.840.10045.4.3.2')
  })
})

describe('signed attributes are refused', () => {
  it.each([0, 20, 31, 33, 64])('over a SHA-256 digest of %i bytes', async (length) => {
    const contentDigest = new Uint8Array(length)
    expect(await codeOf(() => buildSignedAttributes({ ...input, contentDigest }))).toBe(
      'ERR_SIGNER_DIGEST_LENGTH',
    )
  })

  it('in PAdES with a signing-time, in CAdES without', async () => {
    for (const change of [{ signingTime: new Date() }, { format: 'cades' }] as const) {
      expect(await codeOf(() => buildSignedAttributes({ ...input, ...change }))).toBe(
        'ERR_SIGNER_STATE_INVALID',
      )
    }
  })
})
