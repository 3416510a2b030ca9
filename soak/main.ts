import { parseArgs } from 'node:util'
import { fuzzing } from './fuzz.ts'
import type { SoakOptions, SoakPart } from './lib/part.ts'
import { service } from './service.ts'
import { signatures } from './signatures.ts'

const parts: readonly SoakPart[] = [signatures, service, ...fuzzing]
const { names, options } = readArguments()
const counts = { passed: 0, failed: 0, skipped: 0 }
for (const part of parts) {
  if (names.length > 0 && !names.includes(part.name)) continue
  const outcome = await runPart(part, options)
  counts[outcome]++
}
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`)
process.exit(counts.failed > 0 ? 1 : 0)

async function runPart(part: SoakPart, options: SoakOptions): Promise<keyof typeof counts> {
  const missing = part.missing()
  if (missing) {
    console.log(`SKIPPED ${part.name}: ${missing.reason}: ${missing.install}`)
    return process.env['CI'] === 'true' ? 'failed' : 'skipped'
  }
  try {
    console.log(`${part.name}: passed: ${await part.run(options)}`)
    return 'passed'
  } catch (error) {
    console.log(`${part.name}: FAILED: ${error instanceof Error ? error.message : String(error)}`)
    if (error instanceof Error && error.cause) console.log(error.cause)
    return 'failed'
  }
}

function readArguments(): { names: readonly string[]; options: SoakOptions } {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { minutes: { type: 'string' }, count: { type: 'string' }, seed: { type: 'string' } },
    })
    const unknown = positionals.filter((name) => !parts.some((part) => part.name === name))
    if (unknown.length > 0) throw new Error(`no part named ${unknown.join(', ')}`)
    const options = {
      minutes: positive('minutes', values.minutes) ?? 1,
      count: positive('count', values.count),
      seed: positive('seed', values.seed) ?? (Date.now() % 1_000_000) * 1_000_000,
    }
    return { names: positionals, options }
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    console.error(
      `npm run soak -- [${parts.map(({ name }) => name).join(' | ')}]… [--minutes N] [--count N] [--seed N]`,
    )
    process.exit(64)
  }
}

function positive(name: string, text: string | undefined): number | null {
  if (text === undefined) return null
  const value = Number(text)
  if (!(value > 0)) throw new Error(`--${name} takes a number above 0`)
  return value
}
