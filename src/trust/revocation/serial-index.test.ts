import { beforeAll, describe, expect, it } from 'vitest'
import type { Certificate, Crl } from '../../formats/index.ts'
import {
  type CrlEntryInput,
  certificateIssuer,
  issuingDistributionPoint,
  type Pki,
} from '../../test-certs/index.ts'
import { crlStatuses } from './crl-status.ts'
import { findEntry } from './find-entry.ts'
import { buildSerialIndex, lookUpSerial, openSerialIndex } from './serial-index.ts'
import { buildWorld, certificateOf, crlOf, day, revoked, summaryOf } from './testing/world.ts'

let pki: Pki
let doctor: Certificate
let ca: Certificate
beforeAll(async () => {
  pki = await buildWorld()
  doctor = certificateOf(pki, 'doctor-01')
  ca = certificateOf(pki, 'public-ca')
})

const numbered = (serial: number, ...extensions: Uint8Array[]): CrlEntryInput => ({
  serialNumber: Uint8Array.of(1 + (serial >> 16), (serial >> 8) & 255, serial & 255),
  revocation: { at: day(-3), reason: 'superseded' },
  ...(extensions.length > 0 && { extensions }),
})
const many = (count: number): CrlEntryInput[] => Array.from({ length: count }, (_, i) => numbered(i * 7))
const codeOf = (work: () => unknown): unknown => {
  try {
    work()
    return 'accepted'
  } catch (error) {
    return (error as { code?: unknown }).code
  }
}

describe('a serial index', () => {
  it('finds every entry, and none that is not there', () => {
    const entries = many(3000)
    const crl = crlOf(pki, { entries })
    const index = openSerialIndex(buildSerialIndex(crl), crl)
    for (const { serialNumber } of entries) {
      const found = findEntry(crl, { serialNumber, issuer: ca.subject }, index)
      expect(Buffer.compare(found!.serialNumber, serialNumber)).toBe(0)
    }
    for (let i = 0; i < 3000; i++) {
      const { serialNumber } = numbered(i * 7 + 1)
      expect(findEntry(crl, { serialNumber, issuer: ca.subject }, index)).toBeNull()
    }
  })

  it('finds what the walk over the entries finds, unsorted and double ones too', () => {
    const entries = [
      ...many(50).reverse(),
      revoked(doctor, { at: day(-9) }),
      revoked(doctor, { at: day(-12) }),
    ]
    const crl = crlOf(pki, { entries })
    const index = openSerialIndex(buildSerialIndex(crl), crl)
    expect(findEntry(crl, doctor, index)).toEqual(findEntry(crl, doctor, null))
    expect(findEntry(crl, doctor, index)!.revocationDate).toEqual(day(-12))
  })

  it('takes eight octets an entry, and is the same each time', () => {
    const crl = crlOf(pki, { entries: many(1000) })
    const bytes = buildSerialIndex(crl)
    expect(bytes.length).toBe(44 + 8 * 1000 + 32)
    expect(buildSerialIndex(crl)).toEqual(bytes)
  })

  it('of an empty CRL finds nothing', () => {
    const crl = crlOf(pki)
    expect(lookUpSerial(openSerialIndex(buildSerialIndex(crl), crl), doctor.serialNumber)).toEqual([])
  })

  it('of an indirect CRL tells certificates apart by their issuers', () => {
    const root = certificateOf(pki, 'national-root')
    const mine = certificateIssuer(ca.subject.der)
    const theirs = certificateIssuer(certificateOf(pki, 'government-ca').subject.der)
    const entriesOf = (...entries: CrlEntryInput[]) =>
      crlOf(pki, { as: 'national-root', entries, extensions: [issuingDistributionPoint({ indirect: true })] })
    const find = (crl: Crl) => findEntry(crl, doctor, openSerialIndex(buildSerialIndex(crl), crl))
    expect(find(entriesOf(numbered(1, mine), numbered(2), revoked(doctor)))).not.toBeNull()
    expect(find(entriesOf(numbered(1, mine), numbered(2, theirs), revoked(doctor)))).toBeNull()
    expect(find(entriesOf(revoked(doctor), numbered(1, mine)))).toBeNull()
    expect(find(entriesOf(revoked(doctor, {}, theirs), revoked(doctor, {}, mine)))).not.toBeNull()
    expect(root.subject.der).not.toEqual(ca.subject.der)
  })

  it('is used by the status where it is given', () => {
    const crl = crlOf(pki, { entries: [...many(500), revoked(doctor)] })
    const index = openSerialIndex(buildSerialIndex(crl), crl)
    let asked = 0
    const serialIndex = (of: Crl) => {
      asked++
      return of === crl ? index : null
    }
    expect(crlStatuses(doctor, ca, [crl], { certificates: [], serialIndex }).map(summaryOf)).toEqual([
      'revoked',
    ])
    expect(asked).toBe(1)
  })
})

it('an index of another CRL is not used', () => {
  const other = crlOf(pki, { entries: many(500) })
  const index = openSerialIndex(buildSerialIndex(other), other)
  const crl = crlOf(pki, { entries: [...many(499), revoked(doctor)] })
  expect(findEntry(crl, doctor, index)).not.toBeNull()
})

describe('an index that is refused', () => {
  let crl: Crl
  let good: Uint8Array
  beforeAll(() => {
    crl = crlOf(pki, { entries: [...many(20), revoked(doctor)] })
    good = buildSerialIndex(crl)
  })

  it.each<[string, () => Uint8Array]>([
    ['nothing', () => new Uint8Array()],
    ['of another CRL', () => buildSerialIndex(crlOf(pki, { entries: [...many(20), revoked(ca)] }))],
    ['of a CRL with fewer entries', () => buildSerialIndex(crlOf(pki, { entries: many(20) }))],
    ['cut off', () => good.slice(0, -1)],
    ['with more behind it', () => Uint8Array.from([...good, 0])],
    ['of another version', () => good.with(4, 2)],
  ])('%s', (_what, bytes) => {
    expect(codeOf(() => openSerialIndex(bytes(), crl))).toBe('ERR_TRUST_SERIAL_INDEX')
  })

  it('with any octet changed', () => {
    for (let i = 0; i < good.length; i++) {
      expect(codeOf(() => openSerialIndex(good.with(i, good[i]! ^ 1), crl))).toBe('ERR_TRUST_SERIAL_INDEX')
    }
  })
})
