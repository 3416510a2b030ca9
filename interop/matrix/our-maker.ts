import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { algorithms } from './algorithms.ts'
import { sampleAt } from './foreign-makers.ts'
import { addLongTerm } from './long-term.ts'
import { signDetached, signPdf } from './ours.ts'
import type { Job } from './records.ts'
import { samplesFolder } from './samples.ts'
import type { World } from './world.ts'

const levels = ['B-B', 'B-T', 'B-LT', 'B-LTA'] as const
const noPdf = join(samplesFolder, 'README.md')

/** Our signer at the levels it signs at, and the test records' long-term data after it. */
export const ourJobs = (world: World): Job[] =>
  algorithms.flatMap((algorithm, a) =>
    levels.flatMap((level, l): Job[] => {
      const base = level === 'B-B' ? 'B-B' : 'B-T'
      const file = sampleAt(a + l)
      const pades = async (out: string): Promise<null> => {
        const signed = await signPdf(world, readFileSync(file), algorithm, { level: base })
        writeFileSync(out, await addLongTerm(world, 'PAdES', signed, algorithm.entity, level, null))
        return null
      }
      const cades = async (out: string): Promise<null> => {
        const signed = await signDetached(world, noPdf, algorithm, base)
        const content = readFileSync(noPdf)
        writeFileSync(out, await addLongTerm(world, 'CAdES', signed, algorithm.entity, level, content))
        return null
      }
      return [
        { maker: 'Ấn Ký', kind: 'PAdES', level, algorithm, content: null, sign: pades },
        { maker: 'Ấn Ký', kind: 'CAdES detached', level, algorithm, content: noPdf, sign: cades },
      ]
    }),
  )
