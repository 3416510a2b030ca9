import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { VerificationReport } from '../../src/verifier/index.ts'
import type { Oracle } from '../oracles/oracle.ts'
import type { Cell } from './findings.ts'
import { schemeOf } from './foreign-makers.ts'
import { askOurs, inWords, readContent, reasonsOf } from './our-verdict.ts'
import { inParallel } from './parallel.ts'
import { type Job, type SignedFile, titleOf } from './records.ts'
import type { Run } from './samples.ts'

const suite = 'verdicts'
const ours = 'our verifier'

/**
 * Files that programs signed just now, each judged by us: passed at its level under the right anchors, open without any,
 * under TT 15/2025 by its algorithm, failed with one byte changed; and EU DSS concludes the same.
 */
export async function judgeTheirFiles(
  run: Run,
  jobs: readonly Job[],
  { dss, openssl }: { readonly dss: Oracle | null; readonly openssl: Oracle | null },
): Promise<void> {
  await inParallel(jobs, 2, async (job, index) => {
    const path = join(run.folder, `verdict-${index}`)
    const failed = await job.sign(path).catch((error: unknown) => String(error))
    if (failed !== null) {
      const why = `does not sign ${job.algorithm.name} at ${job.level}: ${failed}`
      const cell = { suite, subject: titleOf(job), row: rowOf(job), judge: job.maker, why }
      // what a program cannot sign is not asked of it
      run.findings.add({ ...cell, outcome: 'disagrees' })
      return
    }
    const file = { ...job, path }
    judgeFile(run, file)
    if (dss) await compareWithDss(run, file, dss)
    if (openssl) await compareWithOpenssl(run, file, openssl)
    rmSync(path, { force: true })
  })
}

const rowOf = ({ maker, kind }: Omit<SignedFile, 'path'>): string => `${maker} ${kind}`

function judgeFile(run: Run, file: SignedFile): void {
  const { world } = run
  const bytes = readFileSync(file.path)
  const content = readContent(file.content)
  const check = (what: string, report: VerificationReport, right: boolean): void =>
    add(run, file, `${ours}, ${what}`, right, () => `${inWords(report)} ${reasonsOf(report)}`)
  const trusting = askOurs(world, bytes, { content })
  const expected = expectedOf(file)
  check('trusting', trusting, isAs(trusting, expected) && trusting.signatures[0]!.level === file.level)
  const without = askOurs(world, bytes, { content, anchors: [] })
  check('no anchors', without, isAs(without, file.mistake ?? noChain))
  const tt15 = askOurs(world, bytes, { content, policy: 'tt15' })
  const isInside = ['rsa-pss', 'ecdsa'].includes(schemeOf(file.algorithm)) || file.mistake !== undefined
  check('TT 15', tt15, isInside ? isAs(tt15, expected) : isOutside(tt15))
  if (file.mistake) return
  const turned = changeOne(bytes, content)
  const changed = askOurs(world, turned.bytes, turned)
  check('one byte changed', changed, changed.verdict === 'failed' && changed.signatures[0]!.intact === false)
}

interface Conclusion {
  readonly indication: string
  readonly subIndication: string | null
}

const passed: Conclusion = { indication: 'TOTAL-PASSED', subIndication: null }
const noChain: Conclusion = { indication: 'INDETERMINATE', subIndication: 'NO_CERTIFICATE_CHAIN_FOUND' }
const notListed: Conclusion = {
  indication: 'INDETERMINATE',
  subIndication: 'CRYPTO_CONSTRAINTS_FAILURE_NO_POE',
}

/** Ed25519 is listed by no edition of TS 119 312 that we go by. */
const expectedOf = ({ algorithm, mistake }: SignedFile): Conclusion =>
  mistake ?? (schemeOf(algorithm) === 'ed25519' ? notListed : passed)

const isAs = ({ signatures }: VerificationReport, { indication, subIndication }: Conclusion): boolean =>
  signatures.length === 1 &&
  signatures[0]!.indication === indication &&
  signatures[0]!.subIndication === subIndication &&
  (signatures[0]!.intact === true ||
    ['SIG_CRYPTO_FAILURE', 'NO_SIGNING_CERTIFICATE_FOUND'].includes(subIndication ?? ''))

/** Intact, and refused for its algorithm alone. */
function isOutside(report: VerificationReport): boolean {
  if (!isAs(report, notListed)) return false
  const failures = report.signatures[0]!.reasons.filter(({ level }) => level === 'fail')
  return failures.every(({ code }) => code === 'ALGORITHM_NOT_ACCEPTED')
}

/** What is asked with one byte of what was signed turned over. */
function changeOne(bytes: Uint8Array, content: Uint8Array | null) {
  const turnedOver = (whole: Uint8Array, place: number): Uint8Array => {
    const changed = Uint8Array.from(whole)
    changed[place]! ^= 1
    return changed
  }
  if (content) return { bytes, content: turnedOver(content, content.length >> 1) }
  // of a PDF, alone or inside a CMS, the comment under its header: all can be read still
  const header = Buffer.from(bytes).indexOf('\n%')
  return { bytes: turnedOver(bytes, header === -1 || header > 400 ? 400 : header + 3), content }
}

async function compareWithDss(run: Run, file: SignedFile, dss: Oracle): Promise<void> {
  const { trust, evidence } = run.world
  const question = {
    file: file.path,
    ...(file.content && { detached: file.content }),
    trust,
    crl: evidence.crl,
  }
  const answer = await dss.judge({ ...question, ocsp: evidence.ocsp })
  const said = 'unreadable' in answer ? null : (answer.signatures[0] ?? null)
  if (!said || 'unreadable' in answer) {
    const why = 'unreadable' in answer ? answer.unreadable : 'no signature'
    run.findings.add({
      suite,
      subject: titleOf(file),
      row: rowOf(file),
      judge: 'EU DSS',
      outcome: 'cannot',
      why,
    })
    return
  }
  const { indication, subIndication } = expectedOf(file)
  const same = indication === 'TOTAL-PASSED' ? 'good' : `${indication.replace('-', '_')} ${subIndication}`
  const whole = file.dssSays ?? same
  add(run, file, 'EU DSS', said.whole?.startsWith(whole) === true, () => said.whole ?? '')
  // it has no names for what lies between BES and LTV
  if (!file.level.startsWith('B-') || file.mistake) return
  add(run, file, 'EU DSS, level', said.level === file.level, () => `it says ${said.level}`)
}

/** `cms -verify` and `ts -verify` of what is signed beside its content or in a PDF. */
async function compareWithOpenssl(run: Run, file: SignedFile, openssl: Oracle): Promise<void> {
  const { kind, content, algorithm, mistake, level } = file
  const isInside = content === null && /enveloping/.test(kind)
  if (isInside || mistake || algorithm.strangers.includes(openssl.name)) return
  const { trust, crl } = run.world
  const question = { file: file.path, ...(content && { detached: content }), trust, crl }
  const answer = await openssl.judge(question)
  const said = 'unreadable' in answer ? null : answer.signatures[0]
  // without a reference to the signing certificate it is no CAdES, which is all that is asked of it then
  const right = said?.verdict === 'intact' && (said.whole === 'good' || level === 'none')
  add(run, file, 'OpenSSL', right, () =>
    'unreadable' in answer ? answer.unreadable : `${said?.why} ${said?.whole}`,
  )
}

function add(run: Run, file: SignedFile, judge: string, right: boolean, why: () => string): void {
  const outcome: Cell['outcome'] = right ? 'agrees' : 'disagrees'
  const cell = { suite, subject: titleOf(file), row: rowOf(file), judge, outcome }
  run.findings.add({ ...cell, ...(!right && { why: why() }) })
}
