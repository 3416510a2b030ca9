import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { makePdf } from './lib/make-pdf.ts'
import { makeBenchSigner, signOurs } from './lib/signers.ts'

// Everything is loaded, compiled and run once on a small document before the measured part begins.
const [what, file] = process.argv.slice(2) as ['hash' | 'sign', string]
const signer = await makeBenchSigner()
for (let i = 0; i < 20; i++) await signOurs(makePdf(50_000, 'object'), signer)
globalThis.gc?.()
const baseline = process.memoryUsage.rss()
let peak = baseline
const before = process.cpuUsage()
const sample = (): void => {
  peak = Math.max(peak, process.memoryUsage.rss())
}
const timer = setInterval(sample, 5)
const document = readFileSync(file)
sample()
if (what === 'hash') createHash('sha256').update(document).digest()
else await signOurs(document, signer)
sample()
clearInterval(timer)
const { user, system } = process.cpuUsage(before)
peak = Math.max(peak, process.resourceUsage().maxRSS * 1024)
console.log(JSON.stringify({ cpuMs: (user + system) / 1000, rssMiB: (peak - baseline) / 1024 / 1024 }))
