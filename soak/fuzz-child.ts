import { openSync, writeSync } from 'node:fs'
import { openFuzzer } from './lib/fuzz-kinds.ts'
import { CPU_MS, type FuzzFinding, type FuzzRequest, MEMORY_MIB } from './lib/fuzz-protocol.ts'

const mebi = 2 ** 20
/** Garbage beyond this is collected before the next input, so that each answers for its own memory. */
const SLACK_MIB = 48
const WARM_UP = 50

process.once('disconnect', () => process.exit(0))
process.once('message', async (request: FuzzRequest) => {
  const report = (finding: FuzzFinding): Promise<void> =>
    new Promise((resolve) => process.send!(finding, undefined, {}, () => resolve()))
  await fuzz(request, report)
})

async function fuzz(
  { kind, corpusFolder, progressFile, from, step }: FuzzRequest,
  report: (finding: FuzzFinding) => Promise<void>,
): Promise<void> {
  const { originals, inputOf, target } = await openFuzzer(kind, corpusFolder)
  for (const bytes of originals) await target(bytes)
  const progress = openSync(progressFile, 'w')
  const now = Buffer.alloc(8)
  let baseline = 0
  for (let seed = from, number = 0; ; seed += step, number++) {
    now.writeDoubleLE(seed)
    writeSync(progress, now, 0, 8, 0)
    if (number === WARM_UP) {
      globalThis.gc!()
      baseline = process.resourceUsage().maxRSS * 1024
    } else if (number > WARM_UP && process.memoryUsage.rss() > baseline + SLACK_MIB * mebi) globalThis.gc!()
    const input = inputOf(seed)
    const before = process.cpuUsage()
    let what: string | null = null
    try {
      await target(input)
    } catch (error) {
      what = error instanceof Error ? (error.stack ?? error.message) : String(error)
    }
    const { user, system } = process.cpuUsage(before)
    const cpuMs = (user + system) / 1000
    if (cpuMs > CPU_MS) what ??= `took ${Math.round(cpuMs)} ms of CPU`
    const peak = process.resourceUsage().maxRSS * 1024
    const isLarge = number > WARM_UP && peak > baseline + MEMORY_MIB * mebi
    if (isLarge) what ??= `took ${Math.round((peak - baseline) / mebi)} MiB over the baseline`
    if (what) await report({ seed, what, last: isLarge })
    // the high-water mark does not fall again
    if (isLarge) process.exit(0)
    if (number % 64 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
}
