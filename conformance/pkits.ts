import { type Certificate, FormatError, parseCertificate } from '../src/formats/index.ts'
import {
  createRevocationCheck,
  type PathInputs,
  type PathVerdict,
  type RevocationData,
  readRevocationData,
  validatePath,
} from '../src/trust/index.ts'
import type { Row, VectorCase } from './cases.ts'
import type { Judgement, ReadVector } from './judgement.ts'
import { type ReasonCode, reasonsOf } from './pkits-reasons.ts'

/** When all certificates that are not about dates are valid; they end with 2030. */
const at = new Date('2026-01-01T00:00:00Z')

/** What our reasons are made of. */
interface Outcome {
  readonly verdict: 'pass' | 'fail'
  /** Every reason of a refusal. */
  readonly reasons: readonly string[]
  readonly userConstrainedPolicySet: readonly string[] | null
}

/**
 * Judges a run of NIST's PKITS: its end entity under its trust anchor, everything else a pool without order. A refusal
 * agrees where each of its reasons is one that the test's title names; a pass, where its set of policies is the one asserted.
 */
export function judgePkits(row: VectorCase, read: ReadVector): Judgement {
  const outcome = validate(row.row, read)
  const reasons = reasonsOf(row.kind)
  const got: Row = { ...outcome, ...(outcome.verdict === 'fail' && { reasonsOfTitle: reasons }) }
  const agrees =
    outcome.verdict === row.expect['verdict'] &&
    (outcome.verdict === 'pass'
      ? isSameSet(outcome.userConstrainedPolicySet, row.expect['userConstrainedPolicySet'])
      : isAllowed(outcome.reasons, reasons))
  return { agrees, skipped: null, got }
}

const isAllowed = (reasons: readonly string[], allowed: readonly ReasonCode[] | null): boolean =>
  reasons.length > 0 && reasons.every((reason) => allowed?.some((code) => code === reason) ?? false)

const isSameSet = (a: readonly string[] | null, b: unknown): boolean =>
  a !== null && Array.isArray(b) && JSON.stringify([...a].sort()) === JSON.stringify([...b].sort())

function validate(row: Row, read: ReadVector): Outcome {
  const load = (key: string): Certificate[] => filesOf(row, key).map((path) => parseCertificate(read(path)))
  const [anchor, ...chain] = load('certs')
  const certificate = chain.pop()
  if (!anchor || !certificate) throw new Error('a path has an anchor and an end entity')
  const intermediates = [...load('otherCerts'), ...chain.reverse()]
  const data = filesOf(row, 'crls').flatMap((path) => readCrl(read(path)))
  const verdict = validatePath({
    certificate,
    pool: { anchors: [anchor], intermediates },
    at,
    inputs: inputsOf(row['policy']),
    revocation: createRevocationCheck({ data, certificates: intermediates }),
  })
  return {
    verdict: verdict.valid ? 'pass' : 'fail',
    reasons: reasonsFound(verdict),
    userConstrainedPolicySet: verdict.valid ? verdict.userConstrainedPolicySet : null,
  }
}

/** One that cannot be read is as good as none. */
function readCrl(bytes: Uint8Array): RevocationData[] {
  try {
    return [readRevocationData(bytes)]
  } catch (error) {
    if (error instanceof FormatError) return []
    throw error
  }
}

function reasonsFound({ problems }: PathVerdict): string[] {
  const codes = problems.flatMap(({ code, detail }) =>
    code === 'REVOCATION_UNKNOWN' && detail !== null ? detail.split(' ') : [code],
  )
  return [...new Set(codes)]
}

const filesOf = (row: Row, key: string): string[] => {
  const files = row[key]
  return Array.isArray(files)
    ? files.filter((file) => typeof file === 'string').map((file) => `pkits/${file}`)
    : []
}

function inputsOf(policy: unknown): PathInputs {
  const row = (typeof policy === 'object' && policy !== null ? policy : {}) as Row
  const set = row['initialPolicySet']
  return {
    ...(Array.isArray(set) && { initialPolicySet: set.filter((oid) => typeof oid === 'string') }),
    initialExplicitPolicy: row['initialExplicitPolicy'] === true,
    initialPolicyMappingInhibit: row['initialPolicyMappingInhibit'] === true,
    initialAnyPolicyInhibit: row['initialInhibitAnyPolicy'] === true,
  }
}
