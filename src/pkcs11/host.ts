import type { Worker } from 'node:worker_threads'
import { ckrOf, isConnectionLost } from './ckr.ts'
import { type Connection, closeQuietly, connect } from './connection.ts'
import type { Cryptoki } from './cryptoki.ts'
import { startThread } from './entry.ts'
import { Fault, faultData } from './fault.ts'
import { type ConnectionFault, Link } from './link.ts'
import type { RejectedPin } from './login.ts'
import {
  type ChildOptions,
  type FaultData,
  FIRST_STREAM,
  type FromChild,
  type ThreadRequest,
} from './protocol.ts'
import type { ThreadData } from './worker.ts'

/** Connections in a row through which nothing was done, after which the module itself is taken for stuck. */
const MAX_USELESS = 3
/** Milliseconds in which threads that ask one after the other share one refusal. */
const SAME_REFUSAL_MS = 200

/**
 * The main thread of the token's process: keeps the module loaded and initialised, finds the token, logs in, and holds
 * the login by a session of its own. The threads take their jobs from the parent directly and come here only when
 * their connection is lost.
 */
export class Host {
  readonly #cryptoki: Cryptoki
  readonly #options: ChildOptions
  readonly #send: (message: FromChild) => void
  readonly #rejected: RejectedPin
  readonly #link = new Link()
  readonly #threads: readonly Worker[]
  #connection: Connection | null = null
  #number = 0
  #useless = 0
  #refusedAt = Number.NEGATIVE_INFINITY

  constructor(cryptoki: Cryptoki, options: ChildOptions, send: (message: FromChild) => void) {
    this.#cryptoki = cryptoki
    this.#options = options
    this.#send = send
    this.#rejected = { stamp: options.rejectedPin }
    this.#threads = Array.from({ length: options.sessions }, (_, index) => this.#startThread(index))
  }

  /** Waits for the threads, which end when the parent closes their streams, logs out and gives the module back. */
  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => new Promise((resolve) => thread.once('exit', resolve))))
    if (this.#connection) closeQuietly(this.#cryptoki, this.#connection.holder)
    this.#cryptoki.C_Finalize()
  }

  #startThread(index: number): Worker {
    const { module, pinFile, rejectedPin } = this.#options
    const data: ThreadData = {
      module,
      pinFile,
      rejectedPin,
      thread: index,
      stream: FIRST_STREAM + index,
      link: this.#link.memory,
    }
    const thread = startThread('worker', data)
    thread.on('message', (request: ThreadRequest) => this.#answer(request))
    thread.on('error', endNow)
    return thread
  }

  #answer(request: ThreadRequest): void {
    if (request.type === 'pin-rejected') {
      this.#rejected.stamp = request.stamp
      this.#send(request)
    } else if (this.#connection && request.lost !== this.#number) this.#link.unchanged()
    else this.#reconnect()
  }

  #reconnect(): void {
    this.#disconnect()
    if (performance.now() - this.#refusedAt < SAME_REFUSAL_MS) this.#link.unchanged()
    else if (this.#useless >= MAX_USELESS) this.#refuse({ ...sessionLost, fresh: true })
    else this.#connect()
  }

  #connect(): void {
    const before = this.#rejected.stamp
    try {
      this.#connection = connect(this.#cryptoki, this.#options, this.#rejected)
      this.#send({ type: 'connected', serialNumber: this.#connection.token.serialNumber.trimEnd() })
      this.#link.connected(++this.#number, this.#connection.slot)
    } catch (error) {
      if (this.#rejected.stamp !== null && this.#rejected.stamp !== before) {
        this.#send({ type: 'pin-rejected', stamp: this.#rejected.stamp })
      }
      this.#refuse({ ...faultData(error, 'connect'), fresh: needsFreshModule(error) })
    }
  }

  #disconnect(): void {
    if (!this.#connection) return
    closeQuietly(this.#cryptoki, this.#connection.holder)
    this.#connection = null
    this.#useless = this.#link.wasUsed(this.#number) ? 0 : this.#useless + 1
  }

  #refuse(fault: ConnectionFault): void {
    this.#refusedAt = performance.now()
    this.#link.failed(fault)
  }
}

const sessionLost: FaultData = { code: 'ERR_P11_SESSION_LOST', details: { ckr: 'CKR_SESSION_CLOSED' } }

/** An orderly exit waits for threads, and one of them may be stuck in the module. */
export const endNow = (): void => {
  process.kill(process.pid, 'SIGKILL')
}

/** Some modules find a token that was away only when they are started anew. */
function needsFreshModule(error: unknown): boolean {
  const ckr = ckrOf(error)
  if (ckr !== null) return isConnectionLost(ckr)
  return (
    error instanceof Fault &&
    (error.code === 'ERR_P11_TOKEN_ABSENT' || error.code === 'ERR_P11_TOKEN_CHANGED')
  )
}
