import { createHash } from 'node:crypto'
import type { Certificate, Crl, OcspResponse } from '../../formats/index.ts'
import {
  buildPaths,
  crlStatuses,
  identityOf,
  nameKey,
  ocspStatus,
  type StatusAnswer,
  type TrustCache,
} from '../../trust/index.ts'
import type { CertificateFacts, PathFacts, RevocationFacts, StatusFacts } from '../facts.ts'
import { certificateId, describeCertificate } from './certificate-facts.ts'
import type { CertificatePool } from './certificate-pool.ts'
import { bySha256, type EvidenceBase, type KnownRevocation } from './evidence-base.ts'
import { describeRevocation } from './revocation-facts.ts'

/** Signers whose paths are followed, those of revocation data included. */
const MAX_SIGNERS = 256
/** The first signers get the whole of a path's budget, the many behind them what any honest path needs. */
const FULL_BUDGETS = 8
const SMALL_BUDGET = { signatureChecks: 24, paths: 8 }
/** Certificates of which revocation data are asked, and how many pieces each: the newest. */
const MAX_PAIRS = 1024
const MAX_ABOUT_ONE = 128

export interface TrustInput {
  readonly base: EvidenceBase
  readonly pool: CertificatePool
  /** Of the file alone, in its order. */
  readonly revocations: ReadonlyMap<string, KnownRevocation>
  /** Who signed a signature or a time-stamp. */
  readonly signers: readonly Certificate[]
  /** Ids that the file holds or names, in its order: they are facts even where nobody asks about them. */
  readonly mentioned: ReadonlySet<string>
  readonly cache: TrustCache
}

export interface TrustFacts {
  readonly certificates: readonly CertificateFacts[]
  readonly revocations: readonly RevocationFacts[]
}

const MAX_KEPT = 256
/** What a hostile file brought in thousands is not kept. */
const MAX_KEPT_OBJECTS = 128
/** Longer names are kept by their digest. */
const MAX_NAME = 8192
const kept = new WeakMap<TrustCache, Map<string, TrustFacts>>()

/**
 * Paths of everything that signs and what all revocation data say of the certificates on them, whatever the time. The same
 * certificates and revocation data give the same facts, kept with the cache.
 */
export function describeTrust(input: TrustInput): TrustFacts {
  const store = kept.get(input.cache) ?? new Map<string, TrustFacts>()
  kept.set(input.cache, store)
  const name = nameOf(input)
  const found = store.get(name)
  const facts = found ?? new TrustReader(input).read()
  if (found) store.delete(name)
  else if (facts.certificates.length + facts.revocations.length > MAX_KEPT_OBJECTS) return facts
  store.set(name, facts)
  const oldest = store.size > MAX_KEPT ? store.keys().next().value : undefined
  if (oldest !== undefined) store.delete(oldest)
  return facts
}

/** Everything that the facts depend on, by content. */
function nameOf({ base, pool, revocations, signers, mentioned }: TrustInput): string {
  const parts = [
    base.name,
    pool.own.map(certificateId).join(),
    [...revocations.values()].map(({ id, origin }) => `${id} ${origin}`).join(),
    signers.map(certificateId).join(),
    [...mentioned].join(),
  ]
  const name = parts.join(';')
  return name.length > MAX_NAME ? createHash('sha256').update(name).digest('base64') : name
}

class TrustReader {
  readonly #input: TrustInput
  readonly #certificates: CertificatePool
  readonly #revocations: ReadonlyMap<string, KnownRevocation>
  readonly #pool: readonly Certificate[]
  readonly #crls = new Map<string, Crl[]>()
  readonly #indirect: Crl[] = []
  readonly #answers = new Map<string, OcspResponse[]>()
  readonly #paths = new Map<string, readonly PathFacts[]>()
  readonly #statuses = new Map<string, StatusFacts[]>()
  readonly #issuers = new Map<string, Certificate>()
  readonly #said = new Map<string, { answer: StatusAnswer; issuer: Certificate }>()
  readonly #pairs = new Set<string>()
  readonly #reached = new Map<string, Certificate>()
  readonly #open: Certificate[]

  constructor(input: TrustInput) {
    this.#input = input
    this.#certificates = input.pool
    this.#pool = [...input.pool.all].sort(bySha256)
    this.#revocations = new Map([...input.base.revocations, ...input.revocations])
    this.#open = [...input.signers]
    // what was given first: a file full of forgeries does not push it out
    const isGiven = ({ id }: KnownRevocation): boolean => input.base.revocations.has(id)
    const revocations = [...this.#revocations.values()].sort(
      (a, b) => Number(isGiven(b)) - Number(isGiven(a)) || newestFirst(a, b),
    )
    for (const { data } of revocations) this.#indexRevocation(data)
  }

  read(): TrustFacts {
    for (let signer = this.#open.shift(); signer; signer = this.#open.shift()) {
      if (this.#paths.size >= MAX_SIGNERS) break
      if (!this.#paths.has(certificateId(signer))) this.#readSigner(signer)
    }
    return { certificates: this.#describeCertificates(), revocations: this.#describeRevocations() }
  }

  #indexRevocation(data: Crl | OcspResponse): void {
    if (data.kind === 'ocsp') {
      for (const { certId } of data.basic?.responses ?? []) {
        pushOnce(this.#answers, serialOf(certId.serialNumber), data)
      }
    } else if (data.issuingDistributionPoint?.indirectCrl) this.#indirect.push(data)
    else pushOnce(this.#crls, nameKey(data.issuer), data)
  }

  #readSigner(signer: Certificate): void {
    const { anchors } = this.#input.base
    const paths = buildPaths(
      signer,
      { intermediates: this.#pool, anchors },
      {
        cache: this.#input.cache,
        ...(this.#paths.size >= FULL_BUDGETS && { budget: SMALL_BUDGET }),
      },
    )
    this.#paths.set(
      certificateId(signer),
      paths.map(({ certificates, anchored, problems }) => ({
        certificates: certificates.map(certificateId),
        anchored,
        problems,
      })),
    )
    for (const { certificates } of paths) {
      certificates.forEach((certificate, at) => {
        this.#reached.set(certificateId(certificate), certificate)
        const issuer = certificates[at + 1]
        if (issuer) this.#readPair(certificate, issuer)
      })
    }
  }

  /** What revocation data say of a certificate as one that `issuer` issued. */
  #readPair(certificate: Certificate, issuer: Certificate): void {
    const id = certificateId(certificate)
    const pair = `${id} ${certificateId(issuer)}`
    if (this.#pairs.has(pair) || this.#pairs.size >= MAX_PAIRS) return
    this.#pairs.add(pair)
    if (!this.#issuers.has(id)) this.#issuers.set(id, issuer)
    const context = { certificates: this.#pool }
    const crls = [...(this.#crls.get(nameKey(certificate.issuer)) ?? []), ...this.#indirect]
    const answers = this.#answers.get(certificate.serialHex) ?? []
    const said = [
      ...(crls.length > 0 ? crlStatuses(certificate, issuer, crls, context) : []),
      ...answers.map((answer) => ocspStatus(certificate, issuer, answer, context)),
    ]
    for (const answer of said) this.#note(id, issuer, answer)
  }

  #note(certificate: string, issuer: Certificate, answer: StatusAnswer): void {
    if (answer.problems.some(({ code }) => isAboutOthers.has(code))) return
    const revocation = `R-${answer.source.sha256}`
    const status: StatusFacts = {
      revocation,
      status: answer.status.status,
      revokedAt: answer.status.status === 'revoked' ? answer.status.at.toISOString() : null,
      reason: answer.status.status === 'revoked' ? answer.status.reason : null,
      problems: answer.problems.map(({ code, clause }) => ({ code, clause })),
    }
    const statuses = this.#statuses.get(certificate) ?? []
    this.#statuses.set(certificate, statuses)
    // of two issuers of the same name, the one by whom it counts
    const same = statuses.findIndex((other) => other.revocation === revocation)
    if (same < 0) statuses.push(status)
    else if (statuses[same]!.problems.length > 0) statuses[same] = status
    if (!this.#said.get(revocation)?.answer.signer) this.#said.set(revocation, { answer, issuer })
    for (const signer of answer.signers) {
      const known = this.#certificates.find(signer.sha256) ?? signer
      this.#reached.set(certificateId(known), known)
      this.#open.push(known)
    }
  }

  #describeCertificates(): CertificateFacts[] {
    const { mentioned, base } = this.#input
    const anchors = new Set(base.anchors.map(identityOf))
    const others = [...this.#reached.keys()].filter((id) => !mentioned.has(id)).sort()
    return [...mentioned, ...others].flatMap((id): CertificateFacts[] => {
      const certificate = this.#reached.get(id) ?? this.#certificates.find(id.slice(2))
      if (!certificate) return []
      const own = describeCertificate(certificate)
      const issuer = this.#issuers.get(id)
      return [
        {
          ...own,
          algorithm:
            own.algorithm && issuer
              ? { ...own.algorithm, keyBits: describeCertificate(issuer).key.bits || null }
              : own.algorithm,
          trusted: anchors.has(identityOf(certificate)),
          trustedUntil: null,
          paths: this.#paths.get(id) ?? [],
          statuses: this.#statuses.get(id) ?? [],
        },
      ]
    })
  }

  #describeRevocations(): RevocationFacts[] {
    const { mentioned } = this.#input
    const others = [...this.#said.keys()].filter((id) => !mentioned.has(id)).sort()
    return [...mentioned, ...others].flatMap((id): RevocationFacts[] => {
      const known = this.#revocations.get(id)
      const said = this.#said.get(id)
      return known ? [describeRevocation(known, said?.answer ?? null, said?.issuer ?? null)] : []
    })
  }
}

const timeOf = ({ data }: KnownRevocation): number =>
  (data.kind === 'crl' ? data.thisUpdate : data.basic?.producedAt)?.getTime() ?? 0

/** By time, then by id: in whatever order they came. */
const newestFirst = (a: KnownRevocation, b: KnownRevocation): number =>
  timeOf(b) - timeOf(a) || (a.id < b.id ? -1 : 1)

/** Not about the certificate at all: nothing worth telling. */
const isAboutOthers: ReadonlySet<string> = new Set(['OCSP_OTHER_CERTIFICATE', 'CRL_ISSUER'])

function pushOnce<T>(map: Map<string, T[]>, key: string, value: T): void {
  const found = map.get(key)
  if (!found) map.set(key, [value])
  else if (found.length < MAX_ABOUT_ONE && !found.includes(value)) found.push(value)
}

/** As `Certificate.serialHex`. */
function serialOf(serialNumber: Uint8Array): string {
  const hex = Buffer.from(serialNumber).toString('hex')
  return hex.length > 2 && hex.startsWith('00') ? hex.slice(2) : hex
}
