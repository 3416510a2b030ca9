import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe } from 'vitest'
import { copyEmbeddedTemplate } from '../../test/support/embedded-template.ts'
import { openSession } from './open-session.ts'
import { specifyRepositories } from './testing/repository-spec.ts'

describe('repositories on the embedded database', () => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'an-ky-db-'))
  afterAll(() => rmSync(dataFolder, { recursive: true, force: true }))
  specifyRepositories(async () => {
    await copyEmbeddedTemplate(dataFolder)
    return openSession({ url: null, ownerUrl: null, dataFolder, log: { info: () => {} } })
  })
})
