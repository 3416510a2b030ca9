import { beforeAll, describe, expect, it } from 'vitest'
import { type Certificate, type Crl, parseCrl } from '../../formats/index.ts'
import {
  type CrlEntryInput,
  certificateIssuer,
  issuingDistributionPoint,
  type Pki,
} from '../../test-certs/index.ts'
import { crlStatuses } from './crl-status.ts'
import { findEntry } from './find-entry.ts'
import { loadSerialIndex } from './load-serial-index.ts'
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

describe('an index from a store', () => {
  const memory = () => {
    const kept = new Map<string, Uint8Array>()
    return {
      kept,
      find: async (sha256: string) => kept.get(sha256) ?? null,
      put: async (sha256: string, index: Uint8Array) => void kept.set(sha256, index),
    }
  }

  it('is built once for a large CRL, and kept', async () => {
    const store = memory()
    const crl = crlOf(pki, { entries: many(3000) })
    const index = await loadSerialIndex(crl, store)
    expect([...store.kept.keys()]).toEqual([crl.sha256])
    const again = await loadSerialIndex(parseCrl(crl.der), store)
    expect(again!.bytes).toEqual(index!.bytes)
  })

  it('that is damaged is built again', async () => {
    const store = memory()
    const crl = crlOf(pki, { entries: many(3000) })
    store.kept.set(crl.sha256, new Uint8Array(10))
    expect((await loadSerialIndex(crl, store))!.crlSha256).toBe(crl.sha256)
    expect(store.kept.get(crl.sha256)!.length).toBeGreaterThan(10)
  })

  it('is not made for a small CRL', async () => {
    const store = memory()
    expect(await loadSerialIndex(crlOf(pki, { entries: many(10) }), store)).toBeNull()
    expect(store.kept.size).toBe(0)
  })
})
