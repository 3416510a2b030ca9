import type { Certificate } from '../../formats/index.ts'
import { describeAlgorithm, type StatusAnswer } from '../../trust/index.ts'
import type { RevocationFacts } from '../facts.ts'
import { keyFactsOf, readAlgorithm } from './algorithm-facts.ts'
import { certificateId } from './certificate-facts.ts'
import type { KnownRevocation } from './evidence-base.ts'

const signatureProblems: ReadonlySet<string> = new Set(['CRL_SIGNATURE', 'OCSP_SIGNATURE'])

/**
 * Facts of a CRL or an OCSP answer. `answer`: what it says of a certificate of `issuer`; null where nobody of its issuer's is
 * at hand, so that nothing is known about its value.
 */
export function describeRevocation(
  { id, data, origin }: KnownRevocation,
  answer: StatusAnswer | null,
  issuer: Certificate | null,
): RevocationFacts {
  const signed = data.kind === 'crl' ? data : data.basic
  const isBroken = answer?.problems.some(({ code }) => signatureProblems.has(code)) ?? false
  const signer = answer?.signer ?? (isBroken ? issuer : null)
  const { algorithm, text } = signed
    ? readAlgorithm(() => signed.signatureAlgorithm)
    : { algorithm: null, text: '' }
  const times = timesOf(data, answer)
  return {
    id,
    algorithm: algorithm && describeAlgorithm(algorithm, (signer && keyFactsOf(signer)?.bits) ?? null),
    algorithmText: text,
    valueIntact: answer?.signer ? true : isBroken ? false : null,
    signingCertificate: signer && certificateId(signer),
    digests: [],
    kind: data.kind,
    origin,
    sha256: data.sha256,
    producedAt: times.producedAt.toISOString(),
    thisUpdate: times.thisUpdate.toISOString(),
    nextUpdate: times.nextUpdate?.toISOString() ?? null,
    coversExpiredSince: times.coversExpiredSince?.toISOString() ?? null,
    certHashMatches: answer?.certHashMatches ?? null,
    datedAhead: false,
  }
}

type Times = Pick<StatusAnswer, 'producedAt' | 'thisUpdate' | 'nextUpdate' | 'coversExpiredSince'>

/** Those of the answer; else as they stand, an OCSP answer's of its first certificate. */
function timesOf(data: KnownRevocation['data'], answer: StatusAnswer | null): Times {
  if (answer) return answer
  if (data.kind === 'crl') {
    const { thisUpdate, nextUpdate, expiredCertsOnCrl } = data
    return { producedAt: thisUpdate, thisUpdate, nextUpdate, coversExpiredSince: expiredCertsOnCrl }
  }
  const first = data.basic?.responses[0]
  const producedAt = data.basic?.producedAt ?? new Date(0)
  return {
    producedAt,
    thisUpdate: first?.thisUpdate ?? producedAt,
    nextUpdate: first?.nextUpdate ?? null,
    coversExpiredSince: first?.archiveCutoff ?? null,
  }
}
