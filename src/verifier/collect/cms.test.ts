import { constants, createPublicKey, generateKeyPairSync, privateDecrypt } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { toBer } from '../../formats/asn1/testing/to-ber.ts'
import {
  attributeOids,
  concat,
  der,
  digestBytes,
  encodeDigestAlgorithm,
  encodeSignatureAlgorithm,
  encodeSignedData,
  FormatError,
  parseSignedData,
  signedAttributesForVerification,
  spliceUnsignedAttribute,
  verifySignature,
} from '../../formats/index.ts'
import { chainOf, entityOf, type Pki, privateKeyOf } from '../../test-certs/entity.ts'
import { addSignatureTimestamp, mergeSigners, signCadesRecord } from '../../test-certs/records/cades.ts'
import { change, signerFields } from '../../test-certs/records/cades-parts.ts'
import { signBytes } from '../../test-certs/sign.ts'
import {
  codesOf,
  collect,
  content,
  detachedContent,
  env,
  recordPki,
  rootOf,
  signatureOf,
} from './testing/collect.ts'

const DATA = '1.2.840.113549.1.7.1'

let pki: Pki
let record: Uint8Array
beforeAll(async () => {
  pki = await recordPki()
  record = await signCadesRecord(pki, content, env, { signer: 'nurse-02', wish: { scheme: 'pkcs1' } })
})

/** `cms` with its only signer's fields changed: version, sid, digestAlgorithm, signedAttrs, signatureAlgorithm, signature. */
function changeSigner(cms: Uint8Array, changed: (fields: Uint8Array[]) => Uint8Array[]): Uint8Array {
  return change(cms, ({ signerInfos }) => ({
    signerInfos: [der.sequence(...changed(signerFields(signerInfos[0]!)))],
  }))
}

/** A signature over the content itself. */
function signBare(bytes: Uint8Array, detached = false): Uint8Array {
  const chain = chainOf(pki, 'nurse-02')
  const algorithm = { scheme: 'rsa-pkcs1', digest: 'sha256' } as const
  const cms = encodeSignedData({
    eContentType: DATA,
    eContent: detached ? null : bytes,
    certificates: chain.slice(0, -1).map((certificate) => certificate.der),
    digest: 'sha256',
    signer: {
      issuerAndSerialOf: chain[0]!,
      signedAttributes: der.setOf(),
      algorithm,
      signatureValue: signBytes(privateKeyOf(entityOf(pki, 'nurse-02')), algorithm, bytes),
    },
  })
  // [0] goes: signatures without signed attributes have none, not an empty set
  return changeSigner(cms, (fields) => fields.filter((field) => field[0] !== 0xa0))
}

describe('attributes and content', () => {
  test('signed attributes shown as content verify without any, and are told of', () => {
    const [info] = parseSignedData(record).signerInfos
    const attributes = signedAttributesForVerification(info!)
    const cms = change(
      changeSigner(record, (fields) => fields.filter((field) => field[0] !== 0xa0)),
      () => ({
        encapsulated: der.sequence(der.oid(DATA), der.explicit(0, der.octetString(attributes))),
      }),
    )
    const signature = signatureOf(collect(cms))
    expect(signature).toMatchObject({ format: 'CMS', valueIntact: true, digests: [] })
    expect(codesOf(signature)).toEqual(['CONTENT_IS_ATTRIBUTES'])
  })

  test('a plain CMS without signed attributes is over the content', () => {
    const signature = signatureOf(collect(signBare(content)))
    expect(signature).toMatchObject({ format: 'CMS', level: 'none', valueIntact: true, findings: [] })
  })

  test('the same with content changed is broken', () => {
    const cms = change(signBare(content), () => ({
      encapsulated: der.sequence(der.oid(DATA), der.explicit(0, der.octetString(Buffer.from('khác')))),
    }))
    expect(signatureOf(collect(cms)).valueIntact).toBe(false)
  })

  test('the same detached needs the content itself, not its digests', () => {
    const cms = signBare(content, true)
    const digestOnly = { name: null, digest: detachedContent(content).digest }
    expect(signatureOf(collect(cms, { detached: [detachedContent(content)] })).valueIntact).toBe(true)
    for (const detached of [[], [digestOnly]]) {
      expect(signatureOf(collect(cms, { detached }))).toMatchObject({
        valueIntact: null,
        digests: [{ found: false, intact: false }],
      })
    }
  })
})

describe('algorithms', () => {
  const fieldOf = { digest: 2, signature: 4 } as const
  const withField = (at: number, field: Uint8Array) =>
    changeSigner(record, (fields) => fields.map((before, index) => (index === at ? field : before)))

  test('a digestAlgorithm other than the one that was used is told of, and the digest does not match', () => {
    const signature = signatureOf(collect(withField(fieldOf.digest, encodeDigestAlgorithm('sha512'))))
    expect(signature.digests).toMatchObject([{ digest: 'sha512', found: true, intact: false }])
    expect(codesOf(signature)).toEqual([
      'DIGEST_ALGORITHM_MISMATCH',
      'DIGEST_ALGORITHM_NOT_LISTED',
      'ALGORITHM_PROTECTION_MISMATCH',
    ])
  })

  test('one that is not known is told as it is named', () => {
    const unknown = der.sequence(der.oid('2.999.7'))
    const signature = signatureOf(collect(withField(fieldOf.digest, unknown)))
    expect(signature.digests).toEqual([
      { kind: 'message-digest', digest: '2.999.7', found: false, intact: false },
    ])
  })

  test('another signature algorithm does not verify, and is not the protected one', () => {
    const other = encodeSignatureAlgorithm({ scheme: 'rsa-pkcs1', digest: 'sha384' })
    const signature = signatureOf(collect(withField(fieldOf.signature, other)))
    expect(signature.valueIntact).toBe(false)
    expect(codesOf(signature)).toContain('ALGORITHM_PROTECTION_MISMATCH')
  })

  test('an unknown signature algorithm leaves the value unknown, by its name', () => {
    const signature = signatureOf(collect(withField(fieldOf.signature, der.sequence(der.oid('2.999.8')))))
    expect(signature).toMatchObject({ algorithm: null, algorithmText: '2.999.8', valueIntact: null })
    expect(signature.signingCertificate).not.toBeNull()
  })

  test('a DigestInfo without its NULL does not verify, and is told of', () => {
    const key = privateKeyOf(entityOf(pki, 'nurse-02'))
    const [info] = parseSignedData(record).signerInfos
    const digest = digestBytes('sha256', signedAttributesForVerification(info!))
    const encoded = der.sequence(encodeDigestAlgorithm('sha256'), der.octetString(digest))
    const block = concat([
      Uint8Array.of(0, 1),
      new Uint8Array(256 - 3 - encoded.length).fill(0xff),
      Uint8Array.of(0),
      encoded,
    ])
    const value = privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, block)
    const signature = signatureOf(
      collect(changeSigner(record, (fields) => [...fields.slice(0, -1), der.octetString(value)])),
    )
    expect(signature.valueIntact).toBe(false)
    expect(codesOf(signature)).toEqual(['RSA_DIGEST_INFO_WITHOUT_NULL'])
  })

  test('a forged value under the exponent 3 does not verify', () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 })
    expect(
      createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })).asymmetricKeyDetails?.publicExponent,
    ).toBe(3n)
    const [info] = parseSignedData(record).signerInfos
    const prefix = Buffer.concat([
      Buffer.of(0, 1, 255, 255, 255, 255, 255, 255, 255, 255, 0),
      Buffer.from('3031300d060960864801650304020105000420', 'hex'),
      digestBytes('sha256', signedAttributesForVerification(info!)),
    ])
    // the cube root of prefix and whatever follows (Bleichenbacher 2006)
    const target = BigInt(`0x${prefix.toString('hex')}${'ff'.repeat(256 - prefix.length)}`)
    const root = cubeRoot(target)
    const cube = (root ** 3n).toString(16).padStart(512, '0')
    expect(cube.startsWith(prefix.toString('hex'))).toBe(true)
    const forged = Buffer.from(root.toString(16).padStart(512, '0'), 'hex')
    expect(
      verifySignature(
        publicKey,
        { scheme: 'rsa-pkcs1', digest: 'sha256' },
        signedAttributesForVerification(info!),
        forged,
      ),
    ).toBe(false)
  })
})

function cubeRoot(value: bigint): bigint {
  let low = 0n
  let high = 1n << BigInt(Math.ceil(value.toString(2).length / 3) + 1)
  while (low < high) {
    const middle = (low + high + 1n) / 2n
    if (middle ** 3n <= value) low = middle
    else high = middle - 1n
  }
  return low
}

describe('the structure', () => {
  test('in BER is read, with its original bytes hashed', () => {
    const keep = new Set<string>()
    const [info] = parseSignedData(record).signerInfos
    keep.add(Buffer.from(info!.signedAttributesContent!).toString('hex'))
    const ber = toBer(record, 16, (element) =>
      element.is('context', 0) && keep.has(Buffer.from(element.content).toString('hex'))
        ? true
        : element.is('universal', 16) && isCertificate(element.bytes),
    )
    const signature = signatureOf(collect(ber, { anchors: [rootOf(pki)] }))
    expect(signature).toMatchObject({
      valueIntact: true,
      digests: [{ found: true, intact: true }],
      findings: [],
    })
  })

  test('with bytes behind it is told of', () => {
    const signature = signatureOf(collect(concat([record, Buffer.from('thừa')])))
    expect(codesOf(signature)).toEqual(['TRAILING_DATA'])
    expect(signature.valueIntact).toBe(true)
  })

  test('with the same signer twice is told of, once', () => {
    const twice = change(record, ({ signerInfos }) => ({ signerInfos: [...signerInfos, ...signerInfos] }))
    const facts = collect(twice)
    expect(facts.signatures.map(codesOf)).toEqual([[], ['SIGNER_DUPLICATE']])
    expect(facts.signatures[1]!.id).toBe(`${facts.signatures[0]!.id}-2`)
  })

  test('with a certificate that is none is told of', () => {
    const cms = change(record, (parts) => ({
      certificates: [der.sequence(der.integer(1)), ...parts.certificates],
    }))
    expect(codesOf(signatureOf(collect(cms)))).toEqual(['CERTIFICATE_UNREADABLE'])
  })

  test('with revocation data that is none is told of', () => {
    const cms = change(record, () => ({ crls: [der.sequence(der.integer(1))] }))
    expect(codesOf(signatureOf(collect(cms)))).toEqual(['REVOCATION_DATA_UNREADABLE'])
  })

  test('nested beyond all measure is refused, in no time', () => {
    let bomb: Uint8Array = der.nullValue()
    for (let depth = 0; depth < 2000; depth++) bomb = der.sequence(bomb)
    const cms = change(record, () => ({ encapsulated: bomb }))
    const start = process.cpuUsage()
    expect(() => collect(cms)).toThrow(FormatError)
    expect(process.cpuUsage(start).user).toBeLessThan(500_000)
  })

  test('with an OID of 64 KB is refused, in no time', () => {
    const long = der.tlv(0x06, new Uint8Array(65_536).fill(0x81))
    const cms = change(record, () => ({ encapsulated: der.sequence(long) }))
    const start = process.cpuUsage()
    expect(() => collect(cms)).toThrow(FormatError)
    expect(process.cpuUsage(start).user).toBeLessThan(500_000)
  })
})

/** A SEQUENCE that begins with tbsCertificate's version [0]. */
const isCertificate = (bytes: Uint8Array): boolean =>
  bytes.length > 400 && Buffer.from(bytes.subarray(0, 24)).includes(Buffer.from('a003020102', 'hex'))

describe('time-stamps', () => {
  test('over the value of another signature are found and not intact', async () => {
    const stamped = await addSignatureTimestamp(pki, record, env)
    const other = await signCadesRecord(pki, content, env, { signer: 'doctor-01' })
    const [attribute] = parseSignedData(stamped).signerInfos[0]!.unsignedAttributes
    const facts = collect(spliceUnsignedAttribute(other, 0, attribute!))
    expect(facts.timestamps[0]).toMatchObject({
      valueIntact: true,
      digests: [{ kind: 'message-imprint', found: true, intact: false }, { intact: true }],
    })
  })

  test('that are none are told of, and raise no level', () => {
    const oid = attributeOids['signature-time-stamp']
    const facts = collect(spliceUnsignedAttribute(record, 0, { oid, values: [record] }))
    expect(signatureOf(facts)).toMatchObject({ level: 'B-B', timestamps: [] })
    expect(codesOf(signatureOf(facts))).toEqual(['TIME_STAMP_UNREADABLE'])
  })

  test('with two signers are told of', async () => {
    const stamped = await addSignatureTimestamp(pki, record, env)
    const [attribute] = parseSignedData(stamped).signerInfos[0]!.unsignedAttributes
    const token = attribute!.values[0]!
    const doubled = change(token, ({ signerInfos }) => ({ signerInfos: [...signerInfos, ...signerInfos] }))
    const facts = collect(spliceUnsignedAttribute(record, 0, { ...attribute!, values: [doubled] }))
    expect(facts.timestamps.map(codesOf)).toEqual([['TIMESTAMP_SIGNER_COUNT']])
  })

  test('whose revocation data are malformed stay time-stamps, and say so', async () => {
    const stamped = await addSignatureTimestamp(pki, record, env)
    const [attribute] = parseSignedData(stamped).signerInfos[0]!.unsignedAttributes
    const token = change(attribute!.values[0]!, () => ({ crls: [der.explicit(1, der.integer(1))] }))
    const facts = collect(spliceUnsignedAttribute(record, 0, { ...attribute!, values: [token] }))
    expect(facts.timestamps.map(codesOf)).toEqual([['REVOCATION_DATA_UNREADABLE']])
    expect(facts.timestamps[0]!.valueIntact).toBe(true)
  })

  test('prove the signature, its signed certificate and its data', async () => {
    const facts = collect(await addSignatureTimestamp(pki, record, env))
    const { id, signingCertificate } = signatureOf(facts)
    const data = `data:sha256:${Buffer.from(digestBytes('sha256', content)).toString('hex')}`
    expect(facts.timestamps[0]!.covers).toEqual([id, signingCertificate, data])
  })
})

test.each([
  ['certificate-values', 'CERTIFICATE_UNREADABLE'],
  ['revocation-values', 'REVOCATION_DATA_UNREADABLE'],
] as const)('malformed %s, which nobody signed, are told like unreadable ones', (name, code) => {
  const attribute = { oid: attributeOids[name], values: [der.integer(1)] }
  expect(codesOf(signatureOf(collect(spliceUnsignedAttribute(record, 0, attribute))))).toEqual([code])
})

test('thirty-two signers are read in the time of some few', async () => {
  let many = record
  for (let seconds = 1; seconds < 32; seconds++) {
    const clock = () => new Date(env.clock().getTime() + seconds * 1000)
    many = mergeSigners(many, await signCadesRecord(pki, content, { ...env, clock }, { signer: 'nurse-02' }))
  }
  const facts = collect(many, { anchors: [rootOf(pki)] })
  expect(facts.signatures).toHaveLength(32)
  expect(facts.signatures.every(({ valueIntact }) => valueIntact)).toBe(true)
  expect(facts.certificates.length).toBeLessThan(5)
})
