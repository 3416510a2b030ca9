import {
  type DigestName,
  digestBytes,
  encodeTimeStampResponse,
  parseTimeStampRequest,
  type TimeStampRequest,
} from '../formats/index.ts'
import { foreignSerial } from './authority.ts'
import type { TsaBehaviour } from './behaviour.ts'
import { type Environment, makeCertificate } from './build.ts'
import { chainOf, type Entity, entityOf, type Pki, privateKeyOf } from './entity.ts'
import { type FaultName, faults } from './faults.ts'
import type { Reply } from './http.ts'
import { profiles } from './pki.ts'
import { buildTimestampToken, OTHER_TSA_POLICY, type TokenInput, TSA_POLICY } from './timestamp.ts'

/** PKIFailureInfo bits (RFC 3161, 2.4.2). */
const failures = { badAlg: 0, badDataFormat: 5, unacceptedPolicy: 15, systemFailure: 25 } as const

const offered: ReadonlySet<DigestName> = new Set<DigestName>([
  'sha256',
  'sha384',
  'sha512',
  'sha3-256',
  'sha3-384',
  'sha3-512',
])

/** One time-stamping authority: an entity of the PKI and how it behaves. */
export class TimestampEndpoint {
  readonly #env: Environment
  #earlier: Uint8Array | null = null
  readonly #faulty = new Map<string, Entity>()

  constructor(env: Environment) {
    this.#env = env
  }

  /** TimeStampResp for the TimeStampReq in `body`, signed by the entity `name`, true or lying as `behaviour` says. */
  answer(pki: Pki, name: string, body: Uint8Array, behaviour: TsaBehaviour): Reply {
    let request: TimeStampRequest
    try {
      request = parseTimeStampRequest(body)
    } catch {
      return reject('badDataFormat')
    }
    if (!offered.has(request.digest)) return reject('badAlg')
    if (request.imprint.length !== digestBytes(request.digest).length) return reject('badDataFormat')
    if (request.policy && request.policy !== TSA_POLICY) return reject('unacceptedPolicy')
    if (behaviour === 'rejection') return reject('systemFailure')
    if (behaviour === 'granted-without-token')
      return reply(encodeTimeStampResponse({ status: 0, token: null }))
    const token = this.#token(pki, entityOf(pki, name), request, behaviour)
    if (behaviour === 'rejection-with-token') {
      return reply(encodeTimeStampResponse({ status: 2, failureInfo: failures.systemFailure, token }))
    }
    return reply(encodeTimeStampResponse({ status: 0, token }))
  }

  #token(pki: Pki, authority: Entity, request: TimeStampRequest, behaviour: TsaBehaviour): Uint8Array {
    const earlier = this.#earlier
    if (behaviour === 'replay' && earlier) return earlier
    const signer = this.#signer(pki, authority, behaviour)
    const now = this.#env.clock()
    const chain = [signer.certificate, ...chainOf(pki, authority.name).slice(1, -1)]
    const honest: TokenInput = {
      signer: signer.certificate,
      key: privateKeyOf(signer),
      certificates: request.certReq ? chain : [],
      imprint: request.imprint,
      digest: request.digest,
      policy: TSA_POLICY,
      serialNumber: this.#env.random(8),
      genTime: now,
      nonce: request.nonce,
    }
    const token = buildTimestampToken(twist(honest, behaviour, pki, authority))
    this.#earlier ??= token
    return token
  }

  /** The authority, or a copy of it whose certificate has the fault that `behaviour` names. */
  #signer(pki: Pki, authority: Entity, behaviour: TsaBehaviour): Entity {
    const fault = typeof behaviour === 'string' ? signerFaults[behaviour] : undefined
    if (!fault) return authority
    const id = `${fault} ${authority.certificate.sha256}`
    let faulty = this.#faulty.get(id)
    if (!faulty) {
      faulty = faultyCopy(pki, authority, fault, this.#env)
      this.#faulty.set(id, faulty)
    }
    return faulty
  }
}

const signerFaults: Readonly<Record<string, FaultName>> = {
  'wrong-eku': 'eku-mixed',
  'eku-absent': 'eku-absent',
  'eku-not-critical': 'eku-not-critical',
  expired: 'expired',
  untrusted: 'untrusted',
}

function faultyCopy(pki: Pki, authority: Entity, fault: FaultName, env: Environment): Entity {
  const change = faults[fault].change
  const certificate = makeCertificate(
    pki,
    {
      name: authority.name,
      // the impostor's certificate is its own issuer
      issuer: fault === 'untrusted' ? authority.name : authority.issuer,
      subject: authority.certificate.subject.der,
      publicKey: authority.certificate.publicKey,
      key: privateKeyOf(authority),
      profile: 'profile' in change ? change.profile : profiles.timestamping,
      notBefore: 'notBefore' in change ? change.notBefore : '-30d',
      notAfter: 'notAfter' in change ? change.notAfter : '+1y',
    },
    env,
  )
  return { ...authority, certificate }
}

function twist(honest: TokenInput, behaviour: TsaBehaviour, pki: Pki, authority: Entity): TokenInput {
  if (typeof behaviour === 'object' && 'shiftMs' in behaviour) {
    return { ...honest, genTime: new Date(honest.genTime.getTime() + behaviour.shiftMs) }
  }
  switch (behaviour) {
    case 'wrong-imprint':
      return { ...honest, imprint: digestBytes(honest.digest, honest.imprint) }
    case 'wrong-digest': {
      const digest = honest.digest === 'sha3-256' ? 'sha256' : 'sha3-256'
      return { ...honest, digest, imprint: digestBytes(digest, honest.imprint) }
    }
    case 'wrong-nonce':
      return { ...honest, nonce: foreignSerial(honest.serialNumber).subarray(0, 8) }
    case 'no-nonce':
      return { ...honest, nonce: null }
    case 'other-policy':
      return { ...honest, policy: OTHER_TSA_POLICY }
    case 'bad-signature':
      return { ...honest, badSignature: true }
    case 'wrong-ess':
      return { ...honest, essCertificate: entityOf(pki, authority.issuer).certificate }
    case 'no-ess':
      return { ...honest, essCertificate: null }
    case 'no-certificate':
      return { ...honest, certificates: [] }
    default:
      return honest
  }
}

const reject = (failure: keyof typeof failures): Reply =>
  reply(encodeTimeStampResponse({ status: 2, failureInfo: failures[failure], token: null }))

const reply = (body: Uint8Array): Reply => ({ status: 200, type: 'application/timestamp-reply', body })
