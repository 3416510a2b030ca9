import { Worker } from 'node:worker_threads'

/** Looks from a thread of its own: the main one may be busy with a file that never ends. */
const watch = `
const parent = process.ppid
setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL')
}, 1000)`

/** Ends this process where its parent was killed, and with it what would have ended a job that takes too long. */
export function endWithParent(): void {
  const resourceLimits = { maxOldGenerationSizeMb: 4, maxYoungGenerationSizeMb: 1, stackSizeMb: 1 }
  new Worker(watch, { eval: true, execArgv: [], env: {}, resourceLimits }).unref()
}
