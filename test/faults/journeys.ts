import { randomBytes, randomUUID } from 'node:crypto'
import type { FaultPoint } from '../../src/api/index.ts'
import type { EvaluationFile } from '../../src/main/index.ts'
import { type Call, type Outcome, send, sendUntilDone, sha256, uniquePdf } from './caller.ts'
import type { Device } from './device.ts'

/** Where requests go to, and who sends them. */
export interface Stage {
  readonly url: string
  readonly evaluation: EvaluationFile
  readonly device: Device
  readonly level: 'B-B' | 'B-T'
}

/** One request with everything it needs done before it, to be sent as often as wished. */
export interface Scene {
  readonly idempotencyKey: string
  /** Digests of documents that this scene may have signed. */
  readonly documentSha256: string | null
  readonly call: Call
  /**
   * The same request where the first try may have used up an activation: a person who signs again gives the PIN again.
   * Same `Idempotency-Key`, same document.
   */
  readonly renew?: (stage: Stage) => Promise<Call>
}

export type Journey = (stage: Stage) => Promise<Scene>

const READY_MS = 10_000

export const sendAs = (stage: Stage, call: Call): Promise<Outcome> =>
  send(stage.url, stage.evaluation.apiKeys.emr, call)

/** Steps before the one that is interrupted have to succeed. */
async function must(stage: Stage, call: Call): Promise<Outcome> {
  const outcome = await sendUntilDone(() => sendAs(stage, call), READY_MS)
  if (outcome.status !== 200 && outcome.status !== 201)
    throw new Error(`${call.path}: ${outcome.status} ${outcome.bytes.toString('utf8').slice(0, 500)}`)
  return outcome
}

const credentialOf = ({ evaluation }: Stage, kind: 'seal' | 'staff') =>
  evaluation.credentials.find((credential) => credential.kind === kind)!

function signCall(
  stage: Stage,
  kind: 'seal' | 'staff',
  document: Buffer,
  headers: Record<string, string>,
): Call {
  return {
    path: `/v1/sign?credential=${credentialOf(stage, kind).id}&level=${stage.level}`,
    headers: { 'content-type': 'application/pdf', ...headers },
    body: () => new Uint8Array(document),
  }
}

function jsonCall(path: string, body: object, idempotencyKey: string): Call {
  const headers = { 'content-type': 'application/json', 'idempotency-key': idempotencyKey }
  return { path, headers, body: () => JSON.stringify(body) }
}

export const signWithSeal: Journey = async (stage) => {
  const document = uniquePdf()
  const idempotencyKey = randomUUID()
  const call = signCall(stage, 'seal', document, { 'idempotency-key': idempotencyKey })
  return { idempotencyKey, documentSha256: sha256(document), call }
}

function activationCall(stage: Stage, document: Buffer, idempotencyKey: string): Call {
  const { id, pin } = credentialOf(stage, 'staff')
  return jsonCall('/v1/activations', { credential: id, documents: [sha256(document)], pin }, idempotencyKey)
}

async function signAsDoctor(stage: Stage): Promise<Scene> {
  const document = uniquePdf()
  const idempotencyKey = randomUUID()
  const renew = async (now: Stage): Promise<Call> => {
    const { bytes } = await must(now, activationCall(now, document, randomUUID()))
    const { activation } = JSON.parse(bytes.toString('utf8'))
    const headers = { 'idempotency-key': idempotencyKey, 'anky-activation': activation }
    return signCall(now, 'staff', document, headers)
  }
  return { idempotencyKey, documentSha256: sha256(document), call: await renew(stage), renew }
}

const activate: Journey = async (stage) => {
  const idempotencyKey = randomUUID()
  return { idempotencyKey, documentSha256: null, call: activationCall(stage, uniquePdf(), idempotencyKey) }
}

function prepareCall({ device, level }: Stage, document: Buffer, idempotencyKey: string): Call {
  return {
    path: '/v1/signing-requests',
    headers: { 'idempotency-key': idempotencyKey },
    body: () => {
      const form = new FormData()
      form.set('options', JSON.stringify({ level }))
      form.set('certificatePem', device.certificatePem)
      form.set('chainPem', device.chainPem)
      form.set('document', new Blob([new Uint8Array(document)], { type: 'application/pdf' }))
      return form
    },
  }
}

const prepareElsewhere: Journey = async (stage) => {
  const idempotencyKey = randomUUID()
  return { idempotencyKey, documentSha256: null, call: prepareCall(stage, uniquePdf(), idempotencyKey) }
}

const completeElsewhere: Journey = async (stage) => {
  const document = uniquePdf()
  const { bytes } = await must(stage, prepareCall(stage, document, randomUUID()))
  const { id, dtbs } = JSON.parse(bytes.toString('utf8'))
  const idempotencyKey = randomUUID()
  const body = { signatureValue: stage.device.sign(dtbs) }
  const call = jsonCall(`/v1/signing-requests/${id}/complete`, body, idempotencyKey)
  return { idempotencyKey, documentSha256: sha256(document), call }
}

const stampTime: Journey = async () => {
  const idempotencyKey = randomUUID()
  const body = { hash: randomBytes(32).toString('hex'), hashAlgorithm: 'sha256' }
  return { idempotencyKey, documentSha256: null, call: jsonCall('/v1/timestamps', body, idempotencyKey) }
}

/** The request that passes each point. */
export const journeys: Readonly<Record<FaultPoint, Journey>> = {
  'sign.authenticated': signWithSeal,
  'sign.body-read': signWithSeal,
  'sign.intent-committed': signWithSeal,
  'sign.activation-consumed': signAsDoctor,
  'sign.signer-checked': signWithSeal,
  'sign.prepared': signWithSeal,
  'sign.key-used': signWithSeal,
  'sign.finished': signWithSeal,
  'sign.checked': signWithSeal,
  'sign.result-committed': signWithSeal,
  'activation.pin-checked': activate,
  'activation.stored': activate,
  'signing-request.signer-checked': prepareElsewhere,
  'signing-request.prepared': prepareElsewhere,
  'signing-request.document-stored': prepareElsewhere,
  'signing-request.stored': prepareElsewhere,
  'completion.authenticated': completeElsewhere,
  'completion.signer-checked': completeElsewhere,
  'completion.finished': completeElsewhere,
  'completion.checked': completeElsewhere,
  'completion.result-committed': completeElsewhere,
  'timestamp.received': stampTime,
  'timestamp.recorded': stampTime,
}
