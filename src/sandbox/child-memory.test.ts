import { describe, expect, it } from 'vitest'
import { ChildMemory, type Parcel } from './child-memory.ts'

const evidence = (crls: Uint8Array[]) => ({ certificates: [], crls, ocspResponses: [] })
const bytes = (fill: number, length = 8) => new Uint8Array(length).fill(fill)
const kinds = (parcels: readonly Parcel[]) => parcels.map(({ message }) => message.type)

describe('what a child was told', () => {
  it('is a context once, with each object of it once', () => {
    const memory = new ChildMemory()
    const context = { anchors: [], evidence: evidence([bytes(1), bytes(2), bytes(1)]) }
    const first: Parcel[] = []
    const id = memory.context(context, first)
    expect(kinds(first)).toEqual(['object', 'object', 'context'])
    const again: Parcel[] = []
    expect(memory.context(context, again)).toBe(id)
    expect(again).toEqual([])
    const other: Parcel[] = []
    expect(memory.context({ ...context }, other)).not.toBe(id)
    expect(kinds(other)).toEqual(['context'])
  })

  it('is fetched evidence once, unless the context holds it already', () => {
    const memory = new ChildMemory()
    memory.context({ anchors: [], evidence: evidence([bytes(1)]) }, [])
    const parcels: Parcel[] = []
    memory.extra(evidence([bytes(1), bytes(2)]), parcels)
    memory.extra(evidence([bytes(2)]), parcels)
    expect(kinds(parcels)).toEqual(['object'])
  })

  it('forgets fetched evidence that was not used for long, but never what a job names', () => {
    const memory = new ChildMemory()
    const big = Array.from({ length: 4 }, (_, at) => bytes(at, 30 * 2 ** 20))
    const parcels: Parcel[] = []
    for (const crl of big) memory.extra(evidence([crl]), parcels)
    expect(kinds(parcels)).toEqual(['object', 'object', 'object', 'forget', 'object', 'forget'])
    expect(memory.bytes).toBe(60 * 2 ** 20)
    const again: Parcel[] = []
    memory.extra(evidence(big), again)
    expect(kinds(again)).toEqual(['object', 'object'])
  })
})
