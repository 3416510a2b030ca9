import { readFileSync } from 'node:fs'
import { parseCertificate, parseCrl } from '../src/formats/index.ts'
import { buildSerialIndex, crlStatuses, openSerialIndex } from '../src/trust/index.ts'

// A small CRL first, so that everything is loaded and compiled; then the large one, once.
const [large, small, issuerFile, certificateFile] = process.argv.slice(2) as [string, string, string, string]
const issuer = parseCertificate(readFileSync(issuerFile))
const certificate = parseCertificate(readFileSync(certificateFile))
const judge = (file: string) => {
  const crl = parseCrl(readFileSync(file))
  const [answer] = crlStatuses(certificate, issuer, [crl], { certificates: [] })
  if (answer!.problems.length > 0) throw new Error(answer!.problems[0]!.code)
  return crl
}
for (let i = 0; i < 50; i++) judge(small)
globalThis.gc?.()

const cpuOf = <T>(work: () => T): { ms: number; result: T } => {
  const before = process.cpuUsage()
  const result = work()
  const { user, system } = process.cpuUsage(before)
  return { ms: (user + system) / 1000, result }
}
const whole = cpuOf(() => judge(large))
const peakMiB = process.resourceUsage().maxRSS / 1024
const crl = whole.result
const built = cpuOf(() => buildSerialIndex(crl))
const opened = cpuOf(() => openSerialIndex(built.result, crl))
const LOOK_UPS = 10_000
const ask = (serialIndex: (() => typeof opened.result) | undefined, times: number) =>
  cpuOf(() => {
    for (let i = 0; i < times; i++) {
      crlStatuses(certificate, issuer, [crl], { certificates: [], ...(serialIndex && { serialIndex }) })
    }
  }).ms / times
ask(() => opened.result, LOOK_UPS)
console.log(
  JSON.stringify({
    wholeMs: whole.ms,
    peakMiB,
    indexMs: built.ms,
    indexBytes: built.result.length,
    openMs: opened.ms,
    lookUpMs: ask(() => opened.result, LOOK_UPS),
    walkMs: ask(undefined, 20),
  }),
)
