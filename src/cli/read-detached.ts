import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { type DigestName, digestLength, digestNames, digestTitle, isBase64 } from '../formats/index.ts'
import type { DetachedSource } from '../sandbox/index.ts'
import { CliError } from './errors.ts'

/**
 * What `--detached` names: files, and digests of content that stays where it is. Digests by different algorithms, one after
 * the other, are of the same content; an algorithm that comes again begins another. Throws `ERR_CLI_DETACHED`.
 */
export async function readDetached(values: readonly string[]): Promise<DetachedSource[]> {
  const sources: DetachedSource[] = []
  let digests: Partial<Record<DigestName, Uint8Array>> | null = null
  for (const value of values) {
    const given = readDigest(value)
    if (given) {
      if (!digests || given.name in digests) {
        digests = {}
        sources.push({ name: null, digests })
      }
      digests[given.name] = given.digest
    } else {
      digests = null
      sources.push(await fileOf(value))
    }
  }
  return sources
}

const byTitle = new Map(
  digestNames.flatMap((name) => [name, digestTitle(name)].map((title) => [plain(title), name] as const)),
)

function plain(title: string): string {
  return title.toLowerCase().replace(/[^a-z0-9]/g, '')
}

/** null: it does not begin with the name of an algorithm. */
function readDigest(value: string): { name: DigestName; digest: Uint8Array } | null {
  const [, title, text = ''] = /^([A-Za-z0-9/_-]+):(.*)$/s.exec(value) ?? []
  const name = title === undefined ? undefined : byTitle.get(plain(title))
  if (!name) return null
  const digest = Buffer.from(text, 'base64')
  if (!isBase64(text) || digest.length !== digestLength(name)) throw unusable(value)
  return { name, digest }
}

async function fileOf(path: string): Promise<DetachedSource> {
  const found = await stat(path).catch(() => null)
  if (!found?.isFile()) throw unusable(path)
  return { name: basename(path), path }
}

const unusable = (value: string): CliError =>
  new CliError('ERR_CLI_DETACHED', { details: { value: value.slice(0, 200) } })
