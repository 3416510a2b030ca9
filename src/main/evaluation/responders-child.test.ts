import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { expect, it } from 'vitest'
import { startRespondersChild } from './responders-child.ts'

it('responders whose folder is not there: refused at once, with the port and their own reason', async () => {
  const folder = join(tmpdir(), 'anky-no-such-pki')
  await expect(
    startRespondersChild({ folder, port: 1, log: pino({ level: 'silent' }) }),
  ).rejects.toMatchObject({
    code: 'ERR_MAIN_RESPONDERS',
    details: { port: 1, reason: 'ERR_TEST_PKI_FOLDER' },
  })
})
