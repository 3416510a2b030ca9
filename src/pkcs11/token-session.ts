import { ckrOf, isConnectionLost } from './ckr.ts'
import { CKA, CKF, CKO, CKU, type Cryptoki, call, type Handle, type Mechanism } from './cryptoki.ts'
import { Fault } from './fault.ts'
import { checkFlags, type RejectedPin, sendPin } from './login.ts'
import {
  type FoundKey,
  findKey,
  findObjects,
  generateKeyPair,
  importCertificate,
  listObjects,
} from './objects.ts'
import { checkPinLength, readSecretFile } from './pin-file.ts'
import type { Job, KeyIdentity, MechanismCall, Outcome } from './protocol.ts'

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

/** One thread's session with the token and what it does there, one synchronous call after the other. */
export class TokenSession {
  readonly #cryptoki: Cryptoki
  readonly #thread: number
  readonly #pinFile: string
  readonly #rejected: RejectedPin
  readonly #identities = new Map<number, KeyIdentity>()
  readonly #output = Buffer.allocUnsafeSlow(MAX_SIGNATURE)
  #session: OpenSession | null = null
  #count = 0

  constructor(cryptoki: Cryptoki, options: { thread: number; pinFile: string; rejected: RejectedPin }) {
    this.#cryptoki = cryptoki
    this.#thread = options.thread
    this.#pinFile = options.pinFile
    this.#rejected = options.rejected
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

  /** Runs a job; every failure closes the session, since an operation may still be active in it. */
  run(job: Job, connection: number, slot: Handle): Outcome {
    const progress = { touched: false }
    try {
      const session = this.#open(connection, slot)
      const value = this.#perform(session, job, progress)
      const tag = { thread: this.#thread, session: session.number }
      return { result: { id: job.id, value, session: tag }, lost: false, repeatable: false }
    } catch (error) {
      this.drop()
      return failure(job, error, progress.touched)
    }
  }

  #open(connection: number, slot: Handle): OpenSession {
    if (this.#session?.connection === connection) return this.#session
    this.drop()
    const handle = call('C_OpenSession', () => this.#cryptoki.C_OpenSession(slot, CKF.SERIAL_SESSION))
    this.#session = { connection, number: ++this.#count, slot, handle, keys: new Map() }
    return this.#session
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
      default:
        throw new Fault('ERR_P11_FUNCTION_UNSUPPORTED', {
          function: job.op,
          ckr: 'CKR_FUNCTION_NOT_SUPPORTED',
        })
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
    const { secret, stamp } = readSecretFile(this.#pinFile)
    if (stamp === this.#rejected.stamp) throw new Fault('ERR_P11_PIN_REJECTED')
    checkPinLength(secret, token)
    call('C_SignInit', () => this.#cryptoki.C_SignInit(session.handle, toMechanism(job.call), key.handle))
    sendPin(this.#cryptoki, session.handle, CKU.CONTEXT_SPECIFIC, secret, stamp, this.#rejected)
    progress.touched = true
    return this.#finish(session.handle, job.input)
  }

  #finish(handle: Handle, input: Uint8Array): Uint8Array {
    const data = Buffer.from(input.buffer, input.byteOffset, input.byteLength)
    const value = call('C_Sign', () => this.#cryptoki.C_Sign(handle, data, this.#output))
    return Uint8Array.from(value)
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

function failure(job: Job, error: unknown, touched: boolean): Outcome {
  const fault =
    error instanceof Fault
      ? { code: error.code, details: error.details }
      : {
          code: 'ERR_P11_CALL_FAILED' as const,
          details: { function: job.op, ckr: error instanceof Error ? error.name : 'unknown' },
        }
  const ckr = ckrOf(error)
  // Private keys are invisible where the login or the token is gone, so a missing key means: look again.
  const lost = ckr === null ? fault.code === 'ERR_P11_KEY_NOT_FOUND' : isConnectionLost(ckr)
  return { result: { id: job.id, fault }, lost, repeatable: lost && !touched }
}
