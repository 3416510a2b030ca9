import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Certificate, encodeOcspCertId, encodeOcspRequest } from '../../formats/index.ts'
import type { Pki } from '../../test-certs/index.ts'
import { buildWorld, certificateOf, crlBytesOf, day, now, ocspBytesOf } from '../revocation/testing/world.ts'
import { createCachedSource } from './cached-source.ts'
import { createMemoryEvidenceStore } from './memory-store.ts'
import type { EvidenceStore, ValidationSource } from './ports.ts'

let pki: Pki
let doctor: Certificate
let ca: Certificate
beforeAll(async () => {
  pki = await buildWorld()
  doctor = certificateOf(pki, 'doctor-01')
  ca = certificateOf(pki, 'public-ca')
})

const URL_ = 'http://ca.example/ca.crl'
const MINUTE = 60_000
/** What the source behind says from now on; a counter of how often it was asked. */
let says: { crl: Uint8Array | null; ocsp: Uint8Array | null; issuers: Uint8Array[] }
let asked: { crl: number; ocsp: number; issuers: number }
let time: Date
let store: EvidenceStore
let cached: ValidationSource
beforeEach(() => {
  says = { crl: null, ocsp: null, issuers: [] }
  asked = { crl: 0, ocsp: 0, issuers: 0 }
  time = now
  store = createMemoryEvidenceStore()
  const behind: ValidationSource = {
    crl: async () => {
      asked.crl++
      return says.crl
    },
    ocsp: async () => {
      asked.ocsp++
      return says.ocsp
    },
    issuers: async () => {
      asked.issuers++
      return says.issuers
    },
  }
  cached = createCachedSource(behind, store, () => time)
})
const later = (ms: number): void => {
  time = new Date(now.getTime() + ms)
}
const request = (nonce: Uint8Array | null = null, about = doctor): Uint8Array =>
  encodeOcspRequest(encodeOcspCertId(about, ca), nonce)

describe('an answer that is kept', () => {
  it('is served again while it is fresh', async () => {
    says.crl = crlBytesOf(pki)
    expect(await cached.crl(URL_)).toBe(says.crl)
    later(59 * MINUTE)
    expect(await cached.crl(URL_)).toEqual(says.crl)
    expect(asked.crl).toBe(1)
  })

  it('is fetched anew an hour later, though it would hold longer', async () => {
    says.crl = crlBytesOf(pki)
    await cached.crl(URL_)
    later(60 * MINUTE)
    says.crl = crlBytesOf(pki, { crlNumber: 101, thisUpdate: day(0) })
    expect(await cached.crl(URL_)).toBe(says.crl)
    expect(asked.crl).toBe(2)
  })

  it('is fetched anew after its nextUpdate, though the hour is not over', async () => {
    says.crl = crlBytesOf(pki, { nextUpdate: new Date(now.getTime() + MINUTE) })
    await cached.crl(URL_)
    later(MINUTE - 1000)
    await cached.crl(URL_)
    expect(asked.crl).toBe(1)
    later(MINUTE)
    await cached.crl(URL_)
    expect(asked.crl).toBe(2)
  })

  it('without nextUpdate is fetched anew each time', async () => {
    says.crl = crlBytesOf(pki, { nextUpdate: null })
    says.ocsp = ocspBytesOf(pki, { answer: { nextUpdate: null } })
    for (let i = 0; i < 2; i++) {
      await cached.crl(URL_)
      await cached.ocsp(URL_, request())
    }
    expect(asked).toMatchObject({ crl: 2, ocsp: 2 })
  })

  it('is served where nothing new is to be had, however old', async () => {
    const old = crlBytesOf(pki)
    says.crl = old
    await cached.crl(URL_)
    says.crl = null
    later(400 * 24 * 60 * MINUTE)
    expect(await cached.crl(URL_)).toEqual(old)
  })

  it('is fetched anew where the clock was set back', async () => {
    says.crl = crlBytesOf(pki)
    await cached.crl(URL_)
    later(-MINUTE)
    await cached.crl(URL_)
    expect(asked.crl).toBe(2)
  })

  it('is one for each address', async () => {
    says.crl = crlBytesOf(pki)
    await cached.crl(URL_)
    await cached.crl(`${URL_}?2`)
    expect(asked.crl).toBe(2)
  })

  it('is fetched once for all who wait for it', async () => {
    says.crl = crlBytesOf(pki)
    const all = await Promise.all(Array.from({ length: 20 }, () => cached.crl(URL_)))
    expect(new Set(all)).toEqual(new Set([says.crl]))
    expect(asked.crl).toBe(1)
  })
})

describe('an answer that does not replace what is kept', () => {
  const cases: [string, () => Uint8Array][] = [
    ['one that cannot be read', () => Uint8Array.of(0x30, 0x03, 1, 2, 3)],
    ['an older one', () => crlBytesOf(pki, { crlNumber: 99, thisUpdate: day(-2) })],
    [
      'one from the future',
      () => crlBytesOf(pki, { crlNumber: 999, thisUpdate: day(400), nextUpdate: day(800) }),
    ],
    ['one that is no CRL', () => ocspBytesOf(pki)],
  ]
  it.each(cases)('%s', async (_what, bytes) => {
    const good = crlBytesOf(pki)
    says.crl = good
    await cached.crl(URL_)
    later(90 * MINUTE)
    says.crl = bytes()
    expect(await cached.crl(URL_)).toEqual(good)
    expect((await store.find({ kind: 'crl', url: URL_, id: '' }))!.bytes).toEqual(good)
  })

  it.each(cases.filter(([what]) => what !== 'an older one'))(
    '%s is not handed on either',
    async (_what, bytes) => {
      says.crl = bytes()
      expect(await cached.crl(URL_)).toBeNull()
      expect(await store.find({ kind: 'crl', url: URL_, id: '' })).toBeNull()
    },
  )

  it('an OCSP answer about another certificate', async () => {
    says.ocsp = ocspBytesOf(pki, { about: 'nurse-02' })
    expect(await cached.ocsp(URL_, request())).toBeNull()
    says.ocsp = ocspBytesOf(pki)
    expect(await cached.ocsp(URL_, request())).toBe(says.ocsp)
  })

  it('an older OCSP answer, a replay', async () => {
    const good = ocspBytesOf(pki)
    says.ocsp = good
    await cached.ocsp(URL_, request())
    later(90 * MINUTE)
    says.ocsp = ocspBytesOf(pki, { answer: { thisUpdate: day(-20), nextUpdate: day(20) } })
    expect(await cached.ocsp(URL_, request())).toEqual(good)
  })
})

describe('OCSP', () => {
  it('answers are kept by what was asked', async () => {
    says.ocsp = ocspBytesOf(pki)
    await cached.ocsp(URL_, request())
    await cached.ocsp(URL_, request())
    expect(asked.ocsp).toBe(1)
    says.ocsp = ocspBytesOf(pki, { about: 'nurse-02' })
    expect(await cached.ocsp(URL_, request(null, certificateOf(pki, 'nurse-02')))).toBe(says.ocsp)
    expect(asked.ocsp).toBe(2)
  })

  it('a request with a nonce is always sent, its answer not kept', async () => {
    const nonce = Uint8Array.of(1, 2, 3)
    says.ocsp = ocspBytesOf(pki, { nonce })
    expect(await cached.ocsp(URL_, request(nonce))).toBe(says.ocsp)
    expect(await cached.ocsp(URL_, request(nonce))).toBe(says.ocsp)
    expect(asked.ocsp).toBe(2)
    says.ocsp = null
    expect(await cached.ocsp(URL_, request())).toBeNull()
  })
})

describe('issuers', () => {
  it('are kept for a day, and all of them', async () => {
    says.issuers = [ca.der, certificateOf(pki, 'national-root').der]
    await cached.issuers(URL_)
    later(23 * 60 * MINUTE)
    expect((await cached.issuers(URL_)).map((bytes) => Buffer.from(bytes))).toEqual(
      says.issuers.map((bytes) => Buffer.from(bytes)),
    )
    expect(asked.issuers).toBe(1)
    later(24 * 60 * MINUTE)
    await cached.issuers(URL_)
    expect(asked.issuers).toBe(2)
  })

  it('none is an answer that is not kept', async () => {
    expect(await cached.issuers(URL_)).toEqual([])
    says.issuers = [ca.der]
    expect(await cached.issuers(URL_)).toHaveLength(1)
  })
})

it('the memory store forgets the oldest beyond a thousand', async () => {
  const key = (i: number) => ({ kind: 'crl', url: `http://x/${i}`, id: '' }) as const
  const evidence = { bytes: new Uint8Array(), fetchedAt: now, thisUpdate: null, nextUpdate: null }
  for (let i = 0; i < 1001; i++) await store.put(key(i), evidence)
  expect(await store.find(key(0))).toBeNull()
  expect(await store.find(key(1))).toEqual(evidence)
  expect(await store.find({ ...key(1), kind: 'issuers' })).toBeNull()
})
