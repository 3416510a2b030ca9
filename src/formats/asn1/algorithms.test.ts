import { describe, expect, it } from 'vitest'
import { der, parseDer, readOid, readSequence } from '../der/index.ts'
import {
  decodeSignatureAlgorithm,
  encodePssParameters,
  encodeSignatureAlgorithm,
} from './algorithm-identifier.ts'
import { algorithmName, algorithmUse, type SignatureAlgorithm } from './algorithms.ts'
import {
  createDigest,
  type DigestName,
  decodeDigestAlgorithm,
  digestBytes,
  digestLength,
  digestNames,
  digestUse,
  encodeDigestAlgorithm,
  encodeDigestAlgorithmWithNull,
} from './digests.ts'

const codeOf = (action: () => unknown): unknown => {
  try {
    return ['accepted', action()]
  } catch (error) {
    return (error as { code?: unknown }).code
  }
}
const NIST = '2.16.840.1.101.3.4.3'
const pss = (digest: DigestName, saltLength: number, mgfDigest = digest): SignatureAlgorithm => ({
  scheme: 'rsa-pss',
  digest,
  mgfDigest,
  saltLength,
})
const decode = (bytes: Uint8Array, digest?: DigestName): SignatureAlgorithm =>
  decodeSignatureAlgorithm(parseDer(bytes), digest)
const oidOf = (bytes: Uint8Array): string => readOid(readSequence(parseDer(bytes))[0]!)

/** Written by hand from the RFCs, so that a slip in the table shows. */
const rows: readonly (readonly [string, SignatureAlgorithm, string, 'sign' | 'verify' | 'name'])[] = [
  ['1.2.840.113549.1.1.4', { scheme: 'rsa-pkcs1', digest: 'md5' }, 'RSASSA-PKCS1-v1_5 MD5', 'name'],
  ['1.2.840.113549.1.1.5', { scheme: 'rsa-pkcs1', digest: 'sha1' }, 'RSASSA-PKCS1-v1_5 SHA-1', 'verify'],
  ['1.2.840.113549.1.1.14', { scheme: 'rsa-pkcs1', digest: 'sha224' }, 'RSASSA-PKCS1-v1_5 SHA-224', 'verify'],
  ['1.2.840.113549.1.1.11', { scheme: 'rsa-pkcs1', digest: 'sha256' }, 'RSASSA-PKCS1-v1_5 SHA-256', 'sign'],
  ['1.2.840.113549.1.1.12', { scheme: 'rsa-pkcs1', digest: 'sha384' }, 'RSASSA-PKCS1-v1_5 SHA-384', 'sign'],
  ['1.2.840.113549.1.1.13', { scheme: 'rsa-pkcs1', digest: 'sha512' }, 'RSASSA-PKCS1-v1_5 SHA-512', 'sign'],
  [
    '1.2.840.113549.1.1.15',
    { scheme: 'rsa-pkcs1', digest: 'sha512-224' },
    'RSASSA-PKCS1-v1_5 SHA-512/224',
    'verify',
  ],
  [
    '1.2.840.113549.1.1.16',
    { scheme: 'rsa-pkcs1', digest: 'sha512-256' },
    'RSASSA-PKCS1-v1_5 SHA-512/256',
    'verify',
  ],
  [`${NIST}.13`, { scheme: 'rsa-pkcs1', digest: 'sha3-224' }, 'RSASSA-PKCS1-v1_5 SHA3-224', 'verify'],
  [`${NIST}.14`, { scheme: 'rsa-pkcs1', digest: 'sha3-256' }, 'RSASSA-PKCS1-v1_5 SHA3-256', 'sign'],
  [`${NIST}.15`, { scheme: 'rsa-pkcs1', digest: 'sha3-384' }, 'RSASSA-PKCS1-v1_5 SHA3-384', 'sign'],
  [`${NIST}.16`, { scheme: 'rsa-pkcs1', digest: 'sha3-512' }, 'RSASSA-PKCS1-v1_5 SHA3-512', 'sign'],
  ['1.2.840.113549.1.1.10', pss('sha256', 32), 'RSASSA-PSS SHA-256', 'sign'],
  ['1.2.840.113549.1.1.10', pss('sha3-512', 64), 'RSASSA-PSS SHA3-512', 'sign'],
  ['1.2.840.113549.1.1.10', pss('sha256', 32, 'sha1'), 'RSASSA-PSS SHA-256 (MGF1 SHA-1)', 'verify'],
  ['1.2.840.113549.1.1.10', pss('sha1', 20), 'RSASSA-PSS SHA-1', 'verify'],
  ['1.2.840.113549.1.1.10', pss('md5', 16), 'RSASSA-PSS MD5', 'name'],
  ['1.2.840.113549.1.1.10', pss('sha256', 32, 'md5'), 'RSASSA-PSS SHA-256 (MGF1 MD5)', 'name'],
  ['1.2.840.10045.4.1', { scheme: 'ecdsa', digest: 'sha1' }, 'ECDSA SHA-1', 'verify'],
  ['1.2.840.10045.4.3.1', { scheme: 'ecdsa', digest: 'sha224' }, 'ECDSA SHA-224', 'verify'],
  ['1.2.840.10045.4.3.2', { scheme: 'ecdsa', digest: 'sha256' }, 'ECDSA SHA-256', 'sign'],
  ['1.2.840.10045.4.3.3', { scheme: 'ecdsa', digest: 'sha384' }, 'ECDSA SHA-384', 'sign'],
  ['1.2.840.10045.4.3.4', { scheme: 'ecdsa', digest: 'sha512' }, 'ECDSA SHA-512', 'sign'],
  [`${NIST}.9`, { scheme: 'ecdsa', digest: 'sha3-224' }, 'ECDSA SHA3-224', 'verify'],
  [`${NIST}.10`, { scheme: 'ecdsa', digest: 'sha3-256' }, 'ECDSA SHA3-256', 'sign'],
  [`${NIST}.11`, { scheme: 'ecdsa', digest: 'sha3-384' }, 'ECDSA SHA3-384', 'sign'],
  [`${NIST}.12`, { scheme: 'ecdsa', digest: 'sha3-512' }, 'ECDSA SHA3-512', 'sign'],
  ['1.2.840.10040.4.3', { scheme: 'dsa', digest: 'sha1' }, 'DSA SHA-1', 'verify'],
  [`${NIST}.1`, { scheme: 'dsa', digest: 'sha224' }, 'DSA SHA-224', 'verify'],
  [`${NIST}.2`, { scheme: 'dsa', digest: 'sha256' }, 'DSA SHA-256', 'verify'],
  [`${NIST}.3`, { scheme: 'dsa', digest: 'sha384' }, 'DSA SHA-384', 'verify'],
  [`${NIST}.4`, { scheme: 'dsa', digest: 'sha512' }, 'DSA SHA-512', 'verify'],
  [`${NIST}.5`, { scheme: 'dsa', digest: 'sha3-224' }, 'DSA SHA3-224', 'verify'],
  [`${NIST}.6`, { scheme: 'dsa', digest: 'sha3-256' }, 'DSA SHA3-256', 'verify'],
  [`${NIST}.7`, { scheme: 'dsa', digest: 'sha3-384' }, 'DSA SHA3-384', 'verify'],
  [`${NIST}.8`, { scheme: 'dsa', digest: 'sha3-512' }, 'DSA SHA3-512', 'verify'],
  ['1.3.101.112', { scheme: 'ed25519' }, 'Ed25519', 'sign'],
  ['1.3.101.113', { scheme: 'ed448' }, 'Ed448', 'verify'],
]

describe('signature algorithms', () => {
  it.each(rows)('%s is %j: written, read back, named, known for its use', (oid, algorithm, name, use) => {
    const bytes = encodeSignatureAlgorithm(algorithm)
    expect(oidOf(bytes)).toBe(oid)
    expect(decode(bytes)).toEqual(algorithm)
    expect(algorithmName(algorithm)).toBe(name)
    expect(algorithmUse(algorithm)).toBe(use)
  })

  it.each([
    ['1.3.14.3.2.29', { scheme: 'rsa-pkcs1', digest: 'sha1' }],
    ['1.3.14.3.2.27', { scheme: 'dsa', digest: 'sha1' }],
  ])('the older OID %s is read but not written', (oid, algorithm) => {
    const read = decode(der.sequence(der.oid(oid)))
    expect(read).toEqual(algorithm)
    expect(oidOf(encodeSignatureAlgorithm(read))).not.toBe(oid)
  })

  it('parameters are NULL for RSASSA-PKCS1-v1_5 alone, absent elsewhere', () => {
    const parametersOf = (algorithm: SignatureAlgorithm) =>
      readSequence(parseDer(encodeSignatureAlgorithm(algorithm)))[1]?.bytes
    expect(parametersOf({ scheme: 'rsa-pkcs1', digest: 'sha3-256' })).toEqual(der.nullValue())
    expect(parametersOf({ scheme: 'ecdsa', digest: 'sha256' })).toBeUndefined()
    expect(parametersOf({ scheme: 'ed25519' })).toBeUndefined()
  })

  it('absent parameters of RSASSA-PKCS1-v1_5 are read as NULL', () => {
    expect(decode(der.sequence(der.oid('1.2.840.113549.1.1.11')))).toEqual({
      scheme: 'rsa-pkcs1',
      digest: 'sha256',
    })
  })

  it.each([
    ['ECDSA', '1.2.840.10045.4.3.2', der.nullValue()],
    ['Ed25519', '1.3.101.112', der.nullValue()],
    ['DSA', '1.2.840.10040.4.3', der.nullValue()],
    ['RSASSA-PKCS1-v1_5 with an OID', '1.2.840.113549.1.1.11', der.oid('1.2.3')],
    ['RSASSA-PSS with NULL', '1.2.840.113549.1.1.10', der.octetString(new Uint8Array())],
  ])('%s: parameters of another kind are refused', (_what, oid, parameters) => {
    expect(codeOf(() => decode(der.sequence(der.oid(oid), parameters)))).toMatch(
      /ERR_ALGORITHM_PARAMETERS|ERR_DER_UNEXPECTED_TAG/,
    )
  })

  it.each(['1.2.840.10045.4.3.2', '0.4.0.127.0.7.1.1.4.1.3'])(
    'ECDSA %s with NULL is read in a SignerInfo, and nowhere else (RFC 5753, 7.1.3)',
    (oid) => {
      const bytes = der.sequence(der.oid(oid), der.nullValue())
      expect(decodeSignatureAlgorithm(parseDer(bytes), 'sha256')).toMatchObject({ digest: 'sha256' })
      expect(codeOf(() => decodeSignatureAlgorithm(parseDer(bytes)))).toBe('ERR_ALGORITHM_PARAMETERS')
      const other = der.sequence(der.oid(oid), der.integer(1))
      expect(codeOf(() => decodeSignatureAlgorithm(parseDer(other), 'sha256'))).toBe(
        'ERR_ALGORITHM_PARAMETERS',
      )
    },
  )

  it('plain ECDSA may name its curve', () => {
    const bytes = der.sequence(der.oid('0.4.0.127.0.7.1.1.4.1.4'), der.oid('1.3.36.3.3.2.8.1.1.11'))
    expect(decode(bytes)).toEqual({ scheme: 'ecdsa-plain', digest: 'sha384' })
  })

  it('RSASSA-PSS without parameters is refused: a signature always names them', () => {
    expect(codeOf(() => decode(der.sequence(der.oid('1.2.840.113549.1.1.10'))))).toBe(
      'ERR_ALGORITHM_PARAMETERS',
    )
  })

  it.each([
    ['1.2.840.113549.1.1.2', 'RSASSA-PKCS1-v1_5 MD2'],
    ['1.2.156.10197.1.501', 'SM2 SM3'],
    [`${NIST}.18`, 'ML-DSA-65'],
    ['1.2.3.4', '1.2.3.4'],
  ])('%s is refused by the name %s', (oid, algorithm) => {
    expect(() => decode(der.sequence(der.oid(oid)))).toThrow(
      expect.objectContaining({ code: 'ERR_ALGORITHM_UNSUPPORTED', details: { algorithm } }),
    )
  })

  it('SHAKE256 has no OID with ECDSA here', () => {
    const algorithm = { scheme: 'ecdsa', digest: 'shake256' } as const
    expect(codeOf(() => encodeSignatureAlgorithm(algorithm))).toBe('ERR_ALGORITHM_UNSUPPORTED')
    expect(algorithmUse(algorithm)).toBe('name')
  })

  it.each([
    ['1.2.840.113549.1.1.1', { scheme: 'rsa-pkcs1', digest: 'sha384' }],
    ['1.2.840.10045.2.1', { scheme: 'ecdsa', digest: 'sha384' }],
    ['1.2.840.10040.4.1', { scheme: 'dsa', digest: 'sha384' }],
  ])(
    "the key algorithm %s is completed by SignerInfo's digest, and refused without one",
    (oid, algorithm) => {
      const bytes = der.sequence(der.oid(oid), der.nullValue())
      expect(decode(bytes, 'sha384')).toEqual(algorithm)
      expect(codeOf(() => decode(bytes))).toBe('ERR_ALGORITHM_UNSUPPORTED')
    },
  )

  it.each([
    ['empty', der.sequence()],
    ['three fields', der.sequence(der.oid('1.3.101.112'), der.nullValue(), der.nullValue())],
  ])('an AlgorithmIdentifier with %s is refused', (_what, bytes) => {
    expect(codeOf(() => decode(bytes))).toBe('ERR_ASN1_STRUCTURE')
  })
})

describe('RSASSA-PSS parameters', () => {
  const identifier = (...fields: Uint8Array[]) =>
    der.sequence(der.oid('1.2.840.113549.1.1.10'), der.sequence(...fields))
  const mgf = (digest: DigestName, oid = '1.2.840.113549.1.1.8') =>
    der.explicit(1, der.sequence(der.oid(oid), encodeDigestAlgorithm(digest)))

  it('the defaults are SHA-1, MGF1 with SHA-1 and 20, and are not written', () => {
    expect(encodePssParameters({ digest: 'sha1', mgfDigest: 'sha1', saltLength: 20 })).toEqual(der.sequence())
    expect(decode(identifier())).toEqual(pss('sha1', 20))
  })

  it('written as RFC 4055 has them: NULL in the digests, no trailer field', () => {
    expect(
      Buffer.from(encodePssParameters({ digest: 'sha256', mgfDigest: 'sha256', saltLength: 32 })).toString(
        'hex',
      ),
    ).toBe(
      '3034a00f300d06096086480165030402010500a11c301a06092a864886f70d010108300d06096086480165030402010500a203020120',
    )
  })

  it('defaults that are spelled out are read', () => {
    const bytes = identifier(
      der.explicit(0, encodeDigestAlgorithmWithNull('sha1')),
      mgf('sha1'),
      der.explicit(2, der.integer(20)),
      der.explicit(3, der.integer(1)),
    )
    expect(decode(bytes)).toEqual(pss('sha1', 20))
  })

  it.each([
    ['another trailer field', [der.explicit(3, der.integer(2))], 'ERR_ALGORITHM_PARAMETERS'],
    ['a negative salt', [der.explicit(2, der.integer(-1))], 'ERR_ALGORITHM_PARAMETERS'],
    ['a salt no key can hold', [der.explicit(2, der.integer(2049))], 'ERR_ALGORITHM_PARAMETERS'],
    ['fields out of order', [der.explicit(2, der.integer(32)), mgf('sha256')], 'ERR_ALGORITHM_PARAMETERS'],
    ['a field twice', [mgf('sha256'), mgf('sha256')], 'ERR_ALGORITHM_PARAMETERS'],
    ['a field that does not exist', [der.explicit(4, der.integer(1))], 'ERR_ALGORITHM_PARAMETERS'],
    ['a field without contents', [der.explicit(0)], 'ERR_ALGORITHM_PARAMETERS'],
    [
      'a digest the table lacks',
      [der.explicit(0, der.sequence(der.oid('1.2.3')))],
      'ERR_ALGORITHM_UNSUPPORTED',
    ],
    [
      'a mask generation other than MGF1',
      [mgf('sha256', '1.2.840.113549.1.1.9')],
      'ERR_ALGORITHM_UNSUPPORTED',
    ],
    [
      'MGF1 without its digest',
      [der.explicit(1, der.sequence(der.oid('1.2.840.113549.1.1.8')))],
      'ERR_ALGORITHM_PARAMETERS',
    ],
  ])('%s is refused', (_what, fields, code) => {
    expect(codeOf(() => decode(identifier(...fields)))).toBe(code)
  })
})

describe('digests', () => {
  it.each(digestNames)('%s: length and encoding agree', (name) => {
    expect(digestBytes(name, Buffer.from('hồ '), Buffer.from('sơ'))).toHaveLength(digestLength(name))
    expect(createDigest(name).update('hồ sơ').digest()).toEqual(digestBytes(name, Buffer.from('hồ sơ')))
    expect(decodeDigestAlgorithm(parseDer(encodeDigestAlgorithm(name)))).toBe(name)
    expect(decodeDigestAlgorithm(parseDer(encodeDigestAlgorithmWithNull(name)))).toBe(name)
  })

  it('six may be signed with', () => {
    expect(digestNames.filter((name) => digestUse(name) === 'sign')).toEqual([
      ...['sha256', 'sha384', 'sha512', 'sha3-256', 'sha3-384', 'sha3-512'],
    ])
  })

  it('an encoding that was given out and changed does not change the next', () => {
    encodeDigestAlgorithm('sha256').fill(0)
    expect(decodeDigestAlgorithm(parseDer(encodeDigestAlgorithm('sha256')))).toBe('sha256')
  })

  it.each([
    ['an unknown OID', der.sequence(der.oid('1.2.3')), 'ERR_ALGORITHM_UNSUPPORTED'],
    [
      'parameters other than NULL',
      der.sequence(der.oid('1.3.14.3.2.26'), der.integer(1)),
      'ERR_ALGORITHM_PARAMETERS',
    ],
    ['no OID', der.sequence(), 'ERR_ASN1_STRUCTURE'],
    ['an OID alone', der.oid('1.3.14.3.2.26'), 'ERR_DER_UNEXPECTED_TAG'],
  ])('%s is refused', (_what, bytes, code) => {
    expect(codeOf(() => decodeDigestAlgorithm(parseDer(bytes)))).toBe(code)
  })
})
