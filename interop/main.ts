// Our output judged by programs that we did not write, theirs signed after and judged by us:
// `npm run interop [-- control samples cades theirs verdicts faults openssl policy third-party] [full]`.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { controlTheJudges } from './matrix/control.ts'
import { judgeFaults } from './matrix/faults.ts'
import { Findings } from './matrix/findings.ts'
import { dssJobs, pyhankoJobs } from './matrix/foreign-makers.ts'
import { libpdfJobs, signpdfJobs } from './matrix/library-makers.ts'
import { opensslJobs } from './matrix/openssl-maker.ts'
import { comparePaths, compareSignatures, compareTokens } from './matrix/openssl-verdicts.ts'
import { ourJobs } from './matrix/our-maker.ts'
import { Panel } from './matrix/panel.ts'
import { type Run, signContents, signSamples } from './matrix/samples.ts'
import { signAfterThem } from './matrix/theirs.ts'
import { listPdfs, type Refusal, signThirdParty } from './matrix/third-party.ts'
import { judgeTheirFiles } from './matrix/verdicts.ts'
import { createWorld } from './matrix/world.ts'
import { findDss } from './oracles/dss.ts'
import { findOpenssl } from './oracles/openssl.ts'
import { findPdfsig } from './oracles/pdfsig.ts'
import { findPyhanko } from './oracles/pyhanko.ts'
import { findQpdf } from './oracles/qpdf.ts'
import { printReport } from './report.ts'

const suites = [
  'control',
  'samples',
  'cades',
  'theirs',
  'verdicts',
  'faults',
  'openssl',
  'policy',
  'third-party',
]
const full = process.argv.includes('full')
const asked = process.argv.slice(2).filter((name) => name !== 'full')
const unknown = asked.find((name) => !suites.includes(name))
if (unknown !== undefined) {
  console.error(`no suite ${unknown}; there are ${suites.join(', ')}`)
  process.exit(64)
}
const wanted = (name: string): boolean => asked.length === 0 || asked.includes(name)

const cache = join(import.meta.dirname, '..', '.cache', 'interop')
const qpdf = await findQpdf()
const dss = await findDss(join(cache, 'dss'))
const pyhanko = await findPyhanko(join(cache, 'pyhanko'))
const openssl = await findOpenssl()
const found = [await findPdfsig(), openssl, dss, pyhanko]
const oracles = found.flatMap((one) => ('oracle' in one ? [one.oracle] : []))
const missing = [
  ...found.flatMap((one) => ('missing' in one ? [one] : [])),
  ...(qpdf ? [] : [{ name: 'qpdf', missing: 'apt install qpdf' }]),
]
for (const { name, version } of oracles) console.log(`oracle ${name}: ${version}`)
if (qpdf) console.log(`oracle qpdf: ${qpdf.version}`)
for (const { name, missing: advice } of missing) console.log(`MISSING ${name}: ${advice}`)

if (!qpdf || oracles.length === 0) {
  console.log('SKIPPED interop: nothing is judged without qpdf and at least one oracle')
  process.exit(process.env['CI'] === 'true' ? 1 : 0)
}

const folder = mkdtempSync(join(tmpdir(), 'anky-interop-'))
const findings = new Findings()
const world = await createWorld(join(folder, 'pki'))
let refusals: Refusal[] | null = null
let isWhole = missing.length === 0
try {
  const run: Run = { world, findings, folder, full, panel: new Panel(oracles, qpdf, world, findings) }
  const foreign = [dss, pyhanko].flatMap((one) => ('oracle' in one ? [one.oracle] : []))
  await time('control', () => controlTheJudges(run))
  await time('samples', () => signSamples(run))
  await time('cades', () => signContents(run))
  await time('theirs', () => signAfterThem(run, foreign))
  await time('verdicts', async () => {
    const jobs = [
      ...('oracle' in dss ? dssJobs(world, dss.oracle) : []),
      ...('oracle' in pyhanko ? pyhankoJobs(world, pyhanko.oracle) : []),
      ...('oracle' in openssl ? [...opensslJobs(world), ...(await signpdfJobs(world, folder))] : []),
      ...libpdfJobs(world),
      ...ourJobs(world),
    ]
    await judgeTheirFiles(run, jobs, {
      dss: 'oracle' in dss ? dss.oracle : null,
      openssl: 'oracle' in openssl ? openssl.oracle : null,
    })
  })
  await time('faults', async () => {
    if ('oracle' in dss) await judgeFaults(run, dss.oracle)
  })
  await time('openssl', async () => {
    if (!('oracle' in openssl)) return
    await comparePaths(run)
    await compareSignatures(run)
    await compareTokens(run)
  })
  await time('policy', async () => {
    if ('oracle' in dss) comparePolicy()
  })
  const vectors = process.env['VECTORS_DIR']
  const files = vectors ? listPdfs(vectors) : null
  if (vectors && files) {
    await time('third-party', async () => {
      refusals = await signThirdParty(run, foreign, vectors, files)
    })
  } else if (wanted('third-party')) {
    isWhole = false
    console.log('SKIPPED third-party: no third-party vectors: set VECTORS_DIR to their folder')
  }
} finally {
  for (const oracle of oracles) oracle.close()
  await world.responders.close()
  rmSync(folder, { recursive: true, force: true })
}
printReport(findings, refusals)
const isLacking = !isWhole && process.env['CI'] === 'true'
process.exitCode = findings.disagreements.length > 0 || isLacking ? 1 : 0

async function time(name: string, work: () => Promise<void>): Promise<void> {
  if (!wanted(name)) return
  const began = Date.now()
  await work()
  console.log(`${name}: ${Math.round((Date.now() - began) / 1000)} s`)
}

/** EU DSS' stock policy as data of ours, held against the file in its jar by tests that need the jar. */
function comparePolicy(): void {
  const arguments_ = ['vitest', 'run', '--config', join(import.meta.dirname, 'vitest.config.ts')]
  const { status, stdout } = spawnSync('npx', arguments_, { encoding: 'utf8' })
  const isSame = status === 0
  if (!isSame) console.log(stdout)
  const cell = { suite: 'policy', subject: 'stock policy', row: 'levels, sizes, dates', judge: 'EU DSS' }
  findings.add({ ...cell, outcome: isSame ? 'agrees' : 'disagrees' })
}
