import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ForeignSigner } from '../oracles/foreign-signer.ts'
import { type Algorithm, algorithms } from './algorithms.ts'
import { schemeOf } from './foreign-makers.ts'
import { askOurs, inWords, reasonsOf } from './our-verdict.ts'
import { signPdf } from './ours.ts'
import { inParallel } from './parallel.ts'
import { type Run, sampleFiles, samplesFolder, tryToSign } from './samples.ts'

const suite = 'theirs'
const schemes = [
  { scheme: 'rsa-pkcs1', entity: 'nurse-02' },
  { scheme: 'rsa-pss', entity: 'seal-a' },
  { scheme: 'ecdsa', entity: 'doctor-01' },
] as const

/**
 * Files that foreign programs signed: the others find them intact, our verifier passes them at their level, we sign after
 * them, and both stay intact and passed.
 */
export async function signAfterThem(run: Run, signers: readonly ForeignSigner[]): Promise<void> {
  const jobs = signers.flatMap((signer) =>
    sampleFiles.flatMap((sample, index) =>
      (['B', 'T'] as const).map((level, at) => ({
        signer,
        sample,
        level,
        ...schemes[(index + at) % schemes.length]!,
        after: algorithms[(2 * index + at) % algorithms.length]!,
      })),
    ),
  )
  await inParallel(jobs, 2, async ({ signer, sample, level, scheme, entity, after }, index) => {
    const path = join(run.folder, `${index}-${signer.name.replace(' ', '-')}-${sample}`)
    const original = join(samplesFolder, sample)
    const unsigned = await run.panel.ask(original)
    const { key, chain } = run.world.keyFiles(entity)
    const tsa = run.world.responders.tsaUrl
    const subject = `${sample} by ${signer.name}, ${level}, ${scheme}`
    const request = { format: 'pades', level, scheme, file: original, out: path, key, chain, tsa } as const
    const failed = await signer.sign({ ...request, trust: run.world.trust })
    if (failed) {
      run.findings.add({ suite, subject, row: 'signing', judge: signer.name, outcome: 'cannot', why: failed })
      return
    }
    const input = readFileSync(path)
    const before = await run.panel.ask(path)
    for (const [judge, answer] of before) {
      const could = !('unreadable' in unsigned.get(judge)!)
      const intact = 'signatures' in answer && answer.signatures.some(({ verdict }) => verdict === 'intact')
      const outcome = intact ? 'agrees' : could ? 'disagrees' : 'cannot'
      const why =
        'unreadable' in answer ? answer.unreadable : answer.signatures.map((one) => one.why).join('; ')
      run.findings.add({ suite, subject, row: `of ${signer.name}`, judge, outcome, ...(!intact && { why }) })
    }
    const ours = askOurs(run.world, input)
    const [verdict] = ours.signatures
    const right = verdict?.indication === 'TOTAL-PASSED' && verdict.level === `B-${level}`
    const row = `of ${signer.name}`
    const cell = {
      suite,
      subject,
      row,
      judge: 'our verifier',
      outcome: right ? 'agrees' : 'disagrees',
    } as const
    run.findings.add({ ...cell, ...(!right && { why: `${inWords(ours)} ${reasonsOf(ours)}` }) })
    const wasClean = await run.panel.qpdf.check(path)
    const whose = `${subject}, then ours with ${after.name}`
    const output = await tryToSign(run, suite, whose, after.name, () =>
      signPdf(run.world, input, after, { level: level === 'T' ? 'B-T' : 'B-B' }),
    )
    if (output) {
      writeFileSync(path, output)
      const later = await run.panel.ask(path)
      await run.panel.compareFile(suite, whose, { input, output, path, before: wasClean })
      run.panel.compareEarlier(suite, whose, before, later)
      const expected = { end: output.length, algorithm: after, level: level === 'T' ? 'B-T' : 'B-B' } as const
      run.panel.compare(suite, whose, expected, before, later)
      judgeBoth(run, whose, output, after)
    }
    rmSync(path, { force: true })
  })
}

/** Both signatures pass; ours too, unless by an algorithm that the policy does not list. */
function judgeBoth(run: Run, subject: string, output: Uint8Array, after: Algorithm): void {
  const report = askOurs(run.world, output)
  const indications = report.signatures.map(({ indication }) => indication)
  const own = schemeOf(after) === 'ed25519' ? 'INDETERMINATE' : 'TOTAL-PASSED'
  const right = indications.join() === ['TOTAL-PASSED', own].join()
  const outcome = right ? 'agrees' : 'disagrees'
  const why = `${inWords(report)} ${reasonsOf(report)}`
  const cell = { suite, subject, row: 'both signatures', judge: 'our verifier', outcome } as const
  run.findings.add({ ...cell, ...(!right && { why }) })
}
