import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { loadModule } from './cryptoki.ts'
import type { RejectedPin } from './login.ts'
import type { FromThread, Outcome, ToThread } from './protocol.ts'
import { TokenSession } from './token-session.ts'

/** What the main thread of the token's process gives each of its threads. */
export interface ThreadData {
  readonly module: string
  readonly thread: number
  readonly pinFile: string
  readonly rejectedPin: string | null
}

/** Milliseconds that a finished job may wait for the next one. */
const KEEP_MS = 2

const data = workerData as ThreadData
const port = parentPort!
const post = (message: FromThread): void => port.postMessage(message)

// The main thread has initialised the module for the whole process and keeps it loaded.
const cryptoki = await loadModule(data.module)
const rejected: RejectedPin = { stamp: data.rejectedPin }
const session = new TokenSession(cryptoki, { thread: data.thread, pinFile: data.pinFile, rejected })

port.on('message', (first: ToThread) => {
  // What has arrived meanwhile is taken at once: a turn of the event loop costs a tenth of an RSA-2048 signature.
  let next: { message: ToThread } | undefined = { message: first }
  for (; next; next = receiveMessageOnPort(port)) handle(next.message)
})
post({ type: 'ready' })

function handle(message: ToThread): void {
  switch (message.type) {
    case 'key':
      return session.defineKey(message.key)
    case 'drop-session':
      return session.drop(message.session)
    case 'jobs':
      return runJobs(message)
    case 'close':
      session.drop()
      post({ type: 'closed' })
      port.close()
  }
}

/** Outcomes go back together, but none is kept for long: a call that never returns must not take finished ones along. */
function runJobs({ jobs, connection, slot }: Extract<ToThread, { type: 'jobs' }>): void {
  const handle = Buffer.from(slot)
  let outcomes: Outcome[] = []
  let since = performance.now()
  for (const job of jobs) {
    const before = rejected.stamp
    outcomes.push(session.run(job, connection, handle))
    if (rejected.stamp !== null && rejected.stamp !== before)
      post({ type: 'pin-rejected', stamp: rejected.stamp })
    const now = performance.now()
    if (now - since < KEEP_MS) continue
    post({ type: 'outcomes', outcomes, connection })
    outcomes = []
    since = now
  }
  if (outcomes.length > 0) post({ type: 'outcomes', outcomes, connection })
}
