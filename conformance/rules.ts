import { PdfDict, readTrailer } from '../src/formats/index.ts'
import { type CollectInput, collectFacts, type Facts } from '../src/verifier/index.ts'
import { attempt } from './attempt.ts'
import { isStampedOutOfValidity } from './timestamp-tokens.ts'

/** What can be said of a file without knowing what anybody expects of it. */
export interface FileFacts {
  /** How the newest trailer gives /Encrypt; null where it has none, or where there is no trailer to read. */
  readonly encryptEntry: 'direct' | 'other' | null
  /** Codes of what the forms of signatures, time-stamps and evidence records are reproached with. */
  readonly findings: ReadonlySet<string>
  /** Digests that signers name for what they signed. */
  readonly signedDigests: ReadonlySet<string>
  /** Whether a time-stamp says that it was signed when its certificate was not valid. */
  readonly stampedOutOfValidity: boolean
}

/** A rule of `docs/disagreements.md`: where it applies, we differ from others on purpose. */
export interface Rule {
  readonly id: string
  readonly clause: string
  readonly applies: (facts: FileFacts) => boolean
  /** The assertions that it is about; null: all. */
  readonly about: readonly string[] | null
}

const values = ['signatureIntact', 'signatureValid', 'bLevelTechnicallyValid']
const stamps = ['timestamps', 'erTimestamps', 'tLevelValid', 'aLevelValid', 'levelConsistentWithTimestamps']

export const rules: readonly Rule[] = [
  {
    id: 'direct-encrypt-dictionary',
    clause: 'ISO 32000-2:2020, 7.5.5, table 15',
    applies: (facts) => facts.encryptEntry === 'direct',
    about: null,
  },
  {
    id: 'rsa-digest-info-without-null',
    clause: 'RFC 8017, 8.2.2 and B.1',
    applies: (facts) => facts.findings.has('RSA_DIGEST_INFO_WITHOUT_NULL'),
    about: [...values, 'indication'],
  },
  {
    id: 'time-stamp-signed-out-of-validity',
    clause: 'RFC 3161, 2.4.2',
    applies: (facts) => facts.stampedOutOfValidity,
    about: stamps,
  },
  {
    id: 'md5-value',
    clause: 'RFC 6151, 2',
    applies: (facts) => facts.signedDigests.has('md5'),
    about: [...values, ...stamps],
  },
  {
    id: 'evidence-record-renewal',
    clause: 'RFC 4998, 5.3',
    applies: (facts) => facts.findings.has('EVIDENCE_RECORD_RENEWAL'),
    about: ['evidenceRecordIndication', 'evidenceRecordSubIndication', 'providedDataObjects'],
  },
]

/** What rules may know of a file; what cannot be read has no facts. */
export function collectFileFacts(input: CollectInput): FileFacts {
  const { bytes } = input.file
  const facts = attempt(() => collectFacts(input))
  return {
    encryptEntry: attempt(() => readEncryptEntry(bytes)) ?? null,
    findings: new Set(facts ? findingsOf(facts) : []),
    signedDigests: new Set(facts ? signedDigestsOf(facts) : []),
    stampedOutOfValidity: attempt(() => isStampedOutOfValidity(bytes)) ?? false,
  }
}

function readEncryptEntry(bytes: Uint8Array): FileFacts['encryptEntry'] {
  const value = readTrailer(bytes, 'lenient').get('Encrypt')
  if (value === undefined || value === null) return null
  return value instanceof PdfDict ? 'direct' : 'other'
}

const findingsOf = ({ signatures, timestamps, evidenceRecords }: Facts): string[] =>
  [...signatures, ...timestamps, ...evidenceRecords].flatMap(({ findings }) =>
    findings.map(({ code }) => code),
  )

const signedDigestsOf = ({ signatures, timestamps }: Facts): string[] =>
  [...signatures, ...timestamps].flatMap(({ digests }) =>
    digests.filter(({ kind }) => kind === 'message-digest').map(({ digest }) => digest),
  )

/**
 * The rules that explain why `differing` assertions of a file are not met (null: not told one by one); none where one of
 * them is left unexplained.
 */
export function findRules(facts: FileFacts, differing: readonly string[] | null): readonly Rule[] {
  const applying = rules.filter((rule) => rule.applies(facts))
  if (!differing) return applying.filter(({ about }) => about === null)
  const isAbout = ({ about }: Rule, name: string): boolean => about === null || about.includes(name)
  if (!differing.every((name) => applying.some((rule) => isAbout(rule, name)))) return []
  return applying.filter((rule) => differing.some((name) => isAbout(rule, name)))
}
