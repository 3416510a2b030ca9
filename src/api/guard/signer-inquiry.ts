import type { CheckedCertificate, EvidenceReference, RevocationRecord } from '../../db/index.ts'
import { type Certificate, formatName } from '../../formats/index.ts'
import {
  type CertificateStanding,
  checkSigner,
  type RevocationEvidence,
  type SignerStanding,
} from '../../signer/index.ts'
import type { TrustCache } from '../../trust/index.ts'
import {
  crlQuestion,
  type EvidenceDesk,
  type HeldEvidence,
  nameOf,
  ocspQuestion,
  type Question,
} from './evidence-desk.ts'

export interface InquiryParts {
  readonly desk: EvidenceDesk
  readonly chain: readonly Certificate[]
  readonly anchors: readonly Certificate[]
  readonly cache: TrustCache
  readonly clock: () => Date
  /** How long the authorities are waited for in all, in milliseconds. */
  readonly deadlineMs: number
}

/** A signer who may sign now, and on what that was found. */
export interface GuardedSigner {
  /** For the record of the signature. */
  readonly revocation: RevocationRecord
  /** What the same question is answered by once more before the signature leaves. */
  readonly evidence: RevocationEvidence
  /** When it may cease to hold by the passing of time alone. */
  readonly validUntil: Date
}

/** What is known of an issuing CA's certificate may be older: its CRL comes out now and then. */
const ISSUER_AGE_MS = 10 * 60_000
/** OCSP; CRLs; those of who signed these; once more where another path came up. */
const MAX_ROUNDS = 4
/** Addresses that are asked about one certificate in one round. */
const MAX_ADDRESSES = 3

/** A certificate may name anything; what is not an address of this length is passed over. */
const askable = /^https?:\/\/[\x21-\x7e]{1,2000}$/i

interface Asked extends Question {
  /** Whether it is about the signer's certificate, of which only what is said now counts. */
  readonly isOfSigner: boolean
}

/**
 * Whether a signer may sign now. Path and dates come first, and what they refuse is asked of nobody; then, round by round,
 * the authorities that the certificates of the verified path name.
 *
 * Throws what `checkSigner` throws, and `ERR_DB_…`.
 */
export async function inquire(parts: InquiryParts): Promise<GuardedSigner> {
  return new Inquiry(parts).run()
}

class Inquiry {
  readonly #parts: InquiryParts
  readonly #since = performance.now()
  readonly #asked = new Set<string>()
  readonly #evidence: HeldEvidence[] = []
  /** Of before, about the signer: it may say that the certificate is revoked, never that it is not. */
  readonly #doubted: HeldEvidence[] = []

  constructor(parts: InquiryParts) {
    this.#parts = parts
  }

  async run(): Promise<GuardedSigner> {
    this.#check(null)
    let standing = this.#check(this.#evidence)
    for (let round = 1; round <= MAX_ROUNDS; round++) {
      const questions = this.#questions(standing)
      const left = this.#parts.deadlineMs - (performance.now() - this.#since)
      if (questions.length === 0 || left <= 0) break
      // who is asked first and hangs leaves time for the others
      const patienceMs = round === 1 ? left / 2 : left
      await Promise.all(questions.map((asked) => this.#ask(asked, patienceMs)))
      standing = this.#check(this.#evidence)
    }
    if (this.#doubted.length > 0) this.#check([...this.#evidence, ...this.#doubted])
    return this.#describe(standing)
  }

  #check(held: readonly HeldEvidence[] | null): SignerStanding {
    const { chain, anchors, cache, clock } = this.#parts
    const evidence = held && evidenceOf(held)
    return checkSigner({ chain, anchors, cache, at: clock(), ...(evidence && { evidence }) })
  }

  /** The next that can be asked about each certificate of which nothing is known. */
  #questions({ path, statuses, unknownSigners }: SignerStanding): Asked[] {
    const ofPath = statuses.flatMap((standing, index) =>
      this.#deciding(standing, index) ? [] : this.#nextAbout(path[index]!, path[index + 1]!, index === 0),
    )
    // a responder's answer about itself would prove nothing
    const ofSigners = unknownSigners.flatMap(([signer]) =>
      this.#untried(signer!.crlUrls.map(crlQuestion), false),
    )
    return [...ofPath, ...ofSigners]
  }

  /** What says that a certificate is good; of the signer's own only what was said just now counts. */
  #deciding({ answer }: CertificateStanding, index: number): HeldEvidence | null {
    const held = this.#evidence.find(({ data }) => data === answer?.source)
    return held && (index > 0 || held.askedAt >= this.#since) ? held : null
  }

  #nextAbout(certificate: Certificate, issuer: Certificate, isOfSigner: boolean): Asked[] {
    const byOcsp = certificate.ocspUrls.map((url) => ocspQuestion(url, certificate, issuer))
    const online = this.#untried(byOcsp, isOfSigner)
    return online.length > 0 ? online : this.#untried(certificate.crlUrls.map(crlQuestion), isOfSigner)
  }

  #untried(questions: readonly Question[], isOfSigner: boolean): Asked[] {
    return questions
      .filter(({ url }) => askable.test(url))
      .slice(0, MAX_ADDRESSES)
      .filter((question) => !this.#asked.has(nameOf(question)))
      .map((question) => ({ ...question, isOfSigner }))
  }

  async #ask(question: Asked, patienceMs: number): Promise<void> {
    const { desk } = this.#parts
    this.#asked.add(nameOf(question))
    const since = question.isOfSigner ? this.#since : this.#since - ISSUER_AGE_MS
    const answer = await desk.ask(question, since, patienceMs)
    if (answer) {
      this.#evidence.push(answer)
      return
    }
    const earlier = await desk.recall(question)
    if (earlier) (question.isOfSigner ? this.#doubted : this.#evidence).push(earlier)
  }

  #describe({ path, statuses }: SignerStanding): GuardedSigner {
    const certificates = statuses.map((standing, index) => this.#describeCertificate(standing, index))
    const dates = [
      ...path.map(({ notAfter }) => notAfter),
      ...statuses.flatMap(({ answer }) => answer?.nextUpdate ?? []),
    ]
    return {
      revocation: {
        state: certificates.every(({ status }) => status === 'good') ? 'good' : 'unreachable',
        checkedAt: this.#parts.clock().toISOString(),
        certificates,
      },
      evidence: evidenceOf(this.#evidence),
      validUntil: new Date(Math.min(...dates.map((date) => date.getTime()))),
    }
  }

  #describeCertificate(standing: CertificateStanding, index: number): CheckedCertificate {
    const { certificate, answer } = standing
    const held = this.#deciding(standing, index)
    return {
      sha256: certificate.sha256,
      subject: formatName(certificate.subject),
      status: held ? 'good' : 'unknown',
      evidence: held && answer ? reference(held, answer) : null,
    }
  }
}

const reference = (
  { kind, url, data }: HeldEvidence,
  { thisUpdate, nextUpdate, producedAt }: NonNullable<CertificateStanding['answer']>,
): EvidenceReference => ({
  kind,
  url,
  sha256: data.sha256,
  thisUpdate: thisUpdate.toISOString(),
  nextUpdate: nextUpdate?.toISOString() ?? null,
  producedAt: producedAt.toISOString(),
})

const evidenceOf = (held: readonly HeldEvidence[]): RevocationEvidence => {
  const indexes = new Map(held.map(({ data, index }) => [data.sha256, index]))
  return { data: held.map(({ data }) => data), serialIndex: (crl) => indexes.get(crl.sha256) ?? null }
}
