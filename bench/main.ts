import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { benchCrl } from './crl.ts'
import { benchHostile } from './hostile.ts'
import { benchLargeFiles } from './large-files.ts'
import { printRows, type Row } from './lib/row.ts'
import { benchService } from './service.ts'
import { benchSignPades } from './sign-pades.ts'
import { benchSigningKey } from './signing-key.ts'
import { benchVerify } from './verify.ts'
import { benchVerifyProcesses } from './verify-processes.ts'

const suites: Readonly<Record<string, () => Promise<Row[]>>> = {
  'sign-pades': benchSignPades,
  'large-files': benchLargeFiles,
  'signing-key': benchSigningKey,
  verify: benchVerify,
  'verify-processes': benchVerifyProcesses,
  crl: benchCrl,
  service: benchService,
  hostile: benchHostile,
}

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !Object.hasOwn(suites, name))
if (unknown.length > 0) {
  console.error(`no bench named ${unknown.join(', ')}; there are: ${Object.keys(suites).join(', ')}`)
  process.exit(64)
}

console.log(`Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}`)
const rows: Row[] = []
for (const [name, run] of Object.entries(suites)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  console.log(`\n${name}`)
  const measured = await run()
  printRows(measured)
  rows.push(...measured)
}
const folder = fileURLToPath(new URL('results/', import.meta.url))
mkdirSync(folder, { recursive: true })
writeFileSync(`${folder}latest.json`, `${JSON.stringify(rows, null, 2)}\n`)
const missed = rows.filter(({ ok }) => ok === false).length
console.log(`\n${rows.length} figures, ${missed} missed their target`)
process.exit(missed > 0 ? 1 : 0)
