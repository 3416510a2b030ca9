import { describe, expect, it } from 'vitest'
import { createTrustCache } from './cache.ts'
import { issue } from './path/testing/issue.ts'

describe('createTrustCache', () => {
  const { certificate } = issue({ subject: 'D' })

  it('gives the same certificate for the same bytes, wherever they stand', () => {
    const cache = createTrustCache()
    const file = new Uint8Array([1, ...certificate.der, 2])
    const first = cache.certificate(certificate.der)
    expect(cache.certificate(file.subarray(1, -1))).toBe(first)
    expect(first.der).toEqual(certificate.der)
  })

  it('keeps a copy: what happens to the file later does not matter', () => {
    const cache = createTrustCache()
    const bytes = certificate.der.slice()
    const first = cache.certificate(bytes)
    bytes.fill(0)
    expect(first.der).toEqual(certificate.der)
    expect(cache.certificate(certificate.der)).toBe(first)
  })

  it('bytes that cannot be read are refused each time', () => {
    const cache = createTrustCache()
    for (let i = 0; i < 2; i++) {
      expect(() => cache.certificate(Uint8Array.of(0x30, 0))).toThrow(
        expect.objectContaining({ code: 'ERR_ASN1_STRUCTURE' }),
      )
    }
  })

  it('the same bytes read as something else are something else', () => {
    const cache = createTrustCache()
    const [a, b] = ['a', 'b'].map((kind) => cache.read(kind, Uint8Array.of(1), () => ({ kind })))
    expect([a, b]).toEqual([{ kind: 'a' }, { kind: 'b' }])
  })

  it('long bytes that differ at their end are not taken for one another', () => {
    const cache = createTrustCache()
    const long = new Uint8Array(100_000)
    const read = (bytes: Uint8Array) => cache.read('x', bytes, (copy) => ({ last: copy.at(-1) }))
    const other = long.slice()
    other[99_999] = 1
    expect([read(long), read(other), read(long)]).toEqual([{ last: 0 }, { last: 1 }, { last: 0 }])
  })

  it('holds no more than it may, the least recently used going first', () => {
    const cache = createTrustCache({ objects: 2, bytes: 1000, verifications: 2 })
    const counts: number[] = []
    const read = (n: number) => cache.read('x', Uint8Array.of(n), () => ({ made: counts.push(n) }))
    for (const n of [1, 2, 1, 3, 1, 2]) read(n)
    expect(counts).toEqual([1, 2, 3, 2])
    const large = () => cache.read('y', new Uint8Array(501), () => ({ made: counts.push(9) }))
    large()
    large()
    expect(counts.slice(4)).toEqual([9, 9])
    for (const n of [1, 2, 3]) cache.read('z', new Uint8Array(400).fill(n), () => ({}))
    read(1)
    expect(counts.at(-1)).toBe(1)
  })

  it('verifies once, and keeps a no as well as a yes', () => {
    const cache = createTrustCache({ objects: 1, bytes: 1, verifications: 2 })
    let asked = 0
    const ask = (key: string, answer: boolean) =>
      cache.verified(key, () => {
        asked++
        return answer
      })
    expect([ask('a', false), ask('a', true), ask('b', true), ask('b', false)]).toEqual([
      false,
      false,
      true,
      true,
    ])
    ask('c', true)
    ask('a', false)
    expect(asked).toBe(4)
  })
})
