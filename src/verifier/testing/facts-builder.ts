import type {
  CertificateFacts,
  EvidenceRecordFacts,
  Facts,
  PathFacts,
  RevocationFacts,
  SignatureFacts,
  StatusFacts,
  TimestampFacts,
} from '../facts.ts'

/** A time in UTC, the seconds and the rest left out: `2026-05-01` or `2026-05-01T08:00`. */
export const time = (text: string): string =>
  new Date(text.length === 10 ? `${text}T00:00Z` : `${text}Z`).toISOString()

/** Without an end in every suite. */
export const algorithm = { digest: 'sha256', mgfDigest: null, scheme: 'ecdsa', keyBits: 256 } as const

const token = {
  algorithm,
  algorithmText: 'ecdsaWithSHA256',
  valueIntact: true,
}

export const reference = {
  attributes: 1,
  names: 1,
  digest: 'sha256',
  digestMatches: true,
  issuerSerialMatches: true,
}

interface Answer {
  readonly about: string
  readonly signer: string
  /** thisUpdate and nextUpdate. */
  readonly from: string
  readonly to: string | null
  readonly status?: Partial<Pick<StatusFacts, 'status' | 'revokedAt' | 'reason' | 'problems'>>
  readonly changes?: Partial<RevocationFacts>
}

/** Facts made by hand: certificates under their issuers, what is said of them, tokens. No keys, no bytes. */
export class FactsBuilder {
  readonly #certificates = new Map<string, CertificateFacts>()
  readonly #issuers = new Map<string, string | null>()
  readonly #answers = new Map<string, Answer & { readonly facts: RevocationFacts }>()
  readonly #signatures = new Map<string, SignatureFacts>()
  readonly #timestamps = new Map<string, TimestampFacts>()
  readonly #records = new Map<string, EvidenceRecordFacts>()

  /** `issuer`: its id; null: it is an anchor. */
  certificate(
    id: string,
    issuer: string | null,
    [from, to]: [string, string],
    changes: Partial<CertificateFacts>,
  ) {
    this.#issuers.set(id, issuer)
    this.#certificates.set(id, {
      id,
      sha256: `sha-${id}`,
      subject: `CN=${id}`,
      issuer: `CN=${issuer ?? id}`,
      commonName: id,
      organization: 'BỆNH VIỆN THỬ NGHIỆM A',
      identifiers: [],
      issuerCommonName: issuer ?? id,
      serialNumber: '01',
      notBefore: time(from),
      notAfter: time(to),
      key: { algorithm: 'ec', bits: 256 },
      algorithm,
      selfSigned: issuer === null,
      trusted: issuer === null,
      trustedUntil: null,
      keyUsage: ['digitalSignature', 'nonRepudiation'],
      extKeyUsage: null,
      extKeyUsageCritical: false,
      isCa: false,
      policies: [],
      ocspNoCheck: false,
      shortTerm: false,
      hasRevocationAccess: true,
      hasIssuerAccess: true,
      hasKeyIdentifier: true,
      paths: [],
      statuses: [],
      ...changes,
    })
    return this
  }

  changeCertificate(id: string, changes: Partial<CertificateFacts>) {
    this.#certificates.set(id, { ...this.#certificates.get(id)!, ...changes })
    return this
  }

  revocation(id: string, answer: Answer) {
    const facts: RevocationFacts = {
      ...token,
      id,
      signingCertificate: answer.signer,
      digests: [],
      kind: id.startsWith('crl') ? 'crl' : 'ocsp',
      origin: 'embedded',
      sha256: `sha-${id}`,
      producedAt: time(answer.from),
      thisUpdate: time(answer.from),
      nextUpdate: answer.to && time(answer.to),
      coversExpiredSince: null,
      certHashMatches: null,
      datedAhead: false,
      ...answer.changes,
    }
    this.#answers.set(id, { ...answer, facts })
    return this
  }

  withoutRevocation(id: string) {
    this.#answers.delete(id)
    return this
  }

  timestamp(id: string, at: string, covers: readonly string[], changes: Partial<TimestampFacts> = {}) {
    this.#timestamps.set(id, {
      ...token,
      id,
      signingCertificate: 'tsa',
      digests: [{ kind: 'message-imprint', digest: 'sha256', found: true, intact: true }],
      type: 'signature',
      source: 'signature-time-stamp',
      time: time(at),
      accuracyMs: null,
      policy: '1.2.3',
      reference,
      findings: [],
      covers,
      embedded: [],
      pdf: null,
      ...changes,
    })
    return this
  }

  changeTimestamp(id: string, changes: Partial<TimestampFacts>) {
    this.#timestamps.set(id, { ...this.#timestamps.get(id)!, ...changes })
    return this
  }

  signature(changes: Partial<SignatureFacts>) {
    const known = this.#signatures.get(changes.id ?? 'S')
    this.#signatures.set(changes.id ?? 'S', { ...(known ?? plainSignature), ...changes })
    return this
  }

  record(
    id: string,
    covers: readonly string[],
    timestamps: readonly string[],
    changes: Partial<EvidenceRecordFacts> = {},
  ) {
    this.#records.set(id, {
      id,
      origin: 'given',
      findings: [],
      digests: [{ kind: 'archive-object', digest: 'sha256', found: true, intact: true }],
      timestamps,
      covers,
      chainDigests: ['sha256'],
      ...changes,
    })
    return this
  }

  build(): Facts {
    return {
      version: 1,
      file: { name: 'benh-an.pdf', kind: 'pdf', size: 1, sha256: 'sha-file', forgiven: [] },
      signatures: [...this.#signatures.values()],
      timestamps: [...this.#timestamps.values()],
      evidenceRecords: [...this.#records.values()],
      certificates: [...this.#certificates.values()].map((certificate) => ({
        ...certificate,
        paths: certificate.paths.length > 0 ? certificate.paths : [this.#pathOf(certificate.id)],
        statuses: this.#statusesOf(certificate.id),
      })),
      revocations: [...this.#answers.values()].map(({ facts }) => facts),
    }
  }

  #pathOf(id: string): PathFacts {
    const certificates = [id]
    for (let at = id; ; ) {
      const certificate = this.#certificates.get(at)
      if (certificate?.trusted) return { certificates, anchored: true, problems: [] }
      const issuer = this.#issuers.get(at) ?? null
      if (issuer === null) return { certificates, anchored: false, problems: [] }
      certificates.push(issuer)
      at = issuer
    }
  }

  #statusesOf(id: string): StatusFacts[] {
    return [...this.#answers.values()]
      .filter(({ about }) => about === id)
      .map(({ facts, status }) => ({
        revocation: facts.id,
        status: 'good',
        revokedAt: null,
        reason: null,
        problems: [],
        ...status,
      }))
  }
}

/** A PAdES signature with nothing wrong. */
export const plainSignature: SignatureFacts = {
  ...token,
  id: 'S',
  signingCertificate: 'signer',
  digests: [{ kind: 'message-digest', digest: 'sha256', found: true, intact: true }],
  format: 'PAdES',
  field: 'Signature1',
  counterSignatureOf: null,
  level: 'B-B',
  reference,
  claimedTime: time('2026-05-01T08:00'),
  attributes: {
    contentType: null,
    mimeType: null,
    signaturePolicy: null,
    commitmentTypes: [],
    location: null,
    claimedRoles: [],
  },
  findings: [],
  pdf: {
    subFilter: 'ETSI.CAdES.detached',
    byteRange: [0, 10, 20, 10],
    byteRangeStrict: true,
    coversRevision: true,
    coversWholeFile: true,
    modifications: 'none',
    changedObjects: [],
  },
  embedded: [],
  timestamps: [],
  evidenceRecords: [],
}
