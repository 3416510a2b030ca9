import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { execute, versionOf } from './exec.ts'
import type { ForeignSigner } from './foreign-signer.ts'
import { LineProcess } from './line-process.ts'
import type { Judgement, Oracle, SignatureVerdict } from './oracle.ts'

const source = join(import.meta.dirname, '..', 'pyhanko')

interface Row {
  readonly error?: string
  readonly byteRange?: readonly number[]
  readonly intact: boolean
  readonly valid: boolean
  readonly trusted: boolean
  readonly timestamp: boolean | null
  readonly changes?: string | null
}

/** pyHanko in a virtual environment of its own, as one serving process. */
export async function findPyhanko(
  cache: string,
): Promise<{ oracle: Oracle & ForeignSigner } | { name: string; missing: string }> {
  const name = 'pyHanko'
  if ((await versionOf('python3', '--version')) === null) {
    return { name, missing: 'apt install python3 python3-venv' }
  }
  const failed = await install(cache)
  if (failed) return { name, missing: `its virtual environment could not be made: ${failed}` }
  const serving = new LineProcess(join(cache, 'bin', 'python'), ['-B', join(source, 'judge.py')])
  return {
    oracle: {
      name,
      version: /^pyHanko==(.*)$/m.exec(readFileSync(join(source, 'requirements.txt'), 'utf8'))![1]!,
      detached: true,
      judge: async (question) =>
        read((await serving.ask({ do: 'judge', ...question })) as { error: string } | { signatures: Row[] }),
      sign: async (request) => {
        const { error } = (await serving.ask({ do: 'sign', ...request })) as { error?: string }
        return error ?? null
      },
      close: () => serving.close(),
    },
  }
}

async function install(cache: string): Promise<string | null> {
  const requirements = join(source, 'requirements.txt')
  const now = createHash('sha256').update(readFileSync(requirements)).digest('hex')
  const stamp = join(cache, 'requirements.sha256')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === now) return null
  rmSync(cache, { recursive: true, force: true })
  mkdirSync(dirname(cache), { recursive: true })
  const made = await execute('python3', ['-m', 'venv', cache], 120_000)
  if (made.status !== 0) return `${made.stdout}${made.stderr}`.trim().slice(-300)
  const flags = ['-q', '--disable-pip-version-check', '-r', requirements]
  const installed = await execute(join(cache, 'bin', 'pip'), ['install', ...flags], 300_000)
  if (installed.status !== 0) return installed.stderr.trim().slice(-300)
  writeFileSync(stamp, now)
  return null
}

function read(answer: { error: string } | { signatures: readonly Row[] }): Judgement {
  if ('error' in answer) return { unreadable: answer.error }
  return { signatures: answer.signatures.map(readRow) }
}

function readRow(row: Row): SignatureVerdict {
  const range = row.byteRange ?? []
  const end = (range[2] ?? 0) + (range[3] ?? 0)
  if (row.error !== undefined) return { end, verdict: 'unknown', why: row.error }
  const good = row.intact && row.valid && row.timestamp !== false
  const why = !row.intact ? 'digest' : !row.valid ? 'value' : 'time-stamp'
  return {
    end,
    verdict: good ? 'intact' : 'broken',
    why: good ? '' : why,
    level: row.timestamp === null ? 'B-B' : 'B-T',
    whole: row.trusted ? 'good' : 'not trusted',
    changes: row.changes ?? 'NONE',
  }
}
