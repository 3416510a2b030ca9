import {
  allReasons,
  type BasicOcspResponse,
  type Certificate,
  digestBytes,
  isCertIdOf,
  isEqual,
  type OcspResponse,
  type SingleOcspResponse,
} from '../../formats/index.ts'
import type { CertificateStatus } from '../types.ts'
import { findResponder } from './ocsp-responder.ts'
import { reasonOf } from './reasons.ts'
import type { RevocationProblem, StatusAnswer, StatusContext } from './types.ts'

/**
 * What an OCSP answer says of `certificate`, which `issuer` issued (RFC 6960, 3.2): it is about that certificate, its value
 * verifies, and its signer is the issuer itself or was authorised by it.
 *
 * Not checked: thisUpdate and nextUpdate (`findCurrencyProblem`); the status of a delegated responder without nocheck.
 */
export function ocspStatus(
  certificate: Certificate,
  issuer: Certificate,
  response: OcspResponse,
  context: StatusContext,
): StatusAnswer {
  const { basic } = response
  if (!basic) return refuse(response, null, { code: 'OCSP_NOT_SUCCESSFUL', clause: 'RFC 6960, 4.2.1' })
  const single = chooseSingle(basic, certificate, issuer)
  if ('code' in single) return refuse(response, null, single)
  const problem = findContentProblem(basic, single, certificate, context)
  if (problem) return refuse(response, single, problem)
  const responder = findResponder(basic, issuer, context)
  if ('code' in responder) return refuse(response, single, responder)
  return {
    ...refuse(response, single, null),
    status: toStatus(single),
    signer: responder.signer,
    signers: [responder.signer],
    signerKind: responder.kind,
    signerNoCheck: responder.noCheck,
    certHashMatches: single.certHash ? true : null,
    reasons: allReasons,
  }
}

/** RFC 6960, 3.2, 1: of several answers about the certificate the newest, unless they say different things. */
function chooseSingle(
  { responses }: BasicOcspResponse,
  certificate: Certificate,
  issuer: Certificate,
): SingleOcspResponse | RevocationProblem {
  const own = responses
    .filter(({ certId }) => isCertIdOf(certId, certificate, issuer))
    .sort((a, b) => b.thisUpdate.getTime() - a.thisUpdate.getTime())
  const [newest] = own
  if (!newest) return { code: 'OCSP_OTHER_CERTIFICATE', clause: 'RFC 6960, 3.2 (1)' }
  if (own.some(({ status }) => status.kind !== newest.status.kind)) {
    return { code: 'OCSP_ANSWERS_CONTRADICT', clause: 'RFC 6960, 3.2 (1)' }
  }
  return newest
}

function findContentProblem(
  basic: BasicOcspResponse,
  single: SingleOcspResponse,
  certificate: Certificate,
  { nonce }: StatusContext,
): RevocationProblem | null {
  if (basic.unknownCritical.length > 0 || single.unknownCritical.length > 0) {
    return { code: 'OCSP_UNKNOWN_CRITICAL_EXTENSION', clause: 'RFC 6960, 4.4' }
  }
  if (nonce && !(basic.nonce && isEqual(basic.nonce, nonce))) {
    return { code: 'OCSP_NONCE', clause: 'RFC 9654, 2.1' }
  }
  return matchesHash(single, certificate)
    ? null
    : { code: 'OCSP_CERT_HASH', clause: 'Common PKI 2.0, 4, 3.1.2' }
}

/** A digest that is not known matches nothing. */
const matchesHash = ({ certHash }: SingleOcspResponse, { der }: Certificate): boolean =>
  certHash === null || (certHash.digest !== null && isEqual(certHash.hash, digestBytes(certHash.digest, der)))

function toStatus({ status, invalidityDate }: SingleOcspResponse): CertificateStatus {
  if (status.kind !== 'revoked') return { status: status.kind }
  return { status: 'revoked', at: status.at, reason: reasonOf(status.reasonCode), invalidityDate }
}

/** The answer where nothing counts: times as far as they stand there. An OCSP failure has none. */
function refuse(
  response: OcspResponse,
  single: SingleOcspResponse | null,
  problem: RevocationProblem | null,
): StatusAnswer {
  const { basic } = response
  const first = single ?? basic?.responses[0]
  const never = new Date(0)
  return {
    source: response,
    others: [],
    status: { status: 'unknown' },
    problems: problem ? [problem] : [],
    signer: null,
    signers: [],
    signerKind: null,
    signerNoCheck: false,
    thisUpdate: first?.thisUpdate ?? never,
    nextUpdate: first?.nextUpdate ?? null,
    producedAt: basic?.producedAt ?? never,
    coversExpiredSince: single?.archiveCutoff ?? null,
    certHashMatches: problem?.code === 'OCSP_CERT_HASH' ? false : null,
    reasons: [],
  }
}
