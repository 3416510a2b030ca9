import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readCorpus } from './corpus.ts'
import type { Corpus } from './corpus-types.ts'
import { damagePdfObjects } from './damage-pdf-objects.ts'
import { openEvidenceTarget, openFactsTarget, openRecordTarget } from './fuzz-judge.ts'
import type { FuzzKind } from './fuzz-protocol.ts'
import { openTarget, type Target } from './fuzz-targets.ts'
import { judgeRecord } from './judging.ts'
import { mutate } from './mutate.ts'
import { type Json, mutateJson, openJsonCorpus } from './mutate-json.ts'
import { seededDraw } from './random.ts'
import { readContext, readFiles } from './record-corpus.ts'

export interface FuzzInputs {
  readonly originals: readonly Buffer[]
  /** The same for the same seed and corpus. */
  inputOf(seed: number): Buffer
}

export interface Fuzzer extends FuzzInputs {
  readonly target: Target
}

export async function openFuzzer(kind: FuzzKind, folder: string): Promise<Fuzzer> {
  return { ...openInputs(kind, folder), target: await targetOf(kind, folder) }
}

export function openInputs(kind: FuzzKind, folder: string): FuzzInputs {
  switch (kind) {
    case 'pdf':
    case 'der':
      return damaged([readCorpus(folder, kind)])
    case 'records':
      return damaged([readCorpus(join(folder, 'pdf'), 'pdf'), readCorpus(join(folder, 'der'), 'der')])
    case 'evidence':
      return damaged([readCorpus(join(folder, 'evidence'), 'der')])
    case 'facts':
      return changed(folder)
  }
}

function targetOf(kind: FuzzKind, folder: string): Target | Promise<Target> {
  switch (kind) {
    case 'pdf':
    case 'der':
      return openTarget(kind)
    case 'records':
      return openRecordTarget(folder)
    case 'evidence':
      return openEvidenceTarget(folder)
    case 'facts':
      return openFactsTarget(folder)
  }
}

const damaged = (corpora: readonly Corpus[]): FuzzInputs => ({
  originals: corpora.flatMap(({ originals }) => originals.map(({ bytes }) => bytes)),
  inputOf(seed) {
    const draw = seededDraw(-seed)
    const corpus = draw.pick(corpora)
    const isByObjects = corpora.length > 1 && corpus.language === 'pdf' && draw() < 0.3
    return isByObjects ? damagePdfObjects(draw.pick(corpus.originals).bytes, draw) : mutate(corpus, seed)
  },
})

/** Facts of the sound records, and policies. */
function changed(folder: string): FuzzInputs {
  const context = readContext(folder)
  const files = [...readFiles(join(folder, 'pdf')), ...readFiles(join(folder, 'der'))]
  const facts = files.map((bytes) => JSON.parse(JSON.stringify(judgeRecord(bytes, context).facts)) as Json)
  const policies = JSON.parse(readFileSync(join(folder, 'policies.json'), 'utf8')) as Json[]
  const [ofFacts, ofPolicies] = [openJsonCorpus(facts), openJsonCorpus(policies)]
  const toBytes = (value: Json): Buffer => Buffer.from(JSON.stringify(value))
  return {
    originals: [...facts, ...policies].map(toBytes),
    inputOf: (seed) =>
      toBytes(seed % 4 === 0 ? mutateJson(ofPolicies, seed, true) : mutateJson(ofFacts, seed, false)),
  }
}
