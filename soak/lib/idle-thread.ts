import { Worker } from 'node:worker_threads'

/** A thread that does nothing but look how late its timers are: what the machine itself, with all it runs, costs. */
export interface IdleThread {
  /** Ends it; gives the 99th percentile of its delay in milliseconds. */
  stop(): Promise<number>
}

const program = `
  const { parentPort } = require('node:worker_threads')
  const { monitorEventLoopDelay } = require('node:perf_hooks')
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  parentPort.once('message', () => {
    parentPort.postMessage(delay.percentile(99) / 1e6 - 1)
    process.exit(0)
  })`

export function startIdleThread(): IdleThread {
  const thread = new Worker(program, { eval: true, execArgv: [] })
  return {
    stop: () =>
      new Promise((resolve, reject) => {
        thread.once('message', resolve)
        thread.once('error', reject)
        thread.postMessage('stop')
      }),
  }
}
