import { Fault } from './fault.ts'
import type { FaultData } from './protocol.ts'

/** A connection as the threads use it: its number, and the token's slot. */
export interface ConnectionRef {
  readonly number: number
  readonly slot: Buffer
}

/** Why there is no connection; `fresh` where only a module started anew may find the token again. */
export interface ConnectionFault extends FaultData {
  readonly fresh: boolean
}

// Int32 words of the shared memory, then the slot's handle, then the fault as JSON.
const TURN = 0
const NUMBER = 1
const USED = 2
const SLOT_LENGTH = 3
const FAULT_LENGTH = 4
const SLOT_AT = 32
const FAULT_AT = 64
const SIZE = 4096

/**
 * The connection to the token, shared between the main thread, which makes it, and the threads, which are never back in
 * their event loops: they ask by message and wait in shared memory.
 */
export class Link {
  readonly memory: SharedArrayBuffer
  readonly #words: Int32Array
  readonly #bytes: Uint8Array

  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(SIZE)) {
    this.memory = memory
    this.#words = new Int32Array(memory, 0, 8)
    this.#bytes = new Uint8Array(memory)
  }

  /** Main thread: the token is connected. */
  connected(number: number, slot: Uint8Array): void {
    this.#bytes.set(slot, SLOT_AT)
    Atomics.store(this.#words, SLOT_LENGTH, slot.length)
    Atomics.store(this.#words, FAULT_LENGTH, 0)
    Atomics.store(this.#words, NUMBER, number)
    this.#next()
  }

  /** Main thread: it is not, and why. */
  failed(fault: ConnectionFault): void {
    const json = Buffer.from(JSON.stringify(fault)).subarray(0, SIZE - FAULT_AT)
    this.#bytes.set(json, FAULT_AT)
    Atomics.store(this.#words, FAULT_LENGTH, json.length)
    Atomics.store(this.#words, NUMBER, 0)
    this.#next()
  }

  /** Main thread: what was asked is so already. */
  unchanged(): void {
    this.#next()
  }

  /** Main thread: whether anything was done through this connection. */
  wasUsed(number: number): boolean {
    return Atomics.load(this.#words, USED) === number
  }

  /** Thread: a job was done through this connection. */
  markUsed(number: number): void {
    Atomics.store(this.#words, USED, number)
  }

  /**
   * Thread: the connection, another than `lost`. Where there is none, `ask` tells the main thread and the thread waits
   * for its answer. Throws `ConnectionError`.
   */
  require(lost: number, ask: () => void): ConnectionRef {
    for (let asked = false; ; asked = true) {
      const turn = Atomics.load(this.#words, TURN)
      const held = this.#read()
      if (held && held.number !== lost) return held
      // While the lost one still stands there, the answer that woke us was another thread's.
      if (asked && !held) throw new ConnectionError(this.#readFault())
      if (!asked) ask()
      Atomics.wait(this.#words, TURN, turn)
    }
  }

  #readFault(): ConnectionFault {
    const length = Atomics.load(this.#words, FAULT_LENGTH)
    return JSON.parse(Buffer.from(this.#bytes.slice(FAULT_AT, FAULT_AT + length)).toString())
  }

  #read(): ConnectionRef | null {
    const number = Atomics.load(this.#words, NUMBER)
    if (number === 0) return null
    const length = Atomics.load(this.#words, SLOT_LENGTH)
    return { number, slot: Buffer.from(this.#bytes.slice(SLOT_AT, SLOT_AT + length)) }
  }

  #next(): void {
    Atomics.add(this.#words, TURN, 1)
    Atomics.notify(this.#words, TURN)
  }
}

/** The token cannot be connected; what the main thread said of it. */
export class ConnectionError extends Fault {
  readonly fresh: boolean

  constructor(fault: ConnectionFault) {
    super(fault.code, fault.details)
    this.name = 'ConnectionError'
    this.fresh = fault.fresh
  }
}
