import { type Certificate, digestBytes } from '../formats/index.ts'
import { foreignSerial, OCSP_LIFE_MS, ocspResponderOf, revocationAt } from './authority.ts'
import type { OcspBehaviour } from './behaviour.ts'
import { type Environment, makeCertificate } from './build.ts'
import { wholeSeconds } from './dates.ts'
import { type Entity, isAuthority, issuedBy, type Pki, privateKeyOf } from './entity.ts'
import { faults } from './faults.ts'
import type { Reply } from './http.ts'
import {
  buildOcspResponse,
  type CertId,
  encodeCertId,
  encodeOcspFailure,
  isIssuerOf,
  type OcspAnswer,
  type OcspInput,
  type OcspRequest,
  parseOcspRequest,
} from './ocsp.ts'
import { profiles } from './pki.ts'

const DAY_MS = 86_400_000

/** How this responder names itself and what it sends along. */
export interface OcspStyle {
  /** Default `key`. */
  readonly by?: 'name' | 'key'
  /** true: the CA answers itself although it delegated a responder. */
  readonly direct?: boolean
}

/** OCSPResponse for the OCSPRequest in `body`, true or lying as `behaviour` says. */
export function answerOcsp(
  pki: Pki,
  body: Uint8Array,
  behaviour: OcspBehaviour,
  env: Environment,
  style: OcspStyle = {},
): Reply {
  let request: OcspRequest
  try {
    request = parseOcspRequest(body)
  } catch {
    return reply(encodeOcspFailure('malformedRequest'))
  }
  if (behaviour === 'try-later') return reply(encodeOcspFailure('tryLater'))
  if (behaviour === 'internal-error') return reply(encodeOcspFailure('internalError'))
  const issuer = issuerMeant(pki, request)
  if (behaviour === 'unauthorized' || !issuer) return reply(encodeOcspFailure('unauthorized'))
  const now = env.clock()
  const answers = request.certIds.map((certId) => honestAnswer(pki, issuer, certId, now))
  const honest = { ...answerInput(pki, issuer, answers, now, style), nonce: request.nonce }
  return reply(buildOcspResponse(twist(honest, behaviour, pki, issuer, env)))
}

/** The OCSP answer about `entity` as it stands at `now`, without a nonce, living a day. */
export function currentOcsp(pki: Pki, entity: Entity, now: Date, style: OcspStyle = {}): Uint8Array {
  const issuer = pki.entities.get(entity.issuer)!
  const certId = encodeCertId(issuer.certificate, entity.certificate.serialNumber)
  const answer = answerAbout(certId, revocationAt(entity, now) ?? 'good', now)
  return buildOcspResponse(answerInput(pki, issuer, [answer], now, style))
}

function answerInput(
  pki: Pki,
  issuer: Entity,
  answers: readonly OcspAnswer[],
  now: Date,
  style: OcspStyle,
): OcspInput {
  const { signer, certificates } = style.direct
    ? { signer: issuer, certificates: [] as Certificate[] }
    : ocspResponderOf(pki, issuer)
  return {
    responder: signer.certificate,
    key: privateKeyOf(signer),
    by: style.by ?? 'key',
    certificates,
    producedAt: wholeSeconds(now),
    answers,
    nonce: null,
  }
}

/** The one CA that issued all the certificates asked about; two CAs of one name differ by their key. */
function issuerMeant(pki: Pki, request: OcspRequest): Entity | undefined {
  return [...pki.entities.values()].find(
    (entity) =>
      entity.key !== null &&
      isAuthority(entity) &&
      request.certIds.every((certId) => isIssuerOf(entity.certificate, certId)),
  )
}

function honestAnswer(pki: Pki, issuer: Entity, certId: CertId, now: Date): OcspAnswer {
  const entity = issuedBy(pki, issuer.name).find(
    ({ certificate }) => Buffer.compare(certificate.serialNumber, certId.serialNumber) === 0,
  )
  return answerAbout(certId.der, entity ? (revocationAt(entity, now) ?? 'good') : 'unknown', now)
}

function answerAbout(certId: Uint8Array, status: OcspAnswer['status'], now: Date): OcspAnswer {
  const thisUpdate = wholeSeconds(now)
  return { certId, status, thisUpdate, nextUpdate: new Date(thisUpdate.getTime() + OCSP_LIFE_MS) }
}

function twist(
  honest: OcspInput,
  behaviour: OcspBehaviour,
  pki: Pki,
  issuer: Entity,
  env: Environment,
): OcspInput {
  const answers = (change: (answer: OcspAnswer) => Partial<OcspAnswer>): OcspInput => ({
    ...honest,
    answers: honest.answers.map((answer) => ({ ...answer, ...change(answer) })),
  })
  const shifted = (days: number): OcspInput => ({
    ...answers(({ thisUpdate, nextUpdate }) => ({
      thisUpdate: addDays(thisUpdate, days),
      nextUpdate: nextUpdate && addDays(nextUpdate, days),
    })),
    producedAt: addDays(honest.producedAt, days),
  })
  switch (behaviour) {
    case 'stale':
      return shifted(-30)
    case 'future':
      return shifted(30)
    case 'no-next-update':
      return answers(() => ({ nextUpdate: null }))
    case 'good':
    case 'unknown':
      return answers(() => ({ status: behaviour }))
    case 'revoked':
      return answers(() => ({ status: { at: addDays(honest.producedAt, -1), reason: 'keyCompromise' } }))
    case 'wrong-signer':
      return withSigner(
        honest,
        makeResponder(pki, honest, issuer.name, faults['no-ocsp-signing'].change.profile, env),
      )
    case 'untrusted':
      return withSigner(honest, makeResponder(pki, honest, 'responder', profiles.ocspSigning, env))
    case 'wrong-nonce':
      return { ...honest, nonce: digestBytes('sha256', honest.nonce ?? new Uint8Array()).subarray(0, 16) }
    case 'no-nonce':
      return { ...honest, nonce: null }
    case 'wrong-certificate':
      return answers(() => ({
        certId: encodeCertId(issuer.certificate, foreignSerial(issuer.certificate.serialNumber)),
      }))
    case 'bad-signature':
      return { ...honest, badSignature: true }
    default:
      return honest
  }
}

/** Another certificate for the responder's name and key. */
const makeResponder = (
  pki: Pki,
  honest: OcspInput,
  issuer: string,
  profile: Parameters<typeof makeCertificate>[1]['profile'],
  env: Environment,
): Certificate =>
  makeCertificate(
    pki,
    {
      name: 'responder',
      issuer,
      subject: honest.responder.subject.der,
      publicKey: honest.responder.publicKey,
      key: honest.key,
      profile,
      notBefore: '-7d',
      notAfter: '+90d',
    },
    env,
  )

const withSigner = (honest: OcspInput, responder: Certificate): OcspInput => ({
  ...honest,
  responder,
  certificates: [responder],
})

const addDays = (date: Date, days: number): Date => new Date(date.getTime() + days * DAY_MS)

const reply = (body: Uint8Array): Reply => ({ status: 200, type: 'application/ocsp-response', body })
