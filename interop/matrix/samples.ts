import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Algorithm, algorithms, chainsOfThree } from './algorithms.ts'
import type { Findings } from './findings.ts'
import { type Level, type PdfWish, signDetached, signPdf } from './ours.ts'
import type { Answers, Expected, Panel } from './panel.ts'
import { inParallel } from './parallel.ts'
import type { World } from './world.ts'

export const samplesFolder = join(import.meta.dirname, '..', '..', 'samples')

export const sampleFiles: readonly string[] = readdirSync(samplesFolder)
  .filter((name) => name.endsWith('.pdf'))
  .sort()

export interface Run {
  readonly world: World
  readonly panel: Panel
  readonly findings: Findings
  /** For files under judgement. */
  readonly folder: string
  /** Every sample by every algorithm in every way, instead of half of them. */
  readonly full: boolean
}

/** A sample, and what is said of it before it is signed. */
interface Input {
  readonly sample: string
  readonly bytes: Uint8Array
  readonly answers: Answers
  readonly qpdf: string | null
}

async function lookAt(run: Run, sample: string): Promise<Input> {
  const path = join(samplesFolder, sample)
  const [answers, qpdf] = [await run.panel.ask(path), await run.panel.qpdf.check(path)]
  return { sample, bytes: readFileSync(path), answers, qpdf }
}

interface Chain {
  readonly input: Input
  readonly chain: readonly Algorithm[]
  readonly level: Level
  readonly visible: boolean
}

/**
 * Every sample by every algorithm, at both levels, visible and not, in chains of three signers. Of the twenty chains
 * that this makes for a sample, every other one is taken unless all are asked for.
 */
export async function signSamples(run: Run): Promise<void> {
  const inputs = new Map<string, Input>()
  for (const sample of sampleFiles) inputs.set(sample, await lookAt(run, sample))
  const chains = sampleFiles.flatMap((sample, shift) =>
    (['B-B', 'B-T'] as const).flatMap((level, l) =>
      [false, true].flatMap((visible, v) =>
        chainsOfThree(shift)
          .filter((_, c) => run.full || (shift + l + v + c) % 2 === 0)
          .map((chain): Chain => ({ input: inputs.get(sample)!, chain, level, visible })),
      ),
    ),
  )
  await inParallel(chains, 2, (chain, index) => signChain(run, chain, index))
}

async function signChain(run: Run, work: Chain, index: number): Promise<void> {
  const { chain, level, visible } = work
  const { sample, answers, qpdf } = work.input
  const path = join(run.folder, `${index}-${sample}`)
  let input = work.input.bytes
  const made: Expected[] = []
  for (const [place, algorithm] of chain.entries()) {
    const subject = `${sample} ${level}${visible ? ' visible' : ''} #${place + 1} ${algorithm.name}`
    const output = await tryToSign(run, 'samples', subject, algorithm.name, () =>
      signPdf(run.world, input, algorithm, wishOf(level, visible, place)),
    )
    if (!output) break
    writeFileSync(path, output)
    made.push({ end: output.length, algorithm, level })
    await run.panel.compareFile('samples', subject, { input, output, path, before: qpdf })
    const after = await run.panel.ask(path)
    for (const expected of made) {
      const whose = `${subject}, that of ${expected.algorithm.name}`
      run.panel.compare('samples', whose, expected, answers, after)
    }
    input = output
  }
  rmSync(path, { force: true })
}

export function wishOf(level: Level, visible: boolean, place: number): PdfWish {
  if (!visible) return { level }
  const page = place === 2 ? -1 : 1
  return { level, visible: { page, x: 40 + 175 * place, y: 40, width: 165, height: 70 } }
}

/** null where it could not be signed, which is a disagreement. */
export async function tryToSign(
  run: Run,
  suite: string,
  subject: string,
  row: string,
  sign: () => Promise<Uint8Array>,
): Promise<Uint8Array | null> {
  try {
    return await sign()
  } catch (error) {
    const why = error instanceof Error ? `${error.name} ${error.message}` : String(error)
    run.findings.add({ suite, subject, row, judge: 'our signer', outcome: 'disagrees', why })
    return null
  }
}

/** Detached CAdES over every sample, and over a file that is no PDF, by every algorithm at both levels. */
export async function signContents(run: Run): Promise<void> {
  const contents = [...sampleFiles, 'README.md'].map((name) => join(samplesFolder, name))
  const jobs = algorithms.flatMap((algorithm, index) =>
    (['B-B', 'B-T'] as const).flatMap((level) =>
      [0, 1, 2].map((n) => ({ algorithm, level, content: contents[(index + 5 * n) % contents.length]! })),
    ),
  )
  await inParallel(jobs, 2, async ({ algorithm, level, content }, index) => {
    const subject = `${content.slice(samplesFolder.length + 1)} CAdES ${level} ${algorithm.name}`
    const signed = await tryToSign(run, 'CAdES', subject, algorithm.name, () =>
      signDetached(run.world, content, algorithm, level),
    )
    if (!signed) return
    const path = join(run.folder, `${index}.p7s`)
    writeFileSync(path, signed)
    const after = await run.panel.ask(path, { detached: content })
    // content is only hashed: every judge can read it
    const readable = new Map([...after].map(([name]) => [name, { signatures: [] }]))
    run.panel.compare('CAdES', subject, { end: 0, algorithm, level }, readable, after)
    rmSync(path, { force: true })
  })
}
