// Writes audit rows and prints the number of each once it is committed, until somebody kills the process.
import { openDatabase } from '../open-database.ts'
import { audit } from './fixtures.ts'

const [dataFolder = '', hospitalId = ''] = process.argv.slice(2)
const database = await openDatabase({
  url: null,
  ownerUrl: null,
  dataFolder,
  instanceId: 'một',
  now: () => new Date(),
  log: { info: () => {} },
})
await database.system.createHospital({ id: hospitalId, code: hospitalId, name: 'BỆNH VIỆN THỬ NGHIỆM A' })
for (;;) {
  const event = await database.hospital(hospitalId).appendAudit(audit('ghi'))
  process.stdout.write(`${event.sequence}\n`)
}
