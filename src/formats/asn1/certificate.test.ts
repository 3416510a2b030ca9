import { randomBytes, X509Certificate } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { buildPki, chainOf, entityOf, type Pki, quickKeys, testPki } from '../../test-certs/index.ts'
import { der, parseDer } from '../der/index.ts'
import type { SignatureAlgorithm } from './algorithms.ts'
import { type Certificate, parseCertificate } from './certificate.ts'
import { encodeName, formatName } from './name.ts'
import { verifySignature } from './public-key/verify.ts'
import { encodeTbsCertificate } from './tbs-certificate.ts'

let pki: Pki
beforeAll(async () => {
  pki = await buildPki(testPki, {
    clock: () => new Date('2026-03-15T10:20:30.456Z'),
    random: (n) => randomBytes(n),
    keys: quickKeys,
    only: ['doctor-01', 'seal-a', 'tsa', 'ocsp', 'doctor-ed25519'],
  })
})

const codeOf = (action: () => unknown): unknown => {
  try {
    return ['accepted', action()]
  } catch (error) {
    return (error as { code?: unknown }).code
  }
}

describe('certificates of the test PKI', () => {
  it('a doctor: everything its extensions say', () => {
    const doctor = entityOf(pki, 'doctor-01').certificate
    expect(doctor).toMatchObject({
      version: 3,
      basicConstraints: { ca: false, pathLength: null },
      keyUsage: ['digitalSignature', 'nonRepudiation'],
      extKeyUsage: ['1.3.6.1.5.5.7.3.2', '1.3.6.1.5.5.7.3.4'],
      crlUrls: ['http://127.0.0.1:1/crl/public-ca.crl'],
      ocspUrls: ['http://127.0.0.1:1/ocsp'],
      issuerUrls: ['http://127.0.0.1:1/ca/public-ca.cer'],
      notBefore: new Date('2026-02-13T10:20:30Z'),
    })
    expect(formatName(doctor.subject)).toContain('CN=BÁC SĨ THỬ NGHIỆM 01,UID=CCCD:000000000001')
    expect(doctor.authorityKeyIdentifier?.keyIdentifier).toEqual(
      entityOf(pki, 'public-ca').certificate.subjectKeyIdentifier,
    )
  })

  it('a CA: path length and usage', () => {
    const ca = entityOf(pki, 'public-ca').certificate
    expect(ca.basicConstraints).toEqual({ ca: true, pathLength: 0 })
    expect(ca.keyUsage).toEqual(['keyCertSign', 'cRLSign'])
    expect(ca.ocspUrls).toEqual([])
    expect(entityOf(pki, 'national-root').certificate.basicConstraints).toEqual({
      ca: true,
      pathLength: null,
    })
  })

  it('agree with node:crypto on serial number, fingerprint, dates and key', () => {
    for (const { certificate } of pki.entities.values()) {
      const node = new X509Certificate(certificate.der)
      expect(certificate.serialHex).toBe(node.serialNumber.toLowerCase())
      expect(certificate.sha256).toBe(node.fingerprint256.replaceAll(':', '').toLowerCase())
      expect(certificate.notAfter.getTime()).toBe(Date.parse(node.validTo))
      expect(certificate.keyObject.equals(node.publicKey)).toBe(true)
    }
  })

  it('verify with their issuers, and with nobody else', () => {
    for (const name of pki.entities.keys()) {
      const [certificate, issuer = certificate] = chainOf(pki, name) as [Certificate, Certificate?]
      const verify = (by: Certificate) =>
        verifySignature(
          by.publicKey,
          certificate.signatureAlgorithm,
          certificate.tbs,
          certificate.signatureValue,
        )
      expect([name, verify(issuer)]).toEqual([name, true])
      expect(verify(entityOf(pki, 'tsa').certificate)).toBe(false)
    }
  })

  it('key and digests are made once', () => {
    const { certificate } = entityOf(pki, 'doctor-01')
    expect(certificate.keyObject).toBe(certificate.keyObject)
  })
})

describe('made by hand', () => {
  const sha256Rsa: SignatureAlgorithm = { scheme: 'rsa-pkcs1', digest: 'sha256' }
  const algorithm = der.sequence(der.oid('1.2.840.113549.1.1.11'), der.nullValue())
  const name = encodeName([[{ oid: '2.5.4.3', value: 'BÁC SĨ THỬ NGHIỆM 01' }]])
  const validity = der.sequence(
    der.time(new Date('2026-01-01T00:00:00Z')),
    der.time(new Date('2027-01-01T00:00:00Z')),
  )
  const publicKey = der.sequence(der.sequence(der.oid('1.2.3')), der.bitString(new Uint8Array(4)))
  const sign = (tbs: Uint8Array, outer = algorithm, value = der.bitString(new Uint8Array(8))) =>
    der.sequence(tbs, outer, value)

  interface Parts {
    version?: Uint8Array[]
    serial?: Uint8Array
    validity?: Uint8Array
    subject?: Uint8Array
    publicKey?: Uint8Array
    more?: Uint8Array[]
  }
  const v3 = [der.explicit(0, der.integer(2))]
  const tbsOf = (parts: Parts = {}) =>
    der.sequence(
      ...(parts.version ?? v3),
      parts.serial ?? der.integer(5),
      algorithm,
      name,
      parts.validity ?? validity,
      parts.subject ?? name,
      parts.publicKey ?? publicKey,
      ...(parts.more ?? []),
    )
  const extension = (oid: string, value: Uint8Array, ...critical: Uint8Array[]) =>
    der.sequence(der.oid(oid), ...critical, der.octetString(value))
  const withExtensions = (...extensions: Uint8Array[]) =>
    sign(tbsOf({ more: [der.explicit(3, der.sequence(...extensions))] }))

  it('the least there may be is read; keys nobody knows are refused only when asked for', () => {
    const certificate = parseCertificate(sign(tbsOf({ version: [] })))
    expect(certificate).toMatchObject({ version: 1, extensions: [], crlUrls: [], serialHex: '05' })
    expect(certificate.keyUsage).toBeUndefined()
    expect(codeOf(() => certificate.keyObject)).toBe('ERR_KEY_UNREADABLE')
  })

  it('an unknown signature algorithm is refused only when asked for', () => {
    const unknown = der.sequence(der.oid('1.2.840.113549.1.1.2'), der.nullValue())
    const tbs = der.sequence(...v3, der.integer(5), unknown, name, validity, name, publicKey)
    const certificate = parseCertificate(sign(tbs, unknown))
    expect(codeOf(() => certificate.signatureAlgorithm)).toBe('ERR_ALGORITHM_UNSUPPORTED')
  })

  it.each([
    [der.integer(Uint8Array.of(0xff, 1)), 'ff01'],
    [der.integer(0), '00'],
    [der.integer(-1), 'ff'],
  ])('serial number %# is read as %s', (serial, hex) => {
    expect(parseCertificate(sign(tbsOf({ serial }))).serialHex).toBe(hex)
  })

  it('unique identifiers of version 2 are passed over', () => {
    const more = [
      der.implicit(1, der.bitString(Uint8Array.of(1))),
      der.implicit(2, der.bitString(Uint8Array.of(2))),
    ]
    expect(parseCertificate(sign(tbsOf({ version: [der.explicit(0, der.integer(1))], more }))).version).toBe(
      2,
    )
  })

  it.each([
    ['version 4', sign(tbsOf({ version: [der.explicit(0, der.integer(3))] })), 'ERR_CERTIFICATE_VERSION'],
    ['version 0', sign(tbsOf({ version: [der.explicit(0, der.integer(-1))] })), 'ERR_CERTIFICATE_VERSION'],
    [
      'extensions in version 1',
      sign(
        tbsOf({ version: [], more: [der.explicit(3, der.sequence(extension('1.2.3', der.nullValue())))] }),
      ),
      'ERR_CERTIFICATE_VERSION',
    ],
    [
      'unique identifiers in version 1',
      sign(tbsOf({ version: [], more: [der.implicit(1, der.bitString(Uint8Array.of(1)))] })),
      'ERR_CERTIFICATE_VERSION',
    ],
    ['an empty version', sign(tbsOf({ version: [der.explicit(0)] })), 'ERR_ASN1_STRUCTURE'],
    [
      'another algorithm outside than inside',
      sign(tbsOf(), der.sequence(der.oid('1.2.840.113549.1.1.12'), der.nullValue())),
      'ERR_CERTIFICATE_ALGORITHM_MISMATCH',
    ],
    [
      'the same algorithm with other parameters',
      sign(tbsOf(), der.sequence(der.oid('1.2.840.113549.1.1.11'))),
      'ERR_CERTIFICATE_ALGORITHM_MISMATCH',
    ],
    ['no value', der.sequence(tbsOf(), algorithm), 'ERR_ASN1_STRUCTURE'],
    [
      'a fourth field',
      der.sequence(tbsOf(), algorithm, der.bitString(new Uint8Array(8)), der.nullValue()),
      'ERR_ASN1_STRUCTURE',
    ],
    ['one date', sign(tbsOf({ validity: der.sequence(der.time(new Date(0))) })), 'ERR_ASN1_STRUCTURE'],
    [
      'a date that is none',
      sign(tbsOf({ validity: der.sequence(der.nullValue(), der.nullValue()) })),
      'ERR_DER_UNEXPECTED_TAG',
    ],
    [
      'a serial number that is not minimal',
      sign(tbsOf({ serial: der.tlv(2, Uint8Array.of(0, 1)) })),
      'ERR_DER_INTEGER',
    ],
    ['no serial number', sign(tbsOf({ serial: new Uint8Array() })), 'ERR_ASN1_STRUCTURE'],
    ['a subject that is no name', sign(tbsOf({ subject: der.setOf() })), 'ERR_DER_UNEXPECTED_TAG'],
    ['a key that is no SEQUENCE', sign(tbsOf({ publicKey: der.nullValue() })), 'ERR_DER_UNEXPECTED_TAG'],
    ['fields behind the extensions', sign(tbsOf({ more: [der.nullValue()] })), 'ERR_ASN1_STRUCTURE'],
    ['empty extensions', withExtensions(), 'ERR_ASN1_STRUCTURE'],
    [
      'extensions twice',
      sign(
        tbsOf({ more: Array(2).fill(der.explicit(3, der.sequence(extension('1.2.3', der.nullValue())))) }),
      ),
      'ERR_ASN1_STRUCTURE',
    ],
    [
      'an extension twice',
      withExtensions(extension('1.2.3', der.nullValue()), extension('1.2.3', der.integer(1))),
      'ERR_CERTIFICATE_EXTENSION_DUPLICATE',
    ],
    ['an extension without a value', withExtensions(der.sequence(der.oid('1.2.3'))), 'ERR_ASN1_STRUCTURE'],
    [
      'an extension with a BOOLEAN that is not DER',
      withExtensions(extension('1.2.3', der.nullValue(), Uint8Array.of(1, 1, 1))),
      'ERR_DER_BOOLEAN',
    ],
    ['bytes behind it', new Uint8Array([...sign(tbsOf()), 0]), 'ERR_DER_TRAILING_DATA'],
    ['nothing', new Uint8Array(), 'ERR_DER_TRUNCATED'],
  ])('%s is refused', (_what, bytes, code) => {
    expect(codeOf(() => parseCertificate(bytes))).toBe(code)
  })

  it('a value of part octets is read as none, which nothing verifies', () => {
    const value = der.bitString(Uint8Array.of(2), 1)
    expect(parseCertificate(sign(tbsOf(), algorithm, value)).signatureValue).toHaveLength(0)
  })

  it('BER is refused', () => {
    const bytes = sign(tbsOf())
    const ber = new Uint8Array([0x30, 0x80, ...parseDer(bytes).content, 0, 0])
    expect(codeOf(() => parseCertificate(ber))).toBe('ERR_DER_LENGTH')
  })

  it.each([
    [
      'basicConstraints: a path length below zero',
      '2.5.29.19',
      der.sequence(der.boolean(true), der.integer(-1)),
    ],
    ['basicConstraints: fields out of order', '2.5.29.19', der.sequence(der.integer(1), der.boolean(true))],
    ['basicConstraints: no SEQUENCE', '2.5.29.19', der.boolean(true)],
    ['keyUsage: an OCTET STRING', '2.5.29.15', der.octetString(Uint8Array.of(3))],
    ['keyUsage: unused bits that are set', '2.5.29.15', Uint8Array.of(3, 2, 5, 0xff)],
    ['extKeyUsage: no OIDs', '2.5.29.37', der.sequence(der.integer(1))],
    ['subjectKeyIdentifier: an INTEGER', '2.5.29.14', der.integer(1)],
    [
      'authorityKeyIdentifier: a field twice',
      '2.5.29.35',
      der.sequence(...Array(2).fill(Uint8Array.of(0x80, 0))),
    ],
    [
      'authorityKeyIdentifier: a field that does not exist',
      '2.5.29.35',
      der.sequence(Uint8Array.of(0x83, 0)),
    ],
    ['cRLDistributionPoints: none', '2.5.29.31', der.sequence()],
    [
      'authorityInfoAccess: a method without a place',
      '1.3.6.1.5.5.7.1.1',
      der.sequence(der.sequence(der.oid('1.2.3'))),
    ],
    [
      'authorityInfoAccess: a URI beyond ASCII',
      '1.3.6.1.5.5.7.1.1',
      der.sequence(der.sequence(der.oid('1.3.6.1.5.5.7.48.1'), der.tlv(0x86, Uint8Array.of(0xe9)))),
    ],
    ['bytes behind the value', '2.5.29.14', new Uint8Array([...der.octetString(new Uint8Array()), 0])],
  ])('%s: the certificate is refused, the extension named', (_what, oid, value) => {
    expect(() => parseCertificate(withExtensions(extension(oid, value)))).toThrow(
      expect.objectContaining({ code: 'ERR_CERTIFICATE_EXTENSION', details: { oid } }),
    )
  })

  it.each([
    ['critical FALSE spelled out', extension('1.2.3', der.nullValue(), der.boolean(false)), false],
    ['critical TRUE', extension('1.2.3', Uint8Array.of(0xff), der.boolean(true)), true],
  ])('%s is read; what an unknown extension holds is not looked at', (_what, bytes, critical) => {
    expect(parseCertificate(withExtensions(bytes)).extensions[0]!.critical).toBe(critical)
  })

  it('decipherOnly, the ninth bit, is read', () => {
    const usage = extension('2.5.29.15', der.bitString(Uint8Array.of(0x08, 0x80), 7))
    expect(parseCertificate(withExtensions(usage)).keyUsage).toEqual(['keyAgreement', 'decipherOnly'])
  })

  it('CRL places that are no URI, are relative or only for some reasons are passed over', () => {
    const uri = der.implicit(6, der.ia5String('http://a/b.crl'))
    const full = der.explicit(0, der.explicit(0, uri, der.implicit(2, der.ia5String('host'))))
    const points = extension(
      '2.5.29.31',
      der.sequence(
        der.sequence(full),
        der.sequence(full, der.implicit(1, der.bitString(Uint8Array.of(0x40), 6))),
        der.sequence(der.explicit(0, der.explicit(1))),
        der.sequence(der.explicit(2, der.explicit(4, name))),
      ),
    )
    expect(parseCertificate(withExtensions(points)).crlUrls).toEqual(['http://a/b.crl'])
  })

  it('encodeTbsCertificate writes what parseCertificate reads, dates from 2050 on as GeneralizedTime', () => {
    const tbs = encodeTbsCertificate({
      serialNumber: Uint8Array.of(0x80, 1),
      signatureAlgorithm: sha256Rsa,
      issuer: name,
      notBefore: new Date('2026-01-01T00:00:00.999Z'),
      notAfter: new Date('2051-01-01T00:00:00.999Z'),
      subject: name,
      publicKey,
      extensions: [],
    })
    const certificate = parseCertificate(sign(tbs))
    expect(certificate).toMatchObject({
      version: 1,
      serialHex: '8001',
      notBefore: new Date('2026-01-01T00:00:00Z'),
      notAfter: new Date('2051-01-01T00:00:00Z'),
      signatureAlgorithm: sha256Rsa,
    })
    expect(Buffer.from(tbs).includes('20510101000000Z')).toBe(true)
  })

  it('any octet changed: read or refused with a code', () => {
    const sound = entityOf(pki, 'doctor-01').certificate.der
    for (let at = 0; at < sound.length; at += 3) {
      const bytes = new Uint8Array(sound)
      bytes[at]! ^= 0x55
      expect(String(codeOf(() => parseCertificate(bytes)))).toMatch(/^(accepted|ERR_)/)
    }
  })
})
