import { availableParallelism } from 'node:os'
import { type Certificate, der, type SignatureAlgorithm } from '../formats/index.ts'
import { startChild } from './child-handle.ts'
import { chooseCsrAlgorithm, encodeCsr } from './csr.ts'
import { Pkcs11Error } from './errors.ts'
import { algorithmKey, algorithmsFor, plansFor, type SigningPlan } from './mechanisms.ts'
import {
  type CertificateObject,
  GENERATE_DEADLINE_MS,
  type KeySpec,
  type TokenDescription,
  type TokenObjects,
} from './protocol.ts'
import type { KeyEntry, KeyProvider, ProviderDescription, ProviderHealth } from './provider.ts'
import { kindOfKey, nameKind, publicPart } from './public-key.ts'
import {
  createSigningKey,
  readCertificate,
  requireOwnCertificate,
  type SignRaw,
  signVerified,
} from './signing-key.ts'
import { Supervisor } from './supervisor.ts'
import { pairKeys, type TokenKey } from './token-keys.ts'

export interface Pkcs11ProviderOptions {
  /** Path of the PKCS#11 module. */
  readonly module: string
  /** Label of the token; without it the module must show exactly one. */
  readonly token?: string | null
  /** File (mode 0600) with the user's PIN. It is read in the token's process only. */
  readonly pinFile: string
  /** Sessions, each with a thread. Default: as many as processors, right for tokens in software; an HSM's licence says. */
  readonly sessions?: number
  /** What a module such as NSS wants as its parameters. */
  readonly libraryParameters?: string | null
  /** Variables for the module's process, such as SOFTHSM2_CONF. */
  readonly environment?: Readonly<Record<string, string>>
  /** Milliseconds for a call, waiting included. Default 30,000. */
  readonly deadlineMs?: number
  /** Calls that may wait. Default 10,000. */
  readonly maxWaiting?: number
}

const HEALTH_DEADLINE_MS = 3_000

/** A key made ready: how the token is called for each algorithm that it accepted. */
interface OpenKey {
  readonly plans: ReadonlyMap<string, SigningPlan>
  readonly algorithms: readonly SignatureAlgorithm[]
  readonly signRaw: SignRaw
}

/**
 * Opens a token through its PKCS#11 module, in a supervised process of its own.
 *
 * Throws `ERR_P11_ADDON_MISSING`, `ERR_P11_MODULE_…`, `ERR_P11_TOKEN_…`, `ERR_P11_PIN_…`: a caller may fall back to keys
 * in files on the first two.
 */
export async function openPkcs11Provider(options: Pkcs11ProviderOptions): Promise<KeyProvider> {
  const deadlineMs = options.deadlineMs ?? 30_000
  const sessions = options.sessions ?? Math.max(2, availableParallelism())
  const supervisor = new Supervisor({
    deadlineMs,
    maxWaiting: options.maxWaiting ?? 10_000,
    start: () => startChild(sessions, options.environment ?? {}),
    child: {
      module: options.module,
      libraryParameters: options.libraryParameters ?? null,
      tokenLabel: options.token ?? null,
      serialNumber: null,
      pinFile: options.pinFile,
      sessions,
      rejectedPin: null,
    },
  })
  try {
    const { value } = await supervisor.call({ op: 'describe' })
    return new Pkcs11Provider(options.module, supervisor, value as TokenDescription)
  } catch (error) {
    await supervisor.close()
    throw error
  }
}

class Pkcs11Provider implements KeyProvider {
  readonly kind = 'pkcs11'
  readonly software = false
  readonly #module: string
  readonly #supervisor: Supervisor
  readonly #token: TokenDescription
  readonly #open = new Map<string, Promise<OpenKey>>()

  constructor(module: string, supervisor: Supervisor, token: TokenDescription) {
    this.#module = module
    this.#supervisor = supervisor
    this.#token = token
  }

  describe(): ProviderDescription {
    const { library, label, serialNumber, manufacturer, model } = this.#token
    return {
      kind: this.kind,
      software: this.software,
      label: `${library}, ${label}`,
      module: this.#module,
      token: label,
      serialNumber,
      manufacturer,
      model,
    }
  }

  async listKeys(): Promise<KeyEntry[]> {
    return (await this.#keys()).map(({ entry }) => entry)
  }

  async generateKey(spec: KeySpec, label: string): Promise<KeyEntry> {
    const { value } = await this.#supervisor.call({ op: 'generate', spec, label }, GENERATE_DEADLINE_MS)
    return (await this.#key(value as string)).entry
  }

  async createCsr(keyId: string, subject: Uint8Array): Promise<Uint8Array> {
    const key = await this.#key(keyId)
    const { algorithms, signRaw } = await this.#openKey(key)
    const algorithm = chooseCsrAlgorithm(algorithms)
    if (!algorithm) throw new Pkcs11Error('ERR_P11_KEY_TOO_WEAK', { details: { kind: key.entry.algorithm } })
    return encodeCsr(subject, key.entry.publicKey, algorithm, (info) =>
      signVerified(key.publicKey, signRaw, info, algorithm),
    )
  }

  async importCertificate(keyId: string, certificate: Uint8Array): Promise<void> {
    const parsed = readCertificate(certificate)
    const key = await this.#key(keyId)
    requireOwnCertificate([parsed], key.publicKey, keyId)
    await this.#supervisor.call({ op: 'import', certificate: certificateObject(parsed, key.entry) })
  }

  async signingKey(keyId: string, chain: readonly Certificate[]) {
    const key = await this.#key(keyId, chain[0])
    const endEntity = requireOwnCertificate(chain, key.publicKey, keyId)
    const { algorithms, signRaw } = await this.#openKey(key)
    const kind = nameKind(kindOfKey(key.publicKey))
    return createSigningKey({ chain, publicKey: endEntity.keyObject, kind, algorithms, signRaw })
  }

  async health(): Promise<ProviderHealth> {
    const status = this.#supervisor.status()
    const error = await this.#check()
    const { state, sessions, waiting, running, restarts, lastError } = this.#supervisor.status()
    const last = error ?? lastError
    return {
      ok: error === null,
      software: this.software,
      state: error === null ? state : status.state === 'ready' && state === 'ready' ? 'failed' : state,
      slots: this.#token.slots,
      sessions,
      waiting,
      running,
      restarts,
      lastError: last && {
        code: last.code,
        ckr: typeof last.details['ckr'] === 'string' ? last.details['ckr'] : null,
      },
    }
  }

  pids(): number[] {
    return this.#supervisor.pids()
  }

  close(): Promise<void> {
    return this.#supervisor.close()
  }

  async #check(): Promise<Pkcs11Error | null> {
    try {
      await this.#supervisor.call({ op: 'check', keys: this.#open.size > 0 }, HEALTH_DEADLINE_MS)
      return null
    } catch (error) {
      return error instanceof Pkcs11Error ? error : new Pkcs11Error('ERR_P11_CHILD_START', { cause: error })
    }
  }

  async #keys(): Promise<TokenKey[]> {
    return pairKeys((await this.#supervisor.call({ op: 'list' })).value as TokenObjects)
  }

  /** The key with this id; among several, the one of the certificate. */
  async #key(keyId: string, certificate?: Certificate): Promise<TokenKey> {
    const keys = (await this.#keys()).filter(({ entry }) => entry.id === keyId)
    const own = certificate && keys.find(({ publicKey }) => certificate.keyObject.equals(publicKey))
    if (own) return own
    if (keys.length > 1)
      throw new Pkcs11Error('ERR_P11_KEY_AMBIGUOUS', { details: { key: keyId, count: keys.length } })
    if (!keys[0]) throw new Pkcs11Error('ERR_P11_KEY_NOT_FOUND', { details: { key: keyId } })
    return keys[0]
  }

  /** Mechanisms are chosen once per key; a failed choice is made again. */
  #openKey(key: TokenKey): Promise<OpenKey> {
    const name = `${key.entry.id} ${Buffer.from(key.entry.publicKey).toString('base64')}`
    const known = this.#open.get(name)
    if (known) return known
    const opening = this.#choosePlans(key)
    this.#open.set(name, opening)
    opening.catch(() => this.#open.delete(name))
    return opening
  }

  async #choosePlans({ entry, publicKey }: TokenKey): Promise<OpenKey> {
    const ref = this.#supervisor.defineKey({ id: entry.id, ...publicPart(publicKey) })
    const kind = kindOfKey(publicKey)
    const offered = new Set(this.#token.mechanisms)
    const candidates = algorithmsFor(kind).flatMap((algorithm) => plansFor(kind, algorithm, offered))
    const calls = candidates.map(({ call }) => call)
    const accepted = (await this.#supervisor.call({ op: 'probe', key: ref, calls })).value as boolean[]
    const plans = new Map<string, SigningPlan>()
    for (const [index, plan] of candidates.entries()) {
      const name = algorithmKey(plan.algorithm)
      if (accepted[index] && !plans.has(name)) plans.set(name, plan)
    }
    const algorithms = [...plans.values()].map(({ algorithm }) => algorithm)
    return { plans, algorithms, signRaw: (dtbs, algorithm) => this.#sign(ref, plans, dtbs, algorithm) }
  }

  async #sign(
    ref: number,
    plans: ReadonlyMap<string, SigningPlan>,
    dtbs: Uint8Array,
    algorithm: SignatureAlgorithm,
  ) {
    const plan = plans.get(algorithmKey(algorithm))!
    const { value, session } = await this.#supervisor.call({
      op: 'sign',
      key: ref,
      call: plan.call,
      input: plan.input(dtbs),
    })
    const discard = (): void => {
      if (session) this.#supervisor.dropSession(session)
    }
    try {
      return { value: plan.output(new Uint8Array(value as Uint8Array)), discard }
    } catch (error) {
      discard()
      throw error
    }
  }
}

function certificateObject(certificate: Certificate, entry: KeyEntry): CertificateObject {
  return {
    id: entry.id,
    label: entry.label,
    value: certificate.der,
    subject: certificate.subject.der,
    issuer: certificate.issuer.der,
    serialNumber: der.tlv(0x02, certificate.serialNumber),
  }
}
