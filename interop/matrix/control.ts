import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cutSignatures, type SignatureParts } from '../oracles/signature-parts.ts'
import { type Algorithm, algorithms } from './algorithms.ts'
import { type Level, signPdf } from './ours.ts'
import { type Run, samplesFolder, tryToSign } from './samples.ts'

const suite = 'control'
const zero = '0'.charCodeAt(0)

/**
 * An oracle that calls everything intact judges nothing: with one byte of the page turned over, and with one byte of the
 * time-stamp, each that knows the algorithm must say broken.
 */
export async function controlTheJudges(run: Run): Promise<void> {
  // within the page's packed text: no program needs it to find the signature
  const spoilPage = (signed: Uint8Array): number => Buffer.from(signed).indexOf('stream\n') + 40
  for (const algorithm of algorithms) {
    await spoil(run, algorithm, 'B-B', algorithm.name, spoilPage, algorithm.strangers)
  }
  await spoil(run, algorithms[0]!, 'B-T', 'time-stamp', spoilToken, ['pdfsig'])
}

/** A byte of the token's own signature value: the last one of a CMS that ends with its time-stamp. */
function spoilToken(signed: Uint8Array, path: string): number {
  const [{ cms }] = cutSignatures(path) as [SignatureParts, ...SignatureParts[]]
  const hex = Buffer.from(cms).toString('hex').slice(-200)
  return Buffer.from(signed).toString('latin1').toLowerCase().indexOf(hex) + 100
}

async function spoil(
  run: Run,
  algorithm: Algorithm,
  level: Level,
  row: string,
  placeOf: (signed: Uint8Array, path: string) => number,
  strangers: readonly string[],
): Promise<void> {
  const input = readFileSync(join(samplesFolder, 'don-thuoc.pdf'))
  const subject = `one byte changed, ${row}`
  const output = await tryToSign(run, suite, subject, row, () =>
    signPdf(run.world, input, algorithm, { level }),
  )
  if (!output) return
  const path = join(run.folder, 'changed.pdf')
  writeFileSync(path, output)
  // another byte in any case, and where a hex digit stands another hex digit
  const place = placeOf(output, path)
  output[place] = output[place] === zero ? zero + 1 : zero
  writeFileSync(path, output)
  for (const [judge, answer] of await run.panel.ask(path)) {
    if (strangers.includes(judge)) continue
    const said = 'unreadable' in answer ? 'unreadable' : (answer.signatures[0]?.verdict ?? 'no signature')
    const right = said === 'broken'
    const cell = { suite, subject, row, judge, outcome: right ? 'agrees' : 'disagrees' } as const
    run.findings.add({ ...cell, ...(!right && { why: `says of a changed document: ${said}` }) })
  }
  rmSync(path, { force: true })
}
