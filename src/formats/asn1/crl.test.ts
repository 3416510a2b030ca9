import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  buildCrl,
  buildPki,
  type CrlEntryInput,
  type CrlInput,
  certificateIssuer,
  deltaCrlIndicator,
  entityOf,
  issuingDistributionPoint,
  privateKeyOf,
  quickKeys,
  testPki,
  unknownCriticalExtension,
} from '../../test-certs/index.ts'
import {
  type Crl,
  concat,
  der,
  hasSerialAt,
  parseCrl,
  parseDer,
  readCrlEntries,
  readCrlEntry,
  readCrlTimes,
  readSequence,
  walkCrlEntries,
} from '../index.ts'

const at = new Date('2026-03-15T10:00:00Z')
let input: CrlInput
const entry = (serial: number | Uint8Array, ...extensions: Uint8Array[]): CrlEntryInput => ({
  serialNumber: serial instanceof Uint8Array ? serial : Uint8Array.of(serial),
  revocation: { at, reason: 'unspecified' },
  ...(extensions.length > 0 && { extensions }),
})
const ext = (oid: string, value: Uint8Array, critical = false): Uint8Array =>
  der.sequence(der.oid(oid), ...(critical ? [der.boolean(true)] : []), der.octetString(value))
const build = (overrides: Partial<CrlInput> = {}): Uint8Array => buildCrl({ ...input, ...overrides })
const codeOf = (work: () => unknown): unknown => {
  try {
    work()
    return 'accepted'
  } catch (error) {
    return (error as { code?: unknown }).code ?? error
  }
}

beforeAll(async () => {
  const clock = () => at
  const random = (n: number) => new Uint8Array(randomBytes(n))
  const pki = await buildPki(testPki, { clock, random, keys: quickKeys, only: ['public-ca'] })
  const ca = entityOf(pki, 'public-ca')
  input = {
    issuer: ca.certificate,
    key: privateKeyOf(ca),
    crlNumber: 7,
    thisUpdate: at,
    nextUpdate: new Date('2026-03-22T10:00:00Z'),
    entries: [],
  }
})

describe('a CRL', () => {
  it('is read with its head, and its bytes are kept', () => {
    const bytes = build({ entries: [entry(5), entry(6)] })
    const crl = parseCrl(bytes)
    expect(crl).toMatchObject({ kind: 'crl', version: 2, thisUpdate: at, crlNumber: 7n, entryCount: 2 })
    expect(crl.nextUpdate).toEqual(new Date('2026-03-22T10:00:00Z'))
    expect(crl.issuer.der).toEqual(input.issuer.subject.der)
    expect(crl.authorityKeyIdentifier?.keyIdentifier).toEqual(input.issuer.subjectKeyIdentifier)
    expect(crl.baseCrlNumber).toBeNull()
    expect(crl.der).toBe(bytes)
    expect(crl.signatureAlgorithm).toEqual({ scheme: 'rsa-pkcs1', digest: 'sha256' })
    expect(crl.unknownCritical).toEqual([])
  })

  it('without entries has none', () => {
    expect([...readCrlEntries(parseCrl(build()))]).toEqual([])
  })

  it('that lies within other bytes is read at its place', () => {
    const bytes = build({ entries: [entry(5)] })
    const outer = concat([new Uint8Array(100), bytes, new Uint8Array(50)])
    const crl = parseCrl(outer.subarray(100, 100 + bytes.length))
    expect([...readCrlEntries(crl)].map(({ serialNumber }) => serialNumber)).toEqual([Uint8Array.of(5)])
  })

  it('entries are read with reason, invalidity date and issuer', () => {
    const invalidityDate = new Date('2026-03-01T00:00:00Z')
    const crl = parseCrl(
      build({
        entries: [
          { serialNumber: Uint8Array.of(9), revocation: { at, reason: 'keyCompromise', invalidityDate } },
          entry(10, certificateIssuer(input.issuer.issuer.der)),
        ],
      }),
    )
    const [first, second] = [...readCrlEntries(crl)]
    expect(first).toMatchObject({
      reasonCode: 1,
      invalidityDate,
      revocationDate: at,
      certificateIssuer: null,
    })
    expect(second).toMatchObject({ reasonCode: null, certificateIssuer: [{ kind: 'directoryName' }] })
    expect(crl.namesCertificateIssuers).toBe(true)
    expect(readCrlEntry(crl, second!.offset)).toEqual(second)
  })

  it('that is not sorted is read in its order', () => {
    const crl = parseCrl(build({ entries: [entry(9), entry(3), entry(7)] }))
    expect([...readCrlEntries(crl)].map(({ serialNumber }) => serialNumber[0])).toEqual([9, 3, 7])
  })

  it('an entry tells whether it is about a serial number', () => {
    const crl = parseCrl(build({ entries: [entry(5), entry(6)] }))
    const [first, second] = [...readCrlEntries(crl)].map(({ offset }) => offset) as [number, number]
    expect(hasSerialAt(crl, first, Uint8Array.of(5))).toBe(true)
    expect(hasSerialAt(crl, second, Uint8Array.of(5))).toBe(false)
    expect(codeOf(() => hasSerialAt(crl, 0, Uint8Array.of(5)))).toBe('ERR_ASN1_STRUCTURE')
  })

  it('whose algorithm has NULL inside and nothing outside is read: both mean the same', () => {
    const [tbs, , value] = readSequence(parseDer(build()))
    const outside = der.sequence(der.oid('1.2.840.113549.1.1.11'))
    const crl = parseCrl(der.sequence(tbs!.bytes, outside, value!.bytes))
    expect(crl.signatureAlgorithm).toEqual({ scheme: 'rsa-pkcs1', digest: 'sha256' })
  })

  it('whose value is not of whole octets is read, and its value verifies with no key', () => {
    const [tbs, algorithm, value] = readSequence(parseDer(build()))
    const spoilt = value!.bytes.slice()
    const at = spoilt.length - value!.content.length
    spoilt[at] = 1
    spoilt[spoilt.length - 1]! &= 0xfe
    const crl = parseCrl(der.sequence(tbs!.bytes, algorithm!.bytes, spoilt))
    expect(crl.signatureValue).toHaveLength(0)
  })

  it('a walk ends where the visitor says so, and tells whose issuer holds', () => {
    const crl = parseCrl(
      build({
        entries: [entry(1), entry(2, certificateIssuer(input.issuer.issuer.der)), entry(3), entry(4)],
      }),
    )
    const seen: (number | null)[] = []
    walkCrlEntries(crl, ({ issuerOffset }) => {
      seen.push(issuerOffset)
      return seen.length === 3
    })
    expect(seen).toEqual([null, expect.any(Number), expect.any(Number)])
    expect(seen[1]).toBe(seen[2])
  })

  it('scope, delta, freshest CRL and expired certificates are read', () => {
    const crl = parseCrl(
      build({
        extensions: [
          deltaCrlIndicator(5),
          issuingDistributionPoint({
            uri: 'http://a.example/',
            only: 'userCerts',
            reasons: [1, 8],
            indirect: true,
          }),
          ext('2.5.29.60', der.generalizedTime(new Date('2020-01-01T00:00:00Z'))),
          ext(
            '2.5.29.46',
            der.sequence(
              der.sequence(der.explicit(0, der.explicit(0, der.implicit(6, der.ia5String('http://b/'))))),
            ),
          ),
        ],
      }),
    )
    expect(crl.baseCrlNumber).toBe(5n)
    expect(crl.expiredCertsOnCrl).toEqual(new Date('2020-01-01T00:00:00Z'))
    expect(crl.freshestCrl).toHaveLength(1)
    expect(crl.issuingDistributionPoint).toEqual({
      name: { kind: 'fullName', names: [{ kind: 'uniformResourceIdentifier', value: 'http://a.example/' }] },
      onlyContainsUserCerts: true,
      onlyContainsCACerts: false,
      onlySomeReasons: ['keyCompromise', 'aACompromise'],
      indirectCrl: true,
      onlyContainsAttributeCerts: false,
    })
  })

  it('critical extensions that nobody knows are named, of the CRL and of its entries', () => {
    const unknown = unknownCriticalExtension()
    const crl = parseCrl(build({ extensions: [unknown], entries: [entry(1), entry(2, unknown)] }))
    expect([crl.unknownCritical, crl.unknownCriticalEntry]).toEqual([['2.999.2.1'], ['2.999.2.1']])
  })

  it('what OpenSSL prints of it is what is read', () => {
    const serial = Uint8Array.from({ length: 20 }, (_, i) => i + 1)
    const bytes = build({
      entries: [{ serialNumber: serial, revocation: { at, reason: 'cessationOfOperation' } }, entry(2)],
    })
    const folder = mkdtempSync(join(tmpdir(), 'anky-crl-'))
    try {
      const file = join(folder, 'crl')
      writeFileSync(file, bytes)
      const text = String(execFileSync('openssl', ['crl', '-inform', 'DER', '-in', file, '-noout', '-text']))
      const [first] = [...readCrlEntries(parseCrl(bytes))]
      expect(text).toContain(
        `Serial Number: ${Buffer.from(first!.serialNumber).toString('hex').toUpperCase()}`,
      )
      expect(text).toContain('Cessation Of Operation')
      expect(first!.reasonCode).toBe(5)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

describe('the times of a CRL', () => {
  it('are read without its entries', () => {
    const bytes = withEntries(new Uint8Array(1000))
    expect(codeOf(() => parseCrl(bytes))).toBe('ERR_ASN1_STRUCTURE')
    expect(readCrlTimes(bytes)).toEqual({ thisUpdate: at, nextUpdate: new Date('2026-03-22T10:00:00Z') })
  })

  it.each([
    ['a CRL that is cut off', () => build().subarray(0, -1)],
    ['a CRL with more behind it', () => concat([build(), Uint8Array.of(0)])],
    ['something else', () => input.issuer.der],
  ])('of %s are not', (_what, bytes) => {
    expect(String(codeOf(() => readCrlTimes(bytes())))).toMatch(/^ERR_/)
  })
})

describe('limits', () => {
  it('of bytes: 64 MiB and one more is refused before it is looked at', () => {
    expect(codeOf(() => parseCrl(new Uint8Array(64 * 1024 * 1024 + 1)))).toBe('ERR_CRL_TOO_LARGE')
    // at the limit it is read, and found to be none
    expect(codeOf(() => parseCrl(new Uint8Array(64 * 1024 * 1024)))).toBe('ERR_DER_TAG')
  })

  it('of entries: two millions are read, one more is refused', () => {
    const count = 2_000_000
    const smallest = der.sequence(der.integer(1), der.time(at))
    const entries = Buffer.alloc(smallest.length * (count + 1), smallest)
    const whole = (length: number): Uint8Array => withEntries(entries.subarray(0, length * smallest.length))
    expect(parseCrl(whole(count)).entryCount).toBe(count)
    expect(codeOf(() => parseCrl(whole(count + 1)))).toBe('ERR_CRL_TOO_MANY_ENTRIES')
  })
})

/** A CRL, its signature wrong, whose revokedCertificates hold these octets. */
function withEntries(entries: Uint8Array): Uint8Array {
  const [tbs, algorithm, value] = readSequence(parseDer(build()))
  const fields = readSequence(tbs!).map(({ bytes }) => bytes)
  const head = fields.slice(0, 5)
  return der.sequence(
    der.sequence(...head, der.tlv(0x30, entries), fields[5]!),
    algorithm!.bytes,
    value!.bytes,
  )
}

describe('entries that are refused', () => {
  const good = (): Uint8Array => der.sequence(der.integer(1), der.time(at))
  const reason = (): Uint8Array => ext('2.5.29.21', der.enumerated(1))
  it.each<[string, () => Uint8Array]>([
    ['an entry of no length, over and over', () => Buffer.alloc(3000, Uint8Array.of(0x30, 0x00))],
    ['zero octets', () => new Uint8Array(4096)],
    ['an entry that says it is longer than what follows', () => Uint8Array.of(...good().with(1, 0x7f))],
    ['an entry of indefinite length', () => concat([Uint8Array.of(0x30, 0x80), good(), Uint8Array.of(0, 0)])],
    ['a length of five octets', () => Uint8Array.of(0x30, 0x85, 1, 0, 0, 0, 0)],
    ['a length of 4 GiB', () => Uint8Array.of(0x30, 0x84, 0xff, 0xff, 0xff, 0xff)],
    [
      'a length that is not minimal',
      () => concat([Uint8Array.of(0x30, 0x81, good().length - 2), good().subarray(2)]),
    ],
    ['a half entry at the end', () => concat([good(), good().subarray(0, 9)])],
    ['one octet at the end', () => concat([good(), Uint8Array.of(0x30)])],
    ['a serial number of no octets', () => der.sequence(der.tlv(0x02, new Uint8Array()), der.time(at))],
    [
      'a serial number that is not minimal',
      () => der.sequence(der.tlv(0x02, Uint8Array.of(0, 1)), der.time(at)),
    ],
    ['a serial number as OCTET STRING', () => der.sequence(der.octetString(Uint8Array.of(1)), der.time(at))],
    ['no date', () => der.sequence(der.integer(1))],
    ['a date in local time', () => der.sequence(der.integer(1), der.tlv(0x17, Buffer.from('260315100000+')))],
    [
      'a date that is too short',
      () => der.sequence(der.integer(1), der.tlv(0x17, Buffer.from('2603151000Z'))),
    ],
    ['extensions that hold nothing', () => der.sequence(der.integer(1), der.time(at), der.sequence())],
    [
      'something behind the extensions',
      () => der.sequence(der.integer(1), der.time(at), der.sequence(reason()), der.nullValue()),
    ],
    ['two reasons', () => der.sequence(der.integer(1), der.time(at), der.sequence(reason(), reason()))],
    [
      'an extension without a value',
      () => der.sequence(der.integer(1), der.time(at), der.sequence(der.sequence(der.oid('2.5.29.21')))),
    ],
    [
      'a critical flag of 1',
      () =>
        der.sequence(
          der.integer(1),
          der.time(at),
          der.sequence(
            der.sequence(der.oid('2.5.29.21'), Uint8Array.of(1, 1, 1), der.octetString(der.enumerated(1))),
          ),
        ),
    ],
  ])('%s', (_what, entries) => {
    const started = process.cpuUsage()
    expect(codeOf(() => parseCrl(withEntries(entries())))).toBe('ERR_ASN1_STRUCTURE')
    const { user, system } = process.cpuUsage(started)
    expect((user + system) / 1000).toBeLessThan(500)
  })

  it.each<[string, () => Uint8Array, string]>([
    ['a reason that does not exist', () => ext('2.5.29.21', der.enumerated(7)), 'ERR_CRL_ENTRY'],
    ['a reason beyond all', () => ext('2.5.29.21', der.enumerated(11)), 'ERR_CRL_ENTRY'],
    ['a reason of another type', () => ext('2.5.29.21', der.integer(1)), 'ERR_CRL_ENTRY'],
    ['an invalidity date that is no time', () => ext('2.5.29.24', der.nullValue()), 'ERR_DER_UNEXPECTED_TAG'],
    ['an issuer that is no name', () => ext('2.5.29.29', der.nullValue(), true), 'ERR_DER_UNEXPECTED_TAG'],
  ])('%s: as soon as the entry is read', (_what, extension, code) => {
    const crl = parseCrl(build({ entries: [entry(1, extension())] }))
    expect(codeOf(() => [...readCrlEntries(crl)])).toBe(code)
  })

  it('a day that the calendar lacks: as soon as the entry is read', () => {
    const crl = parseCrl(
      withEntries(der.sequence(der.integer(1), der.tlv(0x17, Buffer.from('260230100000Z')))),
    )
    expect(codeOf(() => [...readCrlEntries(crl)])).toBe('ERR_DER_TIME')
  })

  it.each([-1, 0, 5, 1e9, 1.5, Number.NaN])('no entry stands at %d', (offset) => {
    const crl = parseCrl(build({ entries: [entry(1)] }))
    expect(codeOf(() => readCrlEntry(crl, offset))).toBe('ERR_ASN1_STRUCTURE')
  })
})

describe('CRLs that are refused', () => {
  const parts = (): Uint8Array[] =>
    readSequence(readSequence(parseDer(build()))[0]!).map(({ bytes }) => bytes)
  const resealed = (...tbs: Uint8Array[]): Uint8Array => {
    const [, algorithm, value] = readSequence(parseDer(build()))
    return der.sequence(der.sequence(...tbs), algorithm!.bytes, value!.bytes)
  }
  it.each<[string, () => Uint8Array, string]>([
    ['nothing', () => new Uint8Array(), 'ERR_DER_TRUNCATED'],
    ['bytes behind it', () => concat([build(), Uint8Array.of(0)]), 'ERR_DER_TRAILING_DATA'],
    ['an empty SEQUENCE', () => der.sequence(), 'ERR_ASN1_STRUCTURE'],
    ['version 1 spelled out', () => resealed(der.integer(0), ...parts().slice(1)), 'ERR_ASN1_STRUCTURE'],
    ['version 3', () => resealed(der.integer(2), ...parts().slice(1)), 'ERR_ASN1_STRUCTURE'],
    ['version 1 with extensions', () => resealed(...parts().slice(1)), 'ERR_ASN1_STRUCTURE'],
    ['a field too many', () => resealed(...parts(), der.nullValue()), 'ERR_ASN1_STRUCTURE'],
    ['no thisUpdate', () => resealed(...parts().slice(0, 3)), 'ERR_ASN1_STRUCTURE'],
    [
      'another algorithm inside',
      () =>
        resealed(
          parts()[0]!,
          der.sequence(der.oid('1.2.840.113549.1.1.13'), der.nullValue()),
          ...parts().slice(2),
        ),
      'ERR_CRL_ALGORITHM_MISMATCH',
    ],
    [
      'a CRL number that is none',
      () => build({ extensions: [ext('2.5.29.27', der.nullValue(), true)] }),
      'ERR_CRL_EXTENSION',
    ],
    [
      'a scope with a field that does not exist',
      () => build({ extensions: [ext('2.5.29.28', der.sequence(der.implicit(6, der.boolean(true))))] }),
      'ERR_CRL_EXTENSION',
    ],
    [
      'a scope out of order',
      () =>
        build({
          extensions: [
            ext(
              '2.5.29.28',
              der.sequence(der.implicit(2, der.boolean(true)), der.implicit(1, der.boolean(true))),
            ),
          ],
        }),
      'ERR_CRL_EXTENSION',
    ],
    [
      'an extension twice',
      () => build({ extensions: [ext('2.5.29.20', der.integer(1))] }),
      'ERR_CERTIFICATE_EXTENSION_DUPLICATE',
    ],
  ])('%s', (_what, bytes, code) => {
    expect(codeOf(() => parseCrl(bytes()))).toBe(code)
  })

  it('cut off anywhere', () => {
    const bytes = build({ entries: [entry(1), entry(2, ext('2.5.29.21', der.enumerated(1)))] })
    for (let length = 0; length < bytes.length; length++) {
      expect(String(codeOf(() => parseCrl(bytes.subarray(0, length))))).toMatch(/^ERR_/)
    }
  })

  it('with one octet changed is read or refused with a code, and its entries too', () => {
    const bytes = build({ entries: [entry(1), entry(2, ext('2.5.29.21', der.enumerated(1)))] })
    const length = bytes.length - input.issuer.signatureValue.length
    for (let i = 0; i < length; i++) {
      for (const value of [0x00, 0x30, 0x7f, 0x80, 0xff]) {
        const changed = bytes.slice()
        changed[i] = value
        const read = (): Crl => {
          const crl = parseCrl(changed)
          expect([...readCrlEntries(crl)]).toHaveLength(crl.entryCount)
          return crl
        }
        expect(String(codeOf(read))).toMatch(/^(accepted|ERR_)/)
      }
    }
  })
})
