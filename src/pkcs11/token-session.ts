import { CKR, ckrOf, isConnectionLost } from './ckr.ts'
import { describeToken } from './connection.ts'
import { CKA, CKF, CKO, CKU, type Cryptoki, call, type Handle, type Mechanism } from './cryptoki.ts'
import { Fault, faultData } from './fault.ts'
import { generateKeyPair } from './key-generation.ts'
import { ConnectionError, type Link } from './link.ts'
import { checkFlags, type RejectedPin, sendPin } from './login.ts'
import { type FoundKey, findKey, findObjects, importCertificate, listObjects } from './objects.ts'
import { checkPinLength, readSecretFile } from './pin-file.ts'
import type { Job, JobResult, KeyIdentity, MechanismCall, ThreadRequest } from './protocol.ts'

/** Bytes of the longest signature value a key we know makes: RSA-16384. */
const MAX_SIGNATURE = 2048

/** A session that holds as long as its connection, and the keys found through it. */
interface OpenSession {
  readonly connection: number
  readonly number: number
  readonly slot: Handle
  readonly handle: Handle
  readonly keys: Map<number, FoundKey>
}

interface Attempt {
  readonly result: JobResult
  /** Session, login or token is gone. */
  readonly lost: boolean
  /** Nothing was signed or written, so the job may be run again. */
  readonly repeatable: boolean
}

export interface TokenSessionOptions {
  readonly thread: number
  readonly pinFile: string
  readonly rejected: RejectedPin
  readonly ask: (request: ThreadRequest) => void
}

/** One thread's session with the token and what it does there, one synchronous call after the other. */
export class TokenSession {
  readonly #cryptoki: Cryptoki
  readonly #link: Link
  readonly #options: TokenSessionOptions
  readonly #identities = new Map<number, KeyIdentity>()
  readonly #output = Buffer.allocUnsafeSlow(MAX_SIGNATURE)
  #session: OpenSession | null = null
  #count = 0
  #lost = 0

  constructor(cryptoki: Cryptoki, link: Link, options: TokenSessionOptions) {
    this.#cryptoki = cryptoki
    this.#link = link
    this.#options = options
  }

  defineKey(key: KeyIdentity): void {
    this.#identities.set(key.ref, key)
  }

  /** Closes the session if it is still the one meant; without a number, whichever is open. */
  drop(number?: number): void {
    const session = this.#session
    if (!session || (number !== undefined && session.number !== number)) return
    this.#session = null
    try {
      this.#cryptoki.C_CloseSession(session.handle)
    } catch {
      // A session that is gone is what was wanted.
    }
  }

  /**
   * Runs a job; every failure closes the session, since an operation may still be active in it. Where the connection
   * turns out lost before anything was signed or written, the job is run once more through a new one.
   */
  run(job: Job): JobResult {
    const first = this.#attempt(job)
    return first.lost && first.repeatable ? this.#attempt(job).result : first.result
  }

  #attempt(job: Job): Attempt {
    const progress = { touched: false }
    try {
      const session = this.#open()
      const value = this.#perform(session, job, progress)
      this.#link.markUsed(session.connection)
      const tag = { thread: this.#options.thread, session: session.number }
      return { result: { id: job.id, value, session: tag }, lost: false, repeatable: false }
    } catch (error) {
      const connection = this.#session?.connection ?? this.#lost
      // A handle the module calls invalid may by now be another session's.
      if (isSessionGone(error)) this.#session = null
      else this.drop()
      const attempt = failure(job, error, progress.touched)
      if (attempt.lost) this.#lost = connection
      return attempt
    }
  }

  #open(): OpenSession {
    if (this.#session) return this.#session
    const { number, slot } = this.#link.require(this.#lost, () =>
      this.#options.ask({ type: 'connect', lost: this.#lost }),
    )
    try {
      const handle = call('C_OpenSession', () => this.#cryptoki.C_OpenSession(slot, CKF.SERIAL_SESSION))
      this.#session = { connection: number, number: ++this.#count, slot, handle, keys: new Map() }
      return this.#session
    } catch (error) {
      this.#lost = number
      throw error
    }
  }

  #perform(session: OpenSession, job: Job, progress: { touched: boolean }): unknown {
    switch (job.op) {
      case 'sign':
        return this.#sign(session, job, progress)
      case 'probe':
        return this.#probe(session, job.key, job.calls)
      case 'list':
        return listObjects(this.#cryptoki, session.handle)
      case 'check':
        return this.#check(session, job.keys)
      case 'generate':
        return this.#write(session, progress, (handle) =>
          generateKeyPair(this.#cryptoki, handle, job.spec, job.label),
        )
      case 'import':
        return this.#write(session, progress, (handle) =>
          importCertificate(this.#cryptoki, handle, job.certificate),
        )
      case 'describe':
        return describeToken(this.#cryptoki, session.slot)
    }
  }

  #sign(session: OpenSession, job: Extract<Job, { op: 'sign' }>, progress: { touched: boolean }): unknown {
    const key = this.#key(session, job.key)
    if (key.alwaysAuthenticate) return this.#signWithPin(session, key, job, progress)
    const { handle } = session
    call('C_SignInit', () => this.#cryptoki.C_SignInit(handle, toMechanism(job.call), key.handle))
    progress.touched = true
    return this.#finish(handle, job.input)
  }

  /** CKA_ALWAYS_AUTHENTICATE: SignInit, context-specific login, Sign, with no other call between (v3.1, 4.9). */
  #signWithPin(
    session: OpenSession,
    key: FoundKey,
    job: Extract<Job, { op: 'sign' }>,
    progress: { touched: boolean },
  ) {
    const token = call('C_GetTokenInfo', () => this.#cryptoki.C_GetTokenInfo(session.slot))
    checkFlags(token.flags)
    const { pinFile, rejected, ask } = this.#options
    const { secret, stamp } = readSecretFile(pinFile)
    if (stamp === rejected.stamp) throw new Fault('ERR_P11_PIN_REJECTED')
    checkPinLength(secret, token)
    call('C_SignInit', () => this.#cryptoki.C_SignInit(session.handle, toMechanism(job.call), key.handle))
    try {
      sendPin(this.#cryptoki, session.handle, CKU.CONTEXT_SPECIFIC, secret, stamp, rejected)
    } catch (error) {
      if (rejected.stamp === stamp) ask({ type: 'pin-rejected', stamp })
      throw error
    }
    progress.touched = true
    return this.#finish(session.handle, job.input)
  }

  #finish(handle: Handle, input: Uint8Array): Uint8Array {
    const data = Buffer.from(input.buffer, input.byteOffset, input.byteLength)
    const value = call('C_Sign', () => this.#cryptoki.C_Sign(handle, data, this.#output))
    return new Uint8Array(value)
  }

  #key(session: OpenSession, ref: number): FoundKey {
    const known = session.keys.get(ref)
    if (known) return known
    const identity = this.#identities.get(ref)
    if (!identity) throw new Fault('ERR_P11_KEY_NOT_FOUND', { key: String(ref) })
    const found = findKey(this.#cryptoki, session.handle, identity)
    session.keys.set(ref, found)
    return found
  }

  /** Which mechanism calls C_SignInit accepts for a key; nothing is signed. */
  #probe(session: OpenSession, ref: number, calls: readonly MechanismCall[]): boolean[] {
    const key = this.#key(session, ref)
    return calls.map((mechanism) =>
      this.#inSession(session.slot, CKF.SERIAL_SESSION, (handle) => this.#accepts(handle, key, mechanism)),
    )
  }

  #accepts(handle: Handle, key: FoundKey, mechanism: MechanismCall): boolean {
    try {
      call('C_SignInit', () => this.#cryptoki.C_SignInit(handle, toMechanism(mechanism), key.handle))
      return true
    } catch (error) {
      const ckr = ckrOf(error)
      if (ckr === null || isConnectionLost(ckr)) throw error
      return false
    }
  }

  /** A look at the token that no cache answers: whether private keys can be found. */
  #check(session: OpenSession, keys: boolean): number {
    const found = findObjects(this.#cryptoki, session.handle, [
      { type: CKA.CLASS, value: CKO.PRIVATE_KEY },
    ]).length
    if (keys && found === 0) throw new Fault('ERR_P11_KEY_NOT_FOUND', { key: '*' })
    return found
  }

  #write<T>(session: OpenSession, progress: { touched: boolean }, run: (handle: Handle) => T): T {
    return this.#inSession(session.slot, CKF.SERIAL_SESSION | CKF.RW_SESSION, (handle) => {
      progress.touched = true
      return run(handle)
    })
  }

  #inSession<T>(slot: Handle, flags: number, run: (handle: Handle) => T): T {
    const handle = call('C_OpenSession', () => this.#cryptoki.C_OpenSession(slot, flags))
    try {
      return run(handle)
    } finally {
      try {
        this.#cryptoki.C_CloseSession(handle)
      } catch {
        // The result or error of the work is what counts.
      }
    }
  }
}

const toMechanism = ({ mechanism, pss }: MechanismCall): Mechanism =>
  pss ? { mechanism, parameter: pss } : { mechanism }

const isSessionGone = (error: unknown): boolean => {
  const ckr = ckrOf(error)
  return ckr === CKR.SESSION_HANDLE_INVALID || ckr === CKR.SESSION_CLOSED
}

function failure(job: Job, error: unknown, touched: boolean): Attempt {
  const result = { id: job.id, fault: faultData(error, job.op) }
  if (error instanceof ConnectionError) {
    return { result: { ...result, fresh: error.fresh }, lost: false, repeatable: false }
  }
  const ckr = ckrOf(error)
  // Private keys are invisible where the login or the token is gone, so a missing key means: look again.
  const lost = ckr === null ? result.fault.code === 'ERR_P11_KEY_NOT_FOUND' : isConnectionLost(ckr)
  return { result, lost, repeatable: lost && !touched }
}
