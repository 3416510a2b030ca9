import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { FormatError } from '../../src/formats/index.ts'
import { SignerError } from '../../src/signer/index.ts'
import { execute } from '../oracles/exec.ts'
import type { ForeignSigner } from '../oracles/foreign-signer.ts'
import { algorithms } from './algorithms.ts'
import { type Level, signPdf } from './ours.ts'
import type { Answers, Expected } from './panel.ts'
import { inParallel } from './parallel.ts'
import type { Run } from './samples.ts'

const suite = 'third-party'

/** Refusals by which a document that can be read says itself that it must not be signed. */
const forbidden = new Set([
  'ERR_PADES_CERTIFIED',
  'ERR_PADES_FIELDS_LOCKED',
  'ERR_PADES_FIELD_LOCKED',
  'ERR_PADES_PERMISSIONS',
  'ERR_PADES_USAGE_RIGHTS',
])

/** Refusals of what qpdf passes over, with good reason (docs/interop.md, "Where we differ"). */
const stricter = new Set(['ERR_PDF_STARTXREF'])

/** A refused file: what qpdf says of it, and our code. */
export interface Refusal {
  readonly file: string
  readonly qpdf: 'clean' | 'warnings' | 'errors'
  readonly code: string
}

/** All PDF files under a folder; null where there is no such folder. */
export function listPdfs(folder: string): string[] | null {
  if (!existsSync(folder)) return null
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.pdf$/i.test(name))
    .sort()
    .map((name) => join(folder, name))
}

/**
 * Every third-party PDF that `qpdf --check` reads without error and that does not itself forbid it is signed once, twice
 * and three times; all others are refused, and with which code is told.
 */
export async function signThirdParty(
  run: Run,
  signers: readonly ForeignSigner[],
  folder: string,
  files: readonly string[],
): Promise<Refusal[]> {
  const refusals: Refusal[] = []
  await inParallel(files, 2, async (file, index) => {
    const name = relative(folder, file)
    const { status } = await execute('qpdf', ['--check', file])
    const qpdf = status === 0 ? 'clean' : status === 3 ? 'warnings' : 'errors'
    const refused = await signThrice(run, signers, file, name, index)
    if (refused !== null) {
      refusals.push({ file: name, qpdf, code: refused })
      const right = qpdf !== 'clean' || forbidden.has(refused) || stricter.has(refused)
      run.findings.add({
        suite,
        subject: name,
        row: 'refused',
        judge: 'qpdf',
        outcome: right ? 'agrees' : 'disagrees',
        ...(!right && { why: `qpdf reads it without error, we refuse: ${refused}` }),
      })
    } else if (qpdf === 'errors') {
      const why = 'qpdf finds errors, we sign'
      run.findings.add({ suite, subject: name, row: 'refused', judge: 'qpdf', outcome: 'disagrees', why })
    }
  })
  return refusals.sort((a, b) => a.code.localeCompare(b.code) || a.file.localeCompare(b.file))
}

/** null where it was signed; else the code of the refusal. */
async function signThrice(
  run: Run,
  signers: readonly ForeignSigner[],
  file: string,
  name: string,
  index: number,
): Promise<string | null> {
  const path = join(run.folder, `third-${index}.pdf`)
  let input: Uint8Array = readFileSync(file)
  const original = await run.panel.ask(file)
  const wasClean = await run.panel.qpdf.check(file)
  const made: Expected[] = []
  try {
    for (let place = 0; place < 3; place++) {
      const algorithm = algorithms[(index * 3 + place) % algorithms.length]!
      const level: Level = (index + place) % 2 === 0 ? 'B-B' : 'B-T'
      const subject = `${name} ${level} #${place + 1} ${algorithm.name}`
      // each file once visible or twice, in the corner of its first page, which may be small
      const visible = place === 1 || (place === 2 && index % 2 === 1)
      const corner = { page: 1, x: 4 + 8 * place, y: 4 + 8 * place, width: 150, height: 64 }
      const wish = { level, ...(visible && { visible: corner }) }
      const output = await signPdf(run.world, input, algorithm, wish).catch((error: unknown) => {
        if (!visible || !(error instanceof FormatError) || error.code !== 'ERR_PDF_PAGE_BOX') throw error
        run.findings.add({
          suite,
          subject,
          row: 'visible',
          judge: 'our signer',
          outcome: 'cannot',
          why: error.code,
        })
        return signPdf(run.world, input, algorithm, { level })
      })
      writeFileSync(path, output)
      made.push({ end: output.length, algorithm, level })
      await run.panel.compareFile(suite, subject, { input, output, path, before: wasClean })
      const after = await run.panel.ask(path)
      const silent = [...after].some(
        ([judge, now]) => 'unreadable' in now && !('unreadable' in original.get(judge)!),
      )
      const theirs = silent ? await signedByThem(run, signers, file, index) : []
      for (const expected of made) run.panel.compare(suite, subject, expected, original, after, theirs)
      run.panel.compareEarlier(suite, subject, original, after)
      input = output
    }
    return null
  } catch (error) {
    if ((error instanceof FormatError || error instanceof SignerError) && made.length === 0) return error.code
    const why = error instanceof Error ? `${error.name} ${error.message}` : String(error)
    run.findings.add({ suite, subject: name, row: 'signing', judge: 'our signer', outcome: 'disagrees', why })
    return null
  } finally {
    rmSync(path, { force: true })
  }
}

/** What is said of the same file where foreign programs sign it. */
async function signedByThem(
  run: Run,
  signers: readonly ForeignSigner[],
  file: string,
  index: number,
): Promise<Answers[]> {
  const answers: Answers[] = []
  const out = join(run.folder, `theirs-${index}.pdf`)
  for (const signer of signers) {
    const { key, chain } = run.world.keyFiles('nurse-02')
    const request = { format: 'pades', level: 'B', scheme: 'rsa-pkcs1', file, out, key, chain } as const
    const { trust, responders } = run.world
    if ((await signer.sign({ ...request, trust, tsa: responders.tsaUrl })) === null) {
      answers.push(await run.panel.ask(out))
    }
    rmSync(out, { force: true })
  }
  return answers
}
