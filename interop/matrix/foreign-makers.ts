import { join } from 'node:path'
import type { ForeignLevel, ForeignScheme, ForeignSigner } from '../oracles/foreign-signer.ts'
import { type Algorithm, algorithms } from './algorithms.ts'
import type { Job } from './records.ts'
import { sampleFiles, samplesFolder } from './samples.ts'
import type { World } from './world.ts'

export const schemeOf = ({ wish }: Algorithm): ForeignScheme => {
  if (wish.scheme) return `rsa-${wish.scheme}`
  return wish.digest ? 'ecdsa' : 'ed25519'
}

export const digestOf = ({ wish }: Algorithm) => wish.digest ?? 'sha512'

const levels = ['B', 'T', 'LT', 'LTA'] as const
export const sampleAt = (index: number): string =>
  join(samplesFolder, sampleFiles[index % sampleFiles.length]!)
const noPdf = join(samplesFolder, 'README.md')

/** PAdES at each level by each algorithm that the signer knows, the records in turn. */
export const padesJobs = (world: World, signer: ForeignSigner, known: readonly Algorithm[]): Job[] =>
  known.flatMap((algorithm, a) =>
    levels.map((level, l) => job(world, signer, { algorithm, level, file: sampleAt(a + l), kind: 'PAdES' })),
  )

/** CAdES at the levels given by each algorithm, its content inside and beside in turn, of a PDF and of another file. */
export const cadesJobs = (
  world: World,
  signer: ForeignSigner,
  known: readonly Algorithm[],
  reached: readonly ForeignLevel[],
): Job[] =>
  known.flatMap((algorithm, a) =>
    reached.map((level, l) => {
      const packaging = (a + l) % 2 === 0 ? 'detached' : 'enveloping'
      const file = a % 2 === 0 ? noPdf : sampleAt(a + l)
      return job(world, signer, { algorithm, level, file, packaging, kind: `CAdES ${packaging}` })
    }),
  )

/** PAdES' predecessor: no reference to the signing certificate is asked for. */
export const adobeJobs = (world: World, signer: ForeignSigner, known: readonly Algorithm[]): Job[] =>
  known.map((algorithm, index) => ({
    ...job(world, signer, {
      algorithm,
      level: 'B',
      file: sampleAt(index),
      kind: 'adbe.pkcs7.detached',
      subFilter: 'adbe.pkcs7.detached',
    }),
    level: 'none',
  }))

interface Wanted {
  readonly algorithm: Algorithm
  readonly level: ForeignLevel
  readonly file: string
  readonly kind: string
  readonly packaging?: 'detached' | 'enveloping'
  readonly subFilter?: 'adbe.pkcs7.detached'
}

function job(world: World, signer: ForeignSigner, wanted: Wanted): Job {
  const { algorithm, level, file, kind, packaging, subFilter } = wanted
  return {
    maker: signer.name,
    kind,
    level: `B-${level}`,
    algorithm,
    content: packaging === 'detached' ? file : null,
    sign: (out) =>
      signer.sign({
        format: packaging ? 'cades' : 'pades',
        level,
        scheme: schemeOf(algorithm),
        digest: digestOf(algorithm),
        ...(packaging && { packaging }),
        ...(subFilter && { subFilter }),
        file,
        out,
        ...world.keyFiles(algorithm.entity),
        trust: world.trust,
        crl: world.evidence.crl,
        ocsp: world.evidence.ocsp,
        tsa: world.responders.tsaUrl,
      }),
  }
}

/** EU DSS signs with all of ours. */
export const dssJobs = (world: World, dss: ForeignSigner): Job[] => [
  ...padesJobs(world, dss, algorithms),
  ...cadesJobs(world, dss, algorithms, levels),
]

/** pyHanko knows no SHA-3 in signatures, and no long-term data in CAdES. */
export function pyhankoJobs(world: World, pyhanko: ForeignSigner): Job[] {
  const known = algorithms.filter(({ name }) => !name.includes('SHA3'))
  return [
    ...padesJobs(world, pyhanko, known),
    ...cadesJobs(world, pyhanko, known, ['B', 'T']),
    ...adobeJobs(world, pyhanko, known),
  ]
}
