import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { digestFile } from './digest-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'anky-digest-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('digestFile', () => {
  it.each([0, 1, 2 ** 20, 2 ** 20 + 1, 5 * 2 ** 20 + 7])(
    'digests %i bytes in every way asked for',
    async (length) => {
      const path = join(folder, String(length))
      const bytes = randomBytes(length)
      writeFileSync(path, bytes)
      const found = await digestFile(path, ['sha256', 'sha3-384'])
      expect(found.get('sha256')).toEqual(createHash('sha256').update(bytes).digest())
      expect(found.get('sha3-384')).toEqual(createHash('sha3-384').update(bytes).digest())
    },
  )

  it('throws what the system says of a file that is not there', async () => {
    await expect(digestFile(join(folder, 'none'), ['sha256'])).rejects.toMatchObject({ code: 'ENOENT' })
  })
})
