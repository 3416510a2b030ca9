import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadDocument, removeDocument, storageError, storeDocument } from './storage.ts'

const id = '019ab2c4-5d6e-7f80-9a1b-2c3d4e5f6071'
const bytes = Buffer.from('%PDF-1.7 …')

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'anky-storage-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('the document of a signing request', () => {
  it('is kept for its owner alone, found again, and gone once removed', async () => {
    const name = await storeDocument(folder, id, bytes)
    expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600)
    expect(await loadDocument(folder, name)).toEqual(bytes)
    await removeDocument(folder, name)
    expect(await loadDocument(folder, name)).toBeNull()
  })

  it('is never written over another', async () => {
    await storeDocument(folder, id, bytes)
    await expect(storeDocument(folder, id, Buffer.from('khác'))).rejects.toMatchObject({
      code: 'ERR_API_STORAGE_FAILED',
      retryable: true,
    })
  })

  it('that cannot be written leaves nothing behind', async () => {
    writeFileSync(join(folder, 'signing-requests'), 'a file where the folder should be')
    await expect(storeDocument(folder, id, bytes)).rejects.toMatchObject({ code: 'ERR_API_STORAGE_FAILED' })
    expect(readdirSync(folder)).toEqual(['signing-requests'])
  })

  it.each([
    '../evaluation.json',
    '/etc/passwd',
    `signing-requests/${id}.json`,
    `signing-requests/../${id}.pdf`,
  ])('is not looked for under the name %s, nor removed', async (name) => {
    await expect(loadDocument(folder, name)).rejects.toMatchObject({ code: 'ERR_API_STORAGE_FAILED' })
    await expect(removeDocument(folder, name)).resolves.toBeUndefined()
  })
})

describe('a disk', () => {
  it.each([
    ['ENOSPC', 'ERR_API_STORAGE_FULL'],
    ['EDQUOT', 'ERR_API_STORAGE_FULL'],
    ['EACCES', 'ERR_API_STORAGE_FAILED'],
    ['EIO', 'ERR_API_STORAGE_FAILED'],
  ])('that answers %s: %s', (code, expected) => {
    const cause = Object.assign(new Error('write'), { code })
    expect(storageError(cause)).toMatchObject({ code: expected, cause, retryable: true })
  })
})
