import * as asn1js from 'asn1js'
import * as pkijs from 'pkijs'
import { beforeAll, describe, expect, it } from 'vitest'
import { der, parseDer } from '../der/index.ts'
import type { SignatureAlgorithm } from './algorithms.ts'
import { type Certificate, parseCertificate } from './certificate.ts'
import { parseSignedData, signedAttributesForVerification } from './cms-reader.ts'
import type { SignerInfo } from './cms-types.ts'
import { encodeSignedAttributes, encodeSignedData } from './cms-writer.ts'
import { encodeDigestAlgorithm } from './digests.ts'
import { DATA, SIGNED_DATA, TST_INFO } from './oids.ts'
import { verifySignature } from './public-key/verify.ts'
import { content, ecdsaSha256, joinCms, sampleChain, sampleCms } from './testing/sample-cms.ts'
import { toBer } from './testing/to-ber.ts'

const codeOf = (action: () => unknown): unknown => {
  try {
    return ['accepted', action()]
  } catch (error) {
    return (error as { code?: unknown }).code
  }
}
const verifies = (info: SignerInfo, certificate: Certificate): boolean =>
  verifySignature(
    certificate.publicKey,
    info.signatureAlgorithm,
    signedAttributesForVerification(info),
    info.signature,
  )

const pss: SignatureAlgorithm = { scheme: 'rsa-pss', digest: 'sha256', mgfDigest: 'sha256', saltLength: 32 }
const unsigned = (oid: string, ...values: Uint8Array[]) => ({ oid, values })

let cms: Uint8Array
beforeAll(async () => {
  cms = await sampleCms()
})

describe('encodeSignedAttributes', () => {
  it('is a SET OF in DER order whatever the order given', () => {
    const list = [unsigned('1.2.4', der.nullValue()), unsigned('1.2.3', der.integer(2), der.integer(1))]
    const bytes = encodeSignedAttributes(list)
    expect(bytes).toEqual(encodeSignedAttributes([...list].reverse()))
    expect(Buffer.from(bytes).toString('hex')).toBe('3118300806022a0431020500300c06022a033106020101020102')
  })

  it('an attribute without a value is refused', () => {
    expect(codeOf(() => encodeSignedAttributes([unsigned('1.2.3')]))).toBe('ERR_CMS_ATTRIBUTE_EMPTY')
  })
})

describe('encodeSignedData', () => {
  it.each<[string, 'doctor-01' | 'seal-a' | 'doctor-ed25519' | 'doctor-p384', SignatureAlgorithm]>([
    ['RSASSA-PSS', 'seal-a', pss],
    ['RSASSA-PKCS1-v1_5', 'seal-a', { scheme: 'rsa-pkcs1', digest: 'sha512' }],
    ['ECDSA', 'doctor-p384', { scheme: 'ecdsa', digest: 'sha384' }],
    ['Ed25519', 'doctor-ed25519', { scheme: 'ed25519' }],
  ])('%s: read back whole, and it verifies', async (_name, signer, algorithm) => {
    const bytes = await sampleCms({ signer, algorithm, attached: true })
    const chain = await sampleChain(signer)
    const signedData = parseSignedData(bytes)
    const [info] = signedData.signerInfos
    expect(signedData).toMatchObject({ version: 1, eContentType: DATA, crls: [] })
    expect(Buffer.from(signedData.eContent!).equals(content)).toBe(true)
    expect(signedData.certificates.map((bytes) => parseCertificate(bytes).sha256).sort()).toEqual(
      chain
        .slice(0, -1)
        .map(({ sha256 }) => sha256)
        .sort(),
    )
    expect(info!.signatureAlgorithm).toEqual(algorithm)
    expect(info!.sid).toMatchObject({ kind: 'issuerAndSerialNumber', serialNumber: chain[0]!.serialNumber })
    expect(verifies(info!, chain[0]!)).toBe(true)
    expect(verifies(info!, chain[1]!)).toBe(false)
  })

  it('is DER through and through: pkijs reads it and writes the same bytes', async () => {
    const bytes = await sampleCms({
      unsignedAttributes: [unsigned('1.2.3', der.nullValue())],
      attached: true,
    })
    const contentInfo = pkijs.ContentInfo.fromBER(bytes)
    const signedData = new pkijs.SignedData({ schema: contentInfo.content })
    expect(signedData.version).toBe(1)
    expect(signedData.signerInfos).toHaveLength(1)
    expect(signedData.signerInfos[0]!.unsignedAttrs!.attributes[0]!.type).toBe('1.2.3')
    expect(signedData.certificates).toHaveLength(2)
    const { result } = asn1js.fromBER(bytes)
    expect(Buffer.from(result.toBER()).equals(bytes)).toBe(true)
  })

  it('pkijs finds its signature sound, and not over another document', async () => {
    const signedData = new pkijs.SignedData({ schema: pkijs.ContentInfo.fromBER(cms).content })
    const check = (data: Uint8Array) =>
      signedData.verify({ signer: 0, data: new Uint8Array(data).buffer, checkChain: false })
    expect(await check(content)).toBe(true)
    await expect(check(Buffer.from('khác')).catch(() => false)).resolves.toBe(false)
  })

  it('version 3 for content other than data, version 1 for data (RFC 5652, 5.1)', async () => {
    const [signer] = await sampleChain('doctor-01')
    const build = (eContentType: string) =>
      encodeSignedData({
        eContentType,
        eContent: null,
        certificates: [],
        digest: 'sha256',
        signer: {
          issuerAndSerialOf: signer!,
          signedAttributes: encodeSignedAttributes([unsigned('1.2.3', der.nullValue())]),
          algorithm: ecdsaSha256,
          signatureValue: new Uint8Array(70),
        },
      })
    expect(parseSignedData(build(TST_INFO)).version).toBe(3)
    expect(parseSignedData(build(DATA))).toMatchObject({ version: 1, certificates: [], eContent: null })
  })

  it('certificates stand in DER order, and what was given is left as it was, Buffers too', async () => {
    const chain = await sampleChain('doctor-01')
    const signedAttributes = Buffer.from(encodeSignedAttributes([unsigned('1.2.3', der.nullValue())]))
    const before = Buffer.from(signedAttributes)
    const certificates = Object.freeze(chain.map((certificate) => certificate.der))
    const build = (list: readonly Uint8Array[]) =>
      encodeSignedData({
        eContentType: DATA,
        eContent: null,
        certificates: list,
        digest: 'sha256',
        signer: {
          issuerAndSerialOf: chain[0]!,
          signedAttributes,
          algorithm: ecdsaSha256,
          signatureValue: Buffer.alloc(70),
        },
      })
    expect(build(certificates)).toEqual(build([...certificates].reverse()))
    expect(signedAttributes.equals(before)).toBe(true)
  })

  it('an unsigned attribute without a value, and an algorithm without an OID, are refused', async () => {
    const empty = sampleCms({ unsignedAttributes: [unsigned('1.2.3')] })
    await expect(empty).rejects.toMatchObject({ code: 'ERR_CMS_ATTRIBUTE_EMPTY' })
  })
})

describe('parseSignedData', () => {
  it('reads BER: indefinite lengths, segments, lengths longer than needed', async () => {
    const bytes = await sampleCms({ attached: true })
    // what was signed has to stay as it was
    const ber = toBer(bytes, 8, (element) => element.is('context', 0) && element.children.length === 2)
    const [one, two] = [parseSignedData(bytes), parseSignedData(ber)]
    expect(ber).not.toEqual(bytes)
    expect(two.eContent).toEqual(one.eContent)
    expect(two.signerInfos[0]!.signature).toEqual(one.signerInfos[0]!.signature)
    expect(two.signerInfos[0]!.signedAttributes.map(({ oid }) => oid)).toEqual(
      one.signerInfos[0]!.signedAttributes.map(({ oid }) => oid),
    )
  })

  it('signed attributes under an indefinite length verify: their own bytes are what was signed', async () => {
    const [signer] = await sampleChain('doctor-01')
    // the attributes, short SEQUENCEs, stay as they are; [0] around them does not
    const ber = toBer(cms, 1000, (element) => element.is('universal', 16) && element.bytes.length < 60)
    expect(verifies(parseSignedData(ber).signerInfos[0]!, signer!)).toBe(true)
  })

  it('keeps the bytes of attributes, certificates and signers as they stood', () => {
    const signedData = parseSignedData(cms)
    const buffer = Buffer.from(cms)
    for (const part of [
      ...signedData.certificates,
      ...signedData.signerInfos.map(({ der }) => der),
      ...signedData.signerInfos[0]!.signedAttributes.flatMap(({ values }) => values),
    ]) {
      expect(buffer.includes(Buffer.from(part))).toBe(true)
    }
  })

  it('tells several signers apart', async () => {
    const both = joinCms(cms, await sampleCms({ signer: 'seal-a', algorithm: pss }))
    const { signerInfos } = parseSignedData(both)
    const chains = [await sampleChain('doctor-01'), await sampleChain('seal-a')]
    expect(signerInfos.map((info, i) => verifies(info, chains[i]![0]!))).toEqual([true, true])
    expect(signerInfos.map((info, i) => verifies(info, chains[1 - i]![0]!))).toEqual([false, false])
  })

  const infoFields = () => parseSignedData(cms).signerInfos[0]!.der
  const parts = () => parseDer(infoFields()).children.map((child) => child.bytes)
  const wrap = (...signedData: Uint8Array[]) =>
    der.sequence(der.oid(SIGNED_DATA), der.explicit(0, der.sequence(...signedData)))
  const around = (...infos: Uint8Array[]) =>
    wrap(
      der.integer(1),
      der.setOf(encodeDigestAlgorithm('sha256')),
      der.sequence(der.oid(DATA)),
      der.tlv(0x31, Buffer.concat(infos)),
    )

  it('a signer named by key identifier', () => {
    const [, , digest, attributes, algorithm, value] = parts()
    const keyed = der.sequence(
      der.integer(3),
      der.implicit(0, der.octetString(Uint8Array.of(7))),
      ...[digest!, attributes!, algorithm!, value!],
    )
    expect(parseSignedData(around(keyed)).signerInfos[0]!.sid).toEqual({
      kind: 'subjectKeyIdentifier',
      keyIdentifier: Uint8Array.of(7),
    })
  })

  it('a signer without signed attributes is read; there is nothing to verify them by', () => {
    const [version, sid, digest, , algorithm, value] = parts()
    const [info] = parseSignedData(
      around(der.sequence(version!, sid!, digest!, algorithm!, value!)),
    ).signerInfos
    expect(info!.signedAttributes).toEqual([])
    expect(codeOf(() => signedAttributesForVerification(info!))).toBe('ERR_ASN1_STRUCTURE')
  })

  it('rsaEncryption as signature algorithm is completed by the digest', async () => {
    const [version, sid, digest, attributes, , value] = parts()
    const rsa = der.sequence(der.oid('1.2.840.113549.1.1.1'), der.nullValue())
    const [info] = parseSignedData(
      around(der.sequence(version!, sid!, digest!, attributes!, rsa, value!)),
    ).signerInfos
    expect(info!.signatureAlgorithm).toEqual({ scheme: 'rsa-pkcs1', digest: 'sha256' })
  })

  it('unknown algorithms are refused when asked for; the rest is read', () => {
    const [version, sid, , attributes, , value] = parts()
    const unknown = der.sequence(der.oid('1.2.643.7.1.1.3.2'))
    const [info] = parseSignedData(
      around(der.sequence(version!, sid!, unknown, attributes!, unknown, value!)),
    ).signerInfos
    expect(codeOf(() => info!.digest)).toBe('ERR_ALGORITHM_UNSUPPORTED')
    expect(codeOf(() => info!.signatureAlgorithm)).toBe('ERR_ALGORITHM_UNSUPPORTED')
    expect(info!.signedAttributes).toHaveLength(2)
  })

  it('no signers at all (certificates only) is read', () => {
    expect(parseSignedData(around()).signerInfos).toEqual([])
  })

  it('attribute certificates and other revocation formats are passed over', () => {
    const other = der.explicit(3, der.nullValue())
    const crl = der.sequence(der.integer(1))
    const signedData = parseSignedData(
      wrap(
        der.integer(5),
        der.setOf(),
        der.sequence(der.oid(DATA)),
        der.explicit(0, other, der.sequence()),
        der.explicit(1, crl, other),
        der.setOf(),
      ),
    )
    expect(signedData.certificates).toEqual([der.sequence()])
    expect(signedData.crls).toEqual([crl])
  })

  it.each<[string, () => Uint8Array, string]>([
    ['nothing', () => new Uint8Array(), 'ERR_DER_TRUNCATED'],
    ['text', () => Buffer.from('hồ sơ bệnh án'), 'ERR_DER_LENGTH'],
    [
      'data instead of SignedData',
      () => der.sequence(der.oid(DATA), der.explicit(0)),
      'ERR_CMS_NOT_SIGNED_DATA',
    ],
    ['a ContentInfo without content', () => der.sequence(der.oid(SIGNED_DATA)), 'ERR_ASN1_STRUCTURE'],
    ['an empty SEQUENCE', () => der.sequence(), 'ERR_ASN1_STRUCTURE'],
    ['an empty SignedData', () => wrap(), 'ERR_ASN1_STRUCTURE'],
    [
      'SignedData without signers',
      () => wrap(der.integer(1), der.setOf(), der.sequence(der.oid(DATA))),
      'ERR_ASN1_STRUCTURE',
    ],
    [
      'content that is no OCTET STRING',
      () =>
        wrap(
          der.integer(1),
          der.setOf(),
          der.sequence(der.oid(DATA), der.explicit(0, der.sequence())),
          der.setOf(),
        ),
      'ERR_CMS_CONTENT',
    ],
    [
      'two contents',
      () =>
        wrap(
          der.integer(1),
          der.setOf(),
          der.sequence(der.oid(DATA), der.explicit(0, der.nullValue(), der.nullValue())),
          der.setOf(),
        ),
      'ERR_ASN1_STRUCTURE',
    ],
    [
      'CRLs before certificates',
      () =>
        wrap(
          der.integer(1),
          der.setOf(),
          der.sequence(der.oid(DATA)),
          der.explicit(1),
          der.explicit(0),
          der.setOf(),
        ),
      'ERR_ASN1_STRUCTURE',
    ],
    [
      'a field that does not exist',
      () => wrap(der.integer(1), der.setOf(), der.sequence(der.oid(DATA)), der.explicit(2), der.setOf()),
      'ERR_ASN1_STRUCTURE',
    ],
    ['257 signers', () => around(...Array(257).fill(infoFields())), 'ERR_CMS_TOO_MANY_SIGNERS'],
    ['a SignerInfo cut short', () => around(der.sequence(...parts().slice(0, 4))), 'ERR_ASN1_STRUCTURE'],
    [
      'a SignerInfo with more behind it',
      () => around(der.sequence(...parts(), der.nullValue())),
      'ERR_ASN1_STRUCTURE',
    ],
    [
      'a signed attribute without a value',
      () => {
        const [version, sid, digest, , algorithm, value] = parts()
        const empty = der.explicit(0, der.sequence(der.oid('1.2.3'), der.setOf()))
        return around(der.sequence(version!, sid!, digest!, empty, algorithm!, value!))
      },
      'ERR_CMS_ATTRIBUTE_EMPTY',
    ],
    [
      'an attribute of three fields',
      () => {
        const [version, sid, digest, , algorithm, value] = parts()
        const odd = der.explicit(
          0,
          der.sequence(der.oid('1.2.3'), der.setOf(der.nullValue()), der.nullValue()),
        )
        return around(der.sequence(version!, sid!, digest!, odd, algorithm!, value!))
      },
      'ERR_ASN1_STRUCTURE',
    ],
    ['zeros behind it', () => new Uint8Array([...cms, 0, 0]), 'ERR_DER_TRAILING_DATA'],
    ['its last octet missing', () => cms.subarray(0, -1), 'ERR_DER_TRUNCATED'],
  ])('%s is refused', (_what, build, code) => {
    expect(codeOf(() => parseSignedData(build()))).toBe(code)
  })

  it('256 signers are read', () => {
    expect(parseSignedData(around(...Array(256).fill(infoFields()))).signerInfos).toHaveLength(256)
  })

  it('any octet changed: read or refused with a code', () => {
    for (let at = 0; at < cms.length; at += 3) {
      const bytes = new Uint8Array(cms)
      bytes[at]! ^= 0x81
      expect(String(codeOf(() => parseSignedData(bytes)))).toMatch(/^(accepted|ERR_)/)
    }
  })

  it('a million tiny attributes are refused quickly', () => {
    const many = new Uint8Array(2_000_000).map((_octet, i) => (i % 2 ? 0 : 0x30))
    const [version, sid, digest, , algorithm, value] = parts()
    const bytes = around(der.sequence(version!, sid!, digest!, der.explicit(0, many), algorithm!, value!))
    const started = performance.now()
    expect(codeOf(() => parseSignedData(bytes))).toBe('ERR_DER_NODES')
    expect(performance.now() - started).toBeLessThan(2000)
  })

  it('content of a million segments is refused quickly', () => {
    const segments = new Uint8Array(2_000_000).map((_octet, i) => (i % 2 ? 0 : 0x04))
    const octets = new Uint8Array([0x24, 0x80, ...segments.subarray(0, 1_000_000), 0, 0])
    const bytes = wrap(
      der.integer(1),
      der.setOf(),
      der.sequence(der.oid(DATA), der.explicit(0, octets)),
      der.setOf(),
    )
    const started = performance.now()
    expect(codeOf(() => parseSignedData(bytes))).toBe('ERR_DER_NODES')
    expect(performance.now() - started).toBeLessThan(2000)
  })
})
