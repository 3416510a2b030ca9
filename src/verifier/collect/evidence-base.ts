import { AnkyError, type Certificate } from '../../formats/index.ts'
import {
  embeddedCertificates,
  type RevocationData,
  readRevocationData,
  type TrustCache,
} from '../../trust/index.ts'
import type { RevocationFacts } from '../facts.ts'
import type { GivenEvidence } from '../input.ts'
import { certificateId } from './certificate-facts.ts'
import { CertificatePool } from './certificate-pool.ts'

/** A piece of revocation data and where it was first found. */
export interface KnownRevocation {
  /** `R-` and its SHA-256. */
  readonly id: string
  readonly data: RevocationData
  readonly origin: RevocationFacts['origin']
}

/** What is at hand whatever the file: anchors and given evidence, read. */
export interface EvidenceBase {
  readonly anchors: readonly Certificate[]
  readonly pool: CertificatePool
  readonly revocations: ReadonlyMap<string, KnownRevocation>
  /** Ids of all that, in their order: the same name, the same evidence. */
  readonly name: string
}

interface KnownBase {
  readonly anchors: readonly Certificate[]
  readonly evidence: GivenEvidence
  readonly cache: TrustCache
  readonly base: EvidenceBase
}

const bases = new WeakMap<readonly Uint8Array[], KnownBase>()

/** Read once for the same arrays. What cannot be read is passed over. */
export function evidenceBase(
  anchors: readonly Certificate[],
  evidence: GivenEvidence,
  cache: TrustCache,
): EvidenceBase {
  const { certificates, crls, ocspResponses } = evidence
  const known = bases.get(certificates)
  if (
    known?.anchors === anchors &&
    known.cache === cache &&
    known.evidence.crls === crls &&
    known.evidence.ocspResponses === ocspResponses
  ) {
    return known.base
  }
  const base = readBase(anchors, evidence, cache)
  bases.set(certificates, { anchors, evidence, cache, base })
  return base
}

function readBase(anchors: readonly Certificate[], evidence: GivenEvidence, cache: TrustCache): EvidenceBase {
  const pool = new CertificatePool()
  const trusted = [...new Set(anchors.map((anchor) => pool.add(anchor)))].sort(bySha256)
  for (const bytes of evidence.certificates) {
    const certificate = readCertificate(bytes, cache)
    if (certificate) pool.add(certificate)
  }
  const revocations = new Map<string, KnownRevocation>()
  for (const bytes of [...evidence.crls, ...evidence.ocspResponses]) {
    const known = readRevocation(bytes, 'given', cache)
    if (!known) continue
    revocations.set(known.id, known)
    for (const certificate of certificatesOf(known.data)) pool.add(certificate)
  }
  const name = [
    trusted.map(certificateId),
    pool.all.map(certificateId).sort(),
    [...revocations.keys()].sort(),
  ]
  return { anchors: trusted, pool, revocations, name: name.map((ids) => ids.join()).join(';') }
}

export const bySha256 = (a: Certificate, b: Certificate): number => (a.sha256 < b.sha256 ? -1 : 1)

/** null where it cannot be read. */
export function readCertificate(bytes: Uint8Array, cache: TrustCache): Certificate | null {
  return readOrNull(() => cache.certificate(bytes))
}

export function readRevocation(
  bytes: Uint8Array,
  origin: RevocationFacts['origin'],
  cache: TrustCache,
): KnownRevocation | null {
  const data = readOrNull(() => cache.read('revocation', bytes, readRevocationData))
  return data && { id: `R-${data.sha256}`, data, origin }
}

/** The certificates that an OCSP answer brings along for its responder. */
export const certificatesOf = (data: RevocationData): readonly Certificate[] =>
  data.kind === 'ocsp' && data.basic ? embeddedCertificates(data.basic) : []

function readOrNull<T>(read: () => T): T | null {
  try {
    return read()
  } catch (error) {
    if (error instanceof AnkyError) return null
    throw error
  }
}
