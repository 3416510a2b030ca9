import type { CertificateFacts, Facts, SignatureFacts, SignatureLevel, TimestampFacts } from '../../facts.ts'

/** What a PDF holds beside the signature's own CMS that its level depends on. */
export interface PadesParts {
  /** Objects that the newest document security store holds. */
  readonly store: ReadonlySet<string>
  /** The document time-stamps that cover the signature, in the order they were applied. */
  readonly timestamps: readonly Pick<TimestampFacts, 'id' | 'covers' | 'signingCertificate'>[]
}

/**
 * The level of a signature in a PDF by the parts present (EN 319 142-1, 5.4, 5.5 and 6; 7 where no baseline profile is
 * met): its own, raised by document time-stamps and by validation data for its path. A store without evidence for this
 * signature raises nothing.
 */
export function raiseLevel(
  own: SignatureLevel,
  signature: SignatureFacts,
  parts: PadesParts,
  facts: Facts,
): SignatureLevel {
  const isBaseline = own === 'B-B' || own === 'B-T' || own === 'B-LT' || own === 'B-LTA'
  if (!isBaseline && own !== 'BES' && own !== 'EPES' && own !== 'T') return own
  const isTimed = (own !== 'B-B' && own !== 'BES' && own !== 'EPES') || parts.timestamps.length > 0
  if (!isTimed) return own
  const evidence = findEvidence(signature, parts.store, facts)
  if (!evidence) return isBaseline ? 'B-T' : 'T'
  const isArchived = parts.timestamps.some((timestamp) => {
    const covered = new Set(timestamp.covers)
    const coversEvidence = evidence.every((choice) => choice.some((id) => covered.has(id)))
    return coversEvidence && isArchival(timestamp, covered, signature, parts, facts)
  })
  if (isBaseline) return isArchived ? 'B-LTA' : 'B-LT'
  return isArchived ? 'LTV' : 'LT'
}

/**
 * Whether a document time-stamp is more than the one that gives the signature its time: it covers another that does, or what
 * its own authority's certificate needs (EN 319 142-1, 6.3: B-LTA builds on B-LT, that on B-T).
 */
function isArchival(
  { id, signingCertificate }: PadesParts['timestamps'][number],
  covered: ReadonlySet<string>,
  signature: SignatureFacts,
  parts: PadesParts,
  facts: Facts,
): boolean {
  const others = [...signature.timestamps, ...parts.timestamps.map((other) => other.id)]
  if (others.some((other) => other !== id && covered.has(other))) return true
  const certificates = new Map(facts.certificates.map((certificate) => [certificate.id, certificate]))
  return evidenceFor(certificates, signingCertificate, covered) !== null
}

/**
 * For each certificate that can be revoked on the paths of the signer and of its signature time-stamps, the revocation data
 * at hand about it; null where one has none or a signer is not known. By parts: whether they count is judged later.
 */
function findEvidence(
  signature: SignatureFacts,
  store: ReadonlySet<string>,
  facts: Facts,
): readonly (readonly string[])[] | null {
  const certificates = new Map(facts.certificates.map((certificate) => [certificate.id, certificate]))
  const stamps = facts.timestamps.filter(
    ({ id, type }) => type === 'signature' && signature.timestamps.includes(id),
  )
  const tokens = [signature, ...stamps]
  const own = tokens.flatMap(({ embedded }) =>
    embedded.filter(({ origin }) => origin !== 'dss' && origin !== 'vri'),
  )
  const present = new Set([...store, ...own.map(({ object }) => object)])
  const choices: string[][] = []
  for (const { signingCertificate } of tokens) {
    const found = evidenceFor(certificates, signingCertificate, present)
    if (!found) return null
    choices.push(...found)
  }
  return choices.length > 0 ? choices : null
}

function evidenceFor(
  certificates: ReadonlyMap<string, CertificateFacts>,
  signer: string | null,
  present: ReadonlySet<string>,
): string[][] | null {
  const first = certificates.get(signer ?? '')
  if (!first) return null
  const path = (first.paths[0]?.certificates ?? [first.id]).map((id) => certificates.get(id))
  const choices: string[][] = []
  for (const [i, certificate] of path.entries()) {
    if (!certificate || !isRevocable(certificate)) continue
    const found = certificate.statuses.map(({ revocation }) => revocation).filter((id) => present.has(id))
    // Where a path breaks off above the signer, nobody can say who answers for its last certificate.
    if (found.length > 0) choices.push(found)
    else if (i === 0 || i < path.length - 1) return null
  }
  return choices
}

const isRevocable = ({ trusted, selfSigned, ocspNoCheck, shortTerm }: CertificateFacts): boolean =>
  !(trusted || selfSigned || ocspNoCheck || shortTerm)
