// Loaded into the service that is benched. Names are unknown, so that no file makes it ask anybody but this machine; and
// each second it adds to BENCH_LOOP_LOG what processor time, in milliseconds, went by between two looks of its event loop:
// the delay that it would have on a machine with a processor to spare.
import { promises } from 'node:dns'
import { appendFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { isIP } from 'node:net'

const { lookup } = promises
promises.lookup = async (host, ...options) => {
  if (isIP(host) || host === 'localhost') return lookup(host, ...options)
  throw Object.assign(new Error(`no name is known: ${host}`), { code: 'ENOTFOUND' })
}
syncBuiltinESMExports()

const log = process.env['BENCH_LOOP_LOG']
if (log && process.argv[1]?.endsWith('start.mjs')) watchLoop(log)

function watchLoop(file) {
  const cpuMs = () => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1000
  }
  let [last, since, looks] = [cpuMs(), performance.now(), []]
  const look = () => {
    const now = cpuMs()
    looks.push(now - last)
    last = now
    if (performance.now() - since >= 1_000) {
      appendFileSync(file, `${JSON.stringify({ at: Date.now(), looks })}\n`)
      ;[since, looks] = [performance.now(), []]
    }
    setTimeout(look, 1).unref()
  }
  look()
}
