import type { CertificateFacts, Facts, SignatureFacts, SignatureLevel } from '../../facts.ts'

/** What a PDF holds beside the signature's own CMS that its level depends on. */
export interface PadesParts {
  /** Objects that the newest document security store holds. */
  readonly store: ReadonlySet<string>
  /** What each document time-stamp that covers the signature covers, in the order they were applied. */
  readonly timestamps: readonly { readonly covers: readonly string[] }[]
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
  const isArchived = parts.timestamps.some(({ covers }) => {
    const covered = new Set(covers)
    return evidence.every((choice) => choice.some((id) => covered.has(id)))
  })
  if (isBaseline) return isArchived ? 'B-LTA' : 'B-LT'
  return isArchived ? 'LTV' : 'LT'
}

/**
 * For each certificate of the signer's path that can be revoked, the revocation data at hand that counts for it; null
 * where one of them, or the path itself, has none.
 */
function findEvidence(
  signature: SignatureFacts,
  store: ReadonlySet<string>,
  facts: Facts,
): readonly (readonly string[])[] | null {
  const certificates = new Map(facts.certificates.map((certificate) => [certificate.id, certificate]))
  const signer = certificates.get(signature.signingCertificate ?? '')
  if (!signer) return null
  const embedded = new Set(
    signature.embedded.flatMap(({ object, origin }) =>
      origin === 'dss' || origin === 'vri' ? [] : [object],
    ),
  )
  const path = (signer.paths[0]?.certificates ?? [signer.id]).map((id) => certificates.get(id))
  const choices: string[][] = []
  for (const [i, certificate] of path.entries()) {
    if (!certificate || !isRevocable(certificate)) continue
    const found = certificate.statuses
      .filter(
        ({ problems, revocation }) =>
          problems.length === 0 && (store.has(revocation) || embedded.has(revocation)),
      )
      .map(({ revocation }) => revocation)
    // Where a path breaks off, nobody can say who answers for its last certificate.
    const isLoose = i > 0 && i === path.length - 1
    if (found.length === 0 && !isLoose) return null
    if (found.length > 0) choices.push(found)
  }
  return choices.length > 0 ? choices : null
}

const isRevocable = ({ trusted, selfSigned, ocspNoCheck, shortTerm }: CertificateFacts): boolean =>
  !(trusted || selfSigned || ocspNoCheck || shortTerm)
