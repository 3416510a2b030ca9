import { describe, expect, it } from 'vitest'
import { createEvidenceFetcher } from './fetch-evidence.ts'

const crl = (url: string) => ({ kind: 'crl', url, request: '' }) as const
const nothing = { issuers: async () => [], crl: async () => null, ocsp: async () => null }

describe('what is fetched for a file', () => {
  it('is each thing once, in the order of the questions', async () => {
    const asked: string[] = []
    const fetcher = createEvidenceFetcher({
      ...nothing,
      crl: async (url) => {
        asked.push(url)
        await new Promise((resolve) => setTimeout(resolve, url === 'http://a/' ? 20 : 0))
        return Buffer.from(url)
      },
    })
    expect(await fetcher.fetch([crl('http://a/'), crl('http://b/'), crl('http://a/')])).toBe(true)
    expect(await fetcher.fetch([crl('http://a/'), crl('http://b/')])).toBe(false)
    expect(asked).toEqual(['http://a/', 'http://b/'])
    expect(fetcher.fetched().crls.map(String)).toEqual(['http://a/', 'http://b/'])
  })

  it('is nothing where a source has nothing, or fails', async () => {
    const failing = createEvidenceFetcher({
      ...nothing,
      crl: () => Promise.reject(new Error('the database is away')),
    })
    expect(await failing.fetch([crl('http://a/'), { kind: 'issuers', url: 'http://b/', request: '' }])).toBe(
      false,
    )
    expect(failing.fetched()).toEqual({ certificates: [], crls: [], ocspResponses: [] })
  })

  it('ends after 64 requests, whatever a file asks for', async () => {
    let asked = 0
    const fetcher = createEvidenceFetcher({
      ...nothing,
      crl: async () => {
        asked++
        return Buffer.of(1)
      },
    })
    for (let round = 0; round < 10; round++)
      await fetcher.fetch(Array.from({ length: 20 }, (_, at) => crl(`http://a/${round}/${at}`)))
    expect(asked).toBe(64)
  })
})
