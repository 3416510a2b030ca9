import { createHash, generateKeyPairSync, sign, verify as verifyValue } from 'node:crypto'
import type { Certificate } from '../src/formats/index.ts'
import type { TrustCache } from '../src/trust/index.ts'
import type { VerificationReport, VerifyInput } from '../src/verifier/index.ts'
import { built } from './lib/built.ts'
import { findForeignJudges } from './lib/foreign-judges.ts'
import { type Candidate, compareCpu, type Measurement } from './lib/measure.ts'
import { verifyWithPkijs } from './lib/pkijs.ts'
import { type Row, type Target, toRow } from './lib/row.ts'
import { createVerifyWorld, type VerifyRecord, type VerifyWorld } from './lib/verify-records.ts'

const KB = 1024
const MB = 1024 * KB
const FLOOR = 'SHA-256 + RSA-2048 verify'
/** A verdict goes through much code once: the compiler needs some ten thousand before it is done with all of it. */
const WARM = { warmMs: 8_000 }

/**
 * Verdicts in process, of the built judge. `warm`: certificates, paths and revocation data are known by their bytes, as in a
 * process that judged others of the same authority; the file is not. `cold`: nothing is.
 */
export async function benchVerify(): Promise<Row[]> {
  const world = await createVerifyWorld()
  const pades = await world.pades(100 * KB, 'image')
  const cades = await world.cades(100 * KB)
  const archived = await world.pades(100 * KB, 'image', 'B-LTA')
  return [
    ...(await baseline('PAdES B-B 100 KB', pades, world)),
    ...(await baseline('CAdES B-B 100 KB detached', cades, world)),
    ...(await archival(archived, world)),
    ...(await manySignatures(world)),
    ...(await structureTree(world)),
    ...(await peers(pades, archived, world)),
  ]
}

async function baseline(title: string, record: VerifyRecord, world: VerifyWorld): Promise<Row[]> {
  const cold = () => judging(record, warmth(world))()
  return [
    ...(await ownRows(`verify ${title}, warm`, record, judging(record, warmth(world)), 0.3)),
    ...(await ownRows(`verify ${title}, cold`, record, cold, 2)),
  ]
}

const archival = (record: VerifyRecord, world: VerifyWorld): Promise<Row[]> =>
  ownRows('verify PAdES B-LTA 100 KB, warm', record, judging(record, warmth(world)), 3)

/** Apart from all others, whose garbage would be collected at its expense. */
async function ownRows(
  title: string,
  record: VerifyRecord,
  run: Candidate['run'],
  targetMs: number,
): Promise<Row[]> {
  const candidates = [
    { name: FLOOR, run: floor(record) },
    { name: title, run },
  ]
  return rowsOf(title, await compareCpu(candidates, WARM), title, targetMs)
}

/** The time against its target, which is of a machine of its own, and against what must be computed in any case. */
function rowsOf(title: string, measured: readonly Measurement[], name: string, targetMs: number): Row[] {
  const ms = cpuOf(measured, name)
  return [
    toRow(title, [ms, 'ms CPU'], [`${targetMs} ms`, targetMs], { atMost: 1 }),
    toRow(title, [ms, 'ms CPU'], [FLOOR, cpuOf(measured, FLOOR)]),
  ]
}

async function manySignatures(world: VerifyWorld): Promise<Row[]> {
  const one = await world.pades(100 * KB, 'image')
  const many = await world.pades(100 * KB, 'image', 'B-B', 32)
  return compareTwo('verify PAdES B-B 100 KB', ['32 signatures', many], ['one', one], world, { atMost: 20 })
}

/** Signed twice, so that what lies between the signatures is looked through. */
async function structureTree(world: VerifyWorld): Promise<Row[]> {
  const flat = await world.pades(10 * MB, 'structure', 'B-B', 2)
  const plain = await world.pades(10 * MB, 'image', 'B-B', 2)
  const names = [
    ['with a flat structure tree of 49,000', flat],
    ['without', plain],
  ] as const
  return compareTwo('verify PAdES B-B 10 MB, signed twice', ...names, world, { atMost: 2 })
}

async function compareTwo(
  title: string,
  [name, record]: readonly [string, VerifyRecord],
  [otherName, other]: readonly [string, VerifyRecord],
  world: VerifyWorld,
  target: Target,
): Promise<Row[]> {
  const measured = await compareCpu([
    { name, run: judging(record, warmth(world)) },
    { name: otherName, run: judging(other, warmth(world)) },
  ])
  const [ours, reference] = [cpuOf(measured, name), cpuOf(measured, otherName)]
  return [toRow(`${title}, ${name}`, [ours, 'ms CPU'], [otherName, reference], target)]
}

/** Theirs against ours of the same record; `PKI.js`, in this process, gets the content cut out for it. */
async function peers(record: VerifyRecord, archived: VerifyRecord, world: VerifyWorld): Promise<Row[]> {
  const cpuMs = async (run: Candidate['run']): Promise<number> =>
    cpuOf(await compareCpu([{ name: 'alone', run }], WARM), 'alone')
  const oursMs = await cpuMs(judging(record, warmth(world)))
  const archivedMs = await cpuMs(judging(archived, warmth(world)))
  const rows = [theirs('PAdES B-B 100 KB: PKI.js', await cpuMs(verifyWithPkijs(record.file, world)), oursMs)]
  for (const judge of await findForeignJudges(world)) {
    if ('missing' in judge) {
      console.log(`${judge.name}: not available: ${judge.missing}`)
      continue
    }
    rows.push(theirs(`PAdES B-B 100 KB: ${judge.name}`, await judge.cpuMs(record.file), oursMs))
    rows.push(theirs(`PAdES B-LTA 100 KB: ${judge.name}`, await judge.cpuMs(archived.file), archivedMs))
    judge.close()
  }
  return rows
}

const theirs = (title: string, ms: number, oursMs: number): Row =>
  toRow(`verify ${title}`, [ms, 'ms CPU'], ['Ấn Ký, warm', oursMs])

function cpuOf(measured: readonly Measurement[], name: string): number {
  const { cpuMs, failure } = measured.find((one) => one.name === name)!
  if (failure) throw new Error(`${name}: ${failure}`)
  return cpuMs
}

/** What no judge can do without: the digest of what is signed, and one value verified with a key that is at hand. */
function floor({ file, content }: VerifyRecord): Candidate['run'] {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const signed = Buffer.alloc(200)
  const value = sign('sha256', signed, privateKey)
  return () => {
    createHash('sha256')
      .update(content ?? file)
      .digest()
    verifyValue('sha256', signed, publicKey, value)
  }
}

interface Warmth {
  readonly cache: TrustCache
  readonly anchors: readonly Certificate[]
  readonly evidence: VerifyInput['evidence']
}

/** A process's state: its caches, empty as yet, and what it was given. */
const warmth = ({ anchors, crls }: VerifyWorld): Warmth => ({
  cache: built.trust.createTrustCache(),
  anchors: anchors.map((anchor) => built.formats.parseCertificate(anchor)),
  evidence: { certificates: [], crls, ocspResponses: [] },
})

function judging(record: VerifyRecord, state: Warmth): () => VerificationReport {
  const { file, content } = record
  const policy = built.verifier.builtInPolicies.hospital
  const at = new Date()
  return () => {
    const report = built.verifier.verify({
      file: { name: 'ho-so', bytes: file },
      detached: content ? [{ name: null, digest: (name) => built.formats.digestBytes(name, content) }] : [],
      evidenceRecords: [],
      ...state,
      evidence: state.evidence,
      at,
      policy,
    })
    const good = report.signatures.every((one) => one.indication === 'TOTAL-PASSED' && one.revocationChecked)
    if (!good || report.signatures.length === 0) throw new Error(report.sentence.en)
    return report
  }
}
