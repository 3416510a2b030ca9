import { type Certificate, FormatError, parseCertificate, parsePem } from '../src/formats/index.ts'
import {
  createRevocationCheck,
  crlProfileFindings,
  type PathVerdict,
  profileFindings,
  type RevocationData,
  readRevocationData,
  validatePath,
} from '../src/trust/index.ts'
import type { Row, VectorCase } from './cases.ts'
import type { Judgement } from './judgement.ts'
import { findServerProblem } from './limbo-server.ts'

/** Rows without a time mean now; ours is fixed, within all their certificates' dates. */
const defaultTime = '2026-01-01T00:00:00Z'
/** CPU time that no row of `core` may take. */
const limitMs = 1000

/**
 * Judges a row of x509-limbo. `core` must come out as asserted, in time; `lint` are rules of profiles, of which nothing here
 * refuses: accepting one agrees, with warnings; `alg` are algorithm policies of others, printed and skipped.
 */
export function judgeLimbo(row: VectorCase): Judgement {
  const before = process.cpuUsage()
  const got = validate(row.row)
  const { user, system } = process.cpuUsage(before)
  if (row.kind === 'alg') return { agrees: null, skipped: 'algorithm policy of the web', got }
  if (row.kind === 'lint') return { agrees: isWarned(row, got), skipped: null, got }
  const inTime = (user + system) / 1000 <= limitMs
  return {
    agrees: row.kind === 'core' && got['verdict'] === row.expect['verdict'] && inTime,
    skipped: null,
    got,
  }
}

/** Accepted, and where the row's author refuses, not without a warning. */
const isWarned = (row: VectorCase, got: Row): boolean =>
  got['verdict'] === 'SUCCESS' &&
  (row.expect['verdict'] === 'SUCCESS' || stringsOf(got['warnings']).length > 0)

function validate(row: Row): Row {
  try {
    const [certificate] = readAll([row['peer_certificate']])
    if (!certificate) return { verdict: 'FAILURE', reasons: ['the peer cannot be read'] }
    const intermediates = pool(row['untrusted_intermediates'])
    const data = stringsOf(row['crls']).map(readCrl)
    const verdict = validatePath({
      certificate,
      pool: { anchors: pool(row['trusted_certs']), intermediates },
      at: new Date(typeof row['validation_time'] === 'string' ? row['validation_time'] : defaultTime),
      // rows without CRLs do not ask about revocation
      ...(data.length > 0 && { revocation: createRevocationCheck({ data, certificates: intermediates }) }),
    })
    return { ...outcome(row, certificate, verdict), warnings: warningsOf(verdict, data) }
  } catch (error) {
    if (!(error instanceof FormatError)) throw error
    return { verdict: 'FAILURE', reasons: [error.code] }
  }
}

function outcome(row: Row, certificate: Certificate, verdict: PathVerdict): Row {
  const reasons = verdict.problems.map(({ code, clause, detail }) =>
    [code, clause, detail].filter(Boolean).join(', '),
  )
  const problem =
    verdict.valid && row['class'] === 'core'
      ? findServerProblem(row, certificate, verdict.path.certificates)
      : null
  if (problem) reasons.push(problem)
  return { verdict: reasons.length === 0 ? 'SUCCESS' : 'FAILURE', reasons }
}

/** Where authorities did not keep to the profile. */
function warningsOf({ path }: PathVerdict, data: readonly RevocationData[]): string[] {
  const ofCrls = data.flatMap((item) => (item.kind === 'crl' ? crlProfileFindings(item) : []))
  return [...profileFindings(path.certificates), ...ofCrls].map(({ code, clause }) => `${code}, ${clause}`)
}

const stringsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []

const readAll = (pems: unknown): Certificate[] =>
  stringsOf(pems).flatMap((pem) => parsePem(pem).map(parseCertificate))

/** What cannot be read among many is no part of any path. */
function pool(pems: unknown): Certificate[] {
  return stringsOf(pems).flatMap((pem) => {
    try {
      return readAll([pem])
    } catch (error) {
      if (error instanceof FormatError) return []
      throw error
    }
  })
}

const readCrl = (pem: string): RevocationData => readRevocationData(parsePem(pem, 'X509 CRL')[0]!)
