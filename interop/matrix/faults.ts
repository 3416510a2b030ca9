import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { entityOf, type Pki } from '../../src/test-certs/index.ts'
import type { ForeignSigner } from '../oracles/foreign-signer.ts'
import { signWithOpenssl } from '../oracles/openssl-signer.ts'
import type { Oracle } from '../oracles/oracle.ts'
import { type FaultCase, faultCases, type Later, later } from './fault-cases.ts'
import { askOurs, inWords, reasonsOf } from './our-verdict.ts'
import { inParallel } from './parallel.ts'
import { type Run, samplesFolder } from './samples.ts'
import type { Evidence, World } from './world.ts'

const suite = 'faults'
const hour = 3_600_000

/**
 * What is wrong with a certificate or a time-stamp, in files that EU DSS and OpenSSL signed with it: our verdict is what
 * EN 319 102-1 says, and EU DSS' own is the same, or differs by a rule of docs/interop.md.
 */
export async function judgeFaults(run: Run, dss: Oracle & ForeignSigner): Promise<void> {
  const states = new Map<string, Evidence>()
  await inParallel(faultCases, 2, async (one, index) => {
    const path = join(run.folder, `fault-${index}`)
    const failed = await sign(run.world, dss, one, path)
    const subject = `${one.name}, ${one.level}`
    if (failed !== null) {
      run.findings.add({ suite, subject, row: one.name, judge: 'EU DSS', outcome: 'disagrees', why: failed })
      return
    }
    const { evidence, at } = situationOf(run.world, one, states)
    const bytes = readFileSync(path)
    const report = askOurs(run.world, bytes, { given: evidence.given, at })
    const said = inWords(report).split(' ').slice(0, one.expected.split(' ').length).join(' ')
    const right = said === one.expected
    const cell = { suite, subject, row: one.name }
    const why = `${inWords(report)} ${reasonsOf(report)}, expected ${one.expected}`
    run.findings.add({
      ...cell,
      judge: 'our verifier',
      outcome: right ? 'agrees' : 'disagrees',
      ...(!right && { why }),
    })
    await compareWithDss(run, dss, one, path, evidence, at)
    rmSync(path, { force: true })
  })
}

async function compareWithDss(
  run: Run,
  dss: Oracle,
  one: FaultCase,
  path: string,
  evidence: Evidence,
  at: Date,
): Promise<void> {
  const { trust } = run.world
  const question = { file: path, trust, crl: evidence.crl, ocsp: evidence.ocsp, at: at.toISOString() }
  const answer = await dss.judge(question)
  const said = 'unreadable' in answer ? answer.unreadable : (answer.signatures[0]?.whole ?? 'no signature')
  const same = one.expected === 'TOTAL-PASSED' ? 'good' : one.expected.replace('-', '_')
  const expected = one.dssSays ?? same
  const right = said.startsWith(expected)
  const cell = { suite, subject: `${one.name}, ${one.level}`, row: one.name, judge: 'EU DSS' }
  const why = `it says ${said}, expected ${expected}`
  run.findings.add({ ...cell, outcome: right ? 'agrees' : 'disagrees', ...(!right && { why }) })
}

function sign(world: World, dss: ForeignSigner, one: FaultCase, out: string): Promise<string | null> {
  const key = world.keyFiles(one.entity)
  const scheme =
    entityOf(world.pki, one.entity).certificate.keyObject.asymmetricKeyType === 'rsa' ? 'rsa-pkcs1' : 'ecdsa'
  const file = join(samplesFolder, 'don-thuoc.pdf')
  if (one.level === 'CAdES') {
    const request = { scheme, file, out, ...key, digest: 'sha256', cades: true, detached: false } as const
    return signWithOpenssl(request)
  }
  const { trust, evidence, responders } = world
  const tsa = one.tsa ? `${responders.tsaUrl}/${one.tsa}` : responders.tsaUrl
  const { crl, ocsp } = evidence
  return dss.sign({ format: 'pades', level: one.level, scheme, file, out, ...key, trust, crl, ocsp, tsa })
}

/** When it is asked about, and what is known then. */
function situationOf(
  world: World,
  one: FaultCase,
  states: Map<string, Evidence>,
): { evidence: Evidence; at: Date } {
  if (!one.later) return { evidence: world.evidence, at: new Date() }
  const now = world.evidence.at.getTime()
  const hours = (count: number): Date => new Date(now + count * hour)
  const what: Later = later[one.later]
  const { after, knownAt = after, revoked } = what
  const key = `${one.later} ${one.entity}`
  let evidence = states.get(key)
  if (!evidence) {
    const state = revoked ? revokedIn(world.pki, one.entity, hours(revoked.at), revoked.reason) : world.pki
    evidence = world.evidenceAt(state, hours(knownAt))
    states.set(key, evidence)
  }
  return { evidence, at: hours(after) }
}

function revokedIn(pki: Pki, name: string, at: Date, reason: 'keyCompromise' | 'certificateHold'): Pki {
  const entities = new Map(pki.entities)
  entities.set(name, { ...entityOf(pki, name), revocation: { at, reason } })
  return { ...pki, entities }
}
