import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { digestByteRange } from './digest-byte-range.ts'

const sha256 = (...parts: readonly Uint8Array[]): string =>
  createHash('sha256').update(Buffer.concat(parts)).digest('hex')

describe('the digest of a document and what is appended to it', () => {
  const appended = Buffer.from('before<gap>after', 'latin1')
  const gap = { start: 6, end: 11 }

  it.each([0, 1, 1024 * 1024 - 1, 1024 * 1024, 3 * 1024 * 1024 + 5])(
    'leaves out the gap and nothing else, after %i bytes',
    async (length) => {
      const document = Buffer.alloc(length, 'x')
      const { documentSha256, digest } = await digestByteRange(document, appended, gap, 'sha256')
      expect(documentSha256).toBe(sha256(document))
      expect(Buffer.from(digest).toString('hex')).toBe(sha256(document, Buffer.from('beforeafter')))
    },
  )

  it('names the document by SHA-256 whatever the digest is', async () => {
    const document = Buffer.from('document')
    const { documentSha256, digest } = await digestByteRange(document, appended, gap, 'sha3-512')
    expect(documentSha256).toBe(sha256(document))
    expect(Buffer.from(digest)).toEqual(createHash('sha3-512').update('documentbeforeafter').digest())
  })

  it('lets others have their turn between pieces', async () => {
    let turns = 0
    let isDone = false
    const count = (): void => {
      turns++
      if (!isDone) setImmediate(count)
    }
    setImmediate(count)
    await digestByteRange(Buffer.alloc(16 * 1024 * 1024), appended, gap, 'sha256')
    isDone = true
    expect(turns).toBeGreaterThanOrEqual(15)
  })
})
