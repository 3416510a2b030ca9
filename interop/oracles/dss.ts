import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execute, versionOf } from './exec.ts'
import type { ForeignSigner } from './foreign-signer.ts'
import { LineProcess } from './line-process.ts'
import type { Judgement, Oracle, SignatureVerdict } from './oracle.ts'

const source = join(import.meta.dirname, '..', 'dss')

interface Row {
  readonly id: string
  readonly intact: boolean
  readonly chainTrusted: boolean
  readonly level: string
  readonly indication: string
  readonly subIndication: string | null
  readonly errors: readonly string[]
  readonly byteRange?: readonly number[]
  readonly byteRangeValid?: boolean
  readonly changes?: { readonly form: number; readonly annotation: number; readonly undefined: number }
}

interface Stamp {
  readonly intact: boolean
  readonly of: readonly string[]
}

type Answer = { signatures: readonly Row[]; timestamps: readonly Stamp[] } | { error: string }

/** EU DSS as one serving process, built by Maven into `cache` when its sources changed. */
export async function findDss(
  cache: string,
): Promise<{ oracle: Oracle & ForeignSigner } | { name: string; missing: string }> {
  const name = 'EU DSS'
  for (const [command, flag, advice] of [
    ['java', '-version', 'apt install openjdk-17-jdk-headless'],
    ['mvn', '-version', 'apt install maven'],
  ] as const) {
    if ((await versionOf(command, flag)) === null) return { name, missing: advice }
  }
  const built = await build(cache)
  if (built) return { name, missing: `Maven could not build it: ${built}` }
  const classpath = `${join(cache, 'classes')}:${join(cache, 'lib')}/*`
  const serving = new LineProcess('java', [
    '-Xmx2g',
    '-Djava.awt.headless=true',
    '-cp',
    classpath,
    'anky.interop.Main',
  ])
  return {
    oracle: {
      name,
      version: /<dss>(.*)<\/dss>/.exec(readFileSync(join(source, 'pom.xml'), 'utf8'))![1]!,
      detached: true,
      judge: async (question) => read((await serving.ask({ do: 'judge', ...question })) as Answer),
      sign: async (request) => {
        const { error } = (await serving.ask({ do: 'sign', ...request })) as { error?: string }
        return error ?? null
      },
      close: () => serving.close(),
    },
  }
}

async function build(cache: string): Promise<string | null> {
  const stamp = join(cache, 'sources.sha256')
  const now = digestOfSources()
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === now) return null
  mkdirSync(cache, { recursive: true })
  const goals = ['compile', 'dependency:copy-dependencies']
  const args = ['-q', '-B', '-f', join(source, 'pom.xml'), `-Danky.out=${cache}`, ...goals]
  const { status, stdout, stderr } = await execute('mvn', args, 600_000)
  if (status !== 0) return `${stdout}${stderr}`.trim().slice(-600)
  writeFileSync(stamp, now)
  return null
}

function digestOfSources(): string {
  const digest = createHash('sha256').update(readFileSync(join(source, 'pom.xml')))
  const folder = join(source, 'src', 'anky', 'interop')
  for (const file of readdirSync(folder).sort()) digest.update(readFileSync(join(folder, file)))
  return digest.digest('hex')
}

function read(answer: Answer): Judgement {
  if ('error' in answer) return { unreadable: answer.error }
  return { signatures: answer.signatures.map((row) => readRow(row, answer.timestamps)) }
}

function readRow(row: Row, timestamps: readonly Stamp[]): SignatureVerdict {
  const stamps = timestamps.filter(({ of }) => of.includes(row.id))
  const badStamp = stamps.some(({ intact }) => !intact)
  const intact = row.intact && row.byteRangeValid !== false && !badStamp
  const range = row.byteRange ?? []
  return {
    end: Number(range[2] ?? 0) + Number(range[3] ?? 0),
    verdict: intact ? 'intact' : 'broken',
    why: intact ? '' : [badStamp ? 'its time-stamp' : '', ...row.errors].join('; '),
    level: row.level.replace(/^.*-BASELINE-/, 'B-'),
    whole:
      row.indication === 'TOTAL_PASSED'
        ? 'good'
        : [row.indication, row.subIndication, ...row.errors].join(' '),
    changes: row.changes?.undefined ? `${row.changes.undefined} undefined` : 'none but of signing',
  }
}
