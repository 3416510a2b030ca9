import { type Certificate, type Crl, isEqual } from '../../formats/index.ts'
import type { TrustCache } from '../cache.ts'
import { validatePath } from '../path/index.ts'
import type { PathBudget, RevocationCheck, StatusAtTime } from '../path/types.ts'
import { namesItselfCrlIssuer } from './distribution-points.ts'
import { embeddedCertificates } from './ocsp-responder.ts'
import { revocationAnswers, type StatusVerdict, statusAt } from './status-at.ts'
import type { CurrencyOptions, RevocationData, SerialIndex, StatusAnswer } from './types.ts'

const OCSP_SIGNING = '1.3.6.1.5.5.7.3.9'
const OCSP_NO_CHECK = '1.3.6.1.5.5.7.48.1.5'
/** id-etsi-ext-valassured-ST-certs */
const SHORT_TERM = '0.4.0.194121.2.1'
/** Signers of revocation data whose own status hangs on others': beyond this many nobody is believed. */
const MAX_DEPTH = 4
/** Paths of signers that one question may take: where all vouch for all, the rest is not believed. */
const MAX_SIGNERS = 64

export interface RevocationCheckOptions {
  readonly data: readonly RevocationData[]
  /** Among which signers of revocation data and their issuers are found; evidence, not trusted. */
  readonly certificates: readonly Certificate[]
  readonly currency?: CurrencyOptions
  readonly serialIndex?: (crl: Crl) => SerialIndex | null
  /** Of each search for a signer's path. */
  readonly budget?: Partial<PathBudget>
  readonly cache?: TrustCache
}

/** Of one moment. */
export interface StatusFinderOptions extends RevocationCheckOptions {
  readonly at: Date
  /** Is told the path of each who signed an answer and whose own status decides and is not known. */
  readonly onUnknownSigner?: (path: readonly Certificate[]) => void
}

/** What is known of `path[index]`, which is not the anchor. */
export type StatusFinder = (path: readonly Certificate[], index: number) => StatusVerdict

/**
 * The status of certificates at one moment by given data (RFC 5280, 6.3; RFC 6960), asked for whatever they say of
 * themselves; found once for each path. Who signed data and is not the issuer needs a path of its own to the same anchor,
 * with nothing revoked in it (RFC 5280, 6.3.3 (f)), but for a responder with nocheck.
 */
export function createStatusFinder(options: StatusFinderOptions): StatusFinder {
  const known = new Map<string, StatusVerdict>()
  return (path, index) => {
    const key = `${index} ${path.map(({ sha256 }) => sha256)}`
    let verdict = known.get(key)
    if (!verdict) {
      verdict = findStatus(path, index, { ...options, signersLeft: MAX_SIGNERS }, [])
      known.set(key, verdict)
    }
    return verdict
  }
}

/** The revocation check of `validatePath` by given data: the status that `createStatusFinder` finds, where one is needed. */
export function createRevocationCheck(options: RevocationCheckOptions): RevocationCheck {
  return (path, index, at) => checkStatus(path, index, { ...options, at, signersLeft: MAX_SIGNERS }, [])
}

interface Question extends StatusFinderOptions {
  signersLeft: number
}

function checkStatus(
  path: readonly Certificate[],
  index: number,
  question: Question,
  asking: readonly Certificate[],
): StatusAtTime | null {
  return needsNoStatus(path[index]!) ? null : toStatusAtTime(findStatus(path, index, question, asking))
}

/** `asking`: certificates whose status is being sought; none of them vouches for itself. */
function findStatus(
  path: readonly Certificate[],
  index: number,
  question: Question,
  asking: readonly Certificate[],
): StatusVerdict {
  const [certificate, issuer] = [path[index]!, path[index + 1]!]
  const { data, certificates, currency, serialIndex, at } = question
  const answers = revocationAnswers(certificate, issuer, data, {
    certificates: [...path, ...certificates],
    ...(serialIndex && { serialIndex }),
  })
  const nowAsking = [...asking, certificate]
  return statusAt({
    certificate,
    answers,
    at,
    isTrusted: (answer) => isTrusted(answer, path, index, question, nowAsking),
    ...(currency && { options: currency }),
  })
}

/** RFC 6960, 4.2.2.2.1 (a responder's own), EN 319 412-1, 5.2.2. */
const needsNoStatus = ({ extensions, extKeyUsage }: Certificate): boolean =>
  extensions.some(
    ({ oid }) =>
      oid === SHORT_TERM || (oid === OCSP_NO_CHECK && extKeyUsage?.includes(OCSP_SIGNING) === true),
  )

function isTrusted(
  answer: StatusAnswer,
  path: readonly Certificate[],
  index: number,
  question: Question,
  asking: readonly Certificate[],
): boolean {
  if (asking.length > MAX_DEPTH) return false
  const { certificates, budget, cache, at } = question
  const anchor = path.at(-1)!
  const inside =
    answer.source.kind === 'ocsp' && answer.source.basic ? embeddedCertificates(answer.source.basic) : []
  return answer.signers.some((signer) => {
    // PKITS 4.14.30: its issuer sent those who ask to this very CRL; the rest of its path is being judged
    if (
      signer.sha256 === path[index]!.sha256 &&
      answer.source.kind === 'crl' &&
      namesItselfCrlIssuer(signer)
    ) {
      return true
    }
    if (question.signersLeft-- <= 0) return false
    if (asking.some(({ publicKey }) => isEqual(publicKey, signer.publicKey))) return false
    const verdict = validatePath({
      certificate: signer,
      pool: { intermediates: [...path.slice(index + 1), ...certificates, ...inside], anchors: [anchor] },
      at,
      ...(budget && { budget }),
      ...(cache && { cache }),
      revocation: (signersPath, i) => {
        if (i === 0 && answer.signerNoCheck) return null
        // the issuers that both paths share are asked about with the path that is being judged
        if (path.slice(index + 1).some(({ sha256 }) => sha256 === signersPath[i]!.sha256)) return null
        const found = checkStatus(signersPath, i, question, asking)
        if (i === 0 && found?.status === 'unknown') question.onUnknownSigner?.(signersPath)
        return found
      },
    })
    return verdict.valid
  })
}

function toStatusAtTime({ status, answer, problems }: StatusVerdict): StatusAtTime {
  if (status === 'undetermined') return { status: 'unknown', revokedAt: null, reason: null, problems }
  if (answer && status === 'revoked' && answer.status.status === 'revoked') {
    return { status, revokedAt: answer.status.at, reason: answer.status.reason, problems: [] }
  }
  return { status: 'good', revokedAt: null, reason: null, problems: [] }
}
