import { type Certificate, encodeOcspCertId, encodeOcspRequest } from '../../formats/index.ts'
import type { CertificateFacts, Facts, PathFacts } from '../facts.ts'
import type { Registry } from './registry.ts'

/** Something that could be fetched and would let a file's facts say more. */
export type EvidenceRequest =
  | { readonly kind: 'issuers' | 'crl'; readonly url: string }
  /** `request`: an OCSPRequest in DER. */
  | { readonly kind: 'ocsp'; readonly url: string; readonly request: Uint8Array }

/** Addresses that one round may name. */
const MAX_REQUESTS = 32

const registries = new WeakMap<Facts, Registry>()

/** `facts`, with the certificates behind them kept as long as they live. */
export function rememberRegistry(facts: Facts, registry: Registry): Facts {
  registries.set(facts, registry)
  return facts
}

/**
 * What facts that `collectFacts` made in this process lack, each once; none for facts that came back from storage.
 *
 * A file may name any address, so only certificates that somebody trusted vouches for are listened to. CRLs and OCSP answers:
 * those on a path whose signatures lead to an anchor. Issuers: those of a signer that the file's own signature or
 * time-stamp verified with, and of those certificates whose signature verified up from it, while no anchor is reached.
 *
 * `renew`: CRLs and OCSP answers also where there are some, since those are too old.
 */
export function missingEvidence(facts: Facts, renew = false): EvidenceRequest[] {
  const registry = registries.get(facts)
  if (!registry) return []
  const wanted = new Map<string, EvidenceRequest>()
  const byId = new Map(facts.certificates.map((certificate) => [certificate.id, certificate]))
  for (const signer of signersOf(facts)) {
    for (const path of byId.get(signer)?.paths ?? []) {
      for (const request of path.anchored
        ? missingStatuses(path, byId, registry, renew)
        : missingIssuers(path, byId, registry)) {
        if (wanted.size < MAX_REQUESTS) wanted.set(keyOf(request), request)
      }
    }
  }
  return [...wanted.values()]
}

const keyOf = (request: EvidenceRequest): string =>
  request.kind === 'ocsp'
    ? `ocsp ${request.url} ${Buffer.from(request.request).toString('hex')}`
    : `${request.kind} ${request.url}`

/** Signers whose values verified, those of revocation data last: their paths may lack something too. */
const signersOf = ({ signatures, timestamps, revocations }: Facts): Set<string> =>
  new Set(
    [...signatures, ...timestamps, ...revocations].flatMap(({ signingCertificate, valueIntact }) =>
      signingCertificate && valueIntact ? [signingCertificate] : [],
    ),
  )

/** Where the path breaks off: the address at which the last certificate's issuer can be had. */
function missingIssuers(
  { certificates }: PathFacts,
  byId: ReadonlyMap<string, CertificateFacts>,
  registry: Registry,
): EvidenceRequest[] {
  const id = certificates.at(-1) ?? ''
  // nobody stands above whoever certified himself
  const urls = byId.get(id)?.selfSigned ? [] : registry.certificate(id)?.issuerUrls
  return (urls ?? []).filter(isWeb).map((url) => ({ kind: 'issuers', url }))
}

/** For every certificate below the anchor of which no revocation data that counts is at hand. */
function missingStatuses(
  { certificates }: PathFacts,
  byId: ReadonlyMap<string, CertificateFacts>,
  registry: Registry,
  renew: boolean,
): EvidenceRequest[] {
  return certificates.slice(0, -1).flatMap((id, at) => {
    const facts = byId.get(id)
    const certificate = registry.certificate(id)
    const issuer = registry.certificate(certificates[at + 1]!)
    if (!facts || !certificate || !issuer || facts.ocspNoCheck || facts.shortTerm) return []
    const isKnown =
      !renew && facts.statuses.some(({ problems, status }) => problems.length === 0 && status !== 'unknown')
    return isKnown ? [] : requestsFor(certificate, issuer)
  })
}

function requestsFor(certificate: Certificate, issuer: Certificate): EvidenceRequest[] {
  const request = encodeOcspRequest(encodeOcspCertId(certificate, issuer), null)
  return [
    ...certificate.crlUrls.filter(isWeb).map((url) => ({ kind: 'crl' as const, url })),
    ...certificate.ocspUrls.filter(isWeb).map((url) => ({ kind: 'ocsp' as const, url, request })),
  ]
}

/** LDAP and files are never asked. */
const isWeb = (url: string): boolean => /^https?:\/\//i.test(url)
