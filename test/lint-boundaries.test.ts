import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const script = join(import.meta.dirname, '..', 'scripts', 'lint-boundaries.mjs')

let source: string

beforeEach(() => {
  source = mkdtempSync(join(tmpdir(), 'anky-boundaries-'))
})
afterEach(() => rmSync(source, { recursive: true, force: true }))

/** Lints a tree of files (path → text); an empty door is added to each folder. */
function lint(files: Record<string, string>): { status: number | null; problems: string[] } {
  const doors = Object.keys(files).map((path) => `${path.split('/')[0]}/index.ts`)
  const all = { ...Object.fromEntries(doors.map((door) => [door, 'export {}'])), ...files }
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(source, path)), { recursive: true })
    writeFileSync(join(source, path), `${text}\n`)
  }
  const { status, stderr } = spawnSync(process.execPath, [script, source], { encoding: 'utf8' })
  return { status, problems: stderr.split('\n').filter((line) => line !== '') }
}

describe('import boundaries', () => {
  it.each([
    ['a lower floor imports a higher one', 'formats/a.ts', "import { sign } from '../signer/index.ts'"],
    ['the verifier imports the signer', 'verifier/a.ts', "import { sign } from '../signer/index.ts'"],
    ['the signer imports the verifier', 'signer/a.ts', "import { judge } from '../verifier/index.ts'"],
    ['anybody imports main', 'api/a.ts', "import { main } from '../main/index.ts'"],
    ['a service imports the test PKI', 'api/a.ts', "import { testPki } from '../test-certs/index.ts'"],
    ['a folder goes past the door of another', 'signer/a.ts', "import { x } from '../formats/der/reader.ts'"],
    ['a port folder is imported for more than types', 'db/a.ts', "import { x } from '../signer/index.ts'"],
    [
      'an import over several lines is forbidden',
      'formats/a.ts',
      "import {\n  one,\n  two,\n} from '../api/index.ts'",
    ],
    ['an export passes a higher floor on', 'formats/a.ts', "export * from '../trust/index.ts'"],
    ['an import for its effect is forbidden', 'formats/a.ts', "import '../db/index.ts'"],
    ['an import at run time is forbidden', 'formats/a.ts', "const x = await import('../db/index.ts')"],
    ['a file leaves src/', 'api/a.ts', "import { x } from '../../scripts/x.mjs'"],
    ['a folder is not in the table', 'helpers/a.ts', "import { x } from '../formats/index.ts'"],
  ])('fails where %s', (_situation, path, text) => {
    const { status, problems } = lint({ [path]: text })
    expect(status).toBe(1)
    expect(problems.some((line) => line.startsWith(`${path}:`))).toBe(true)
  })

  it('fails where files import each other in a circle, through any number of them', () => {
    const { status, problems } = lint({
      'formats/a.ts': "import { b } from './b.ts'",
      'formats/b.ts': "import { c } from './c.ts'",
      'formats/c.ts': "import { a } from './a.ts'",
    })
    expect(status).toBe(1)
    expect(problems).toEqual(['circle: formats/a.ts → formats/b.ts → formats/c.ts'])
  })

  it('fails where files import each other in a circle of types alone', () => {
    const { status, problems } = lint({
      'formats/b.ts': "import type { C } from './c.ts'",
      'formats/c.ts': "import { b } from './b.ts'",
    })
    expect(status).toBe(1)
    expect(problems).toEqual(['circle: formats/b.ts → formats/c.ts'])
  })

  it.each([
    ['reads the clock', 'const now = new Date()'],
    ['reads the clock as a number', 'const now = Date.now()'],
    ['draws randomness', "import { randomBytes } from 'node:crypto'\nconst n = randomBytes(16)"],
    ['reaches the network itself', "const answer = await fetch('https://example.org/')"],
    ['opens files', "import { readFileSync } from 'node:fs'"],
    ['starts processes', "import { spawn } from 'node:child_process'"],
    ['reads the environment', "const level = process.env['LEVEL']"],
  ])('fails where a floor without input and output %s', (_situation, text) => {
    const { status, problems } = lint({ 'signer/a.ts': text })
    expect(status).toBe(1)
    expect(problems.some((line) => line.startsWith('signer/a.ts:'))).toBe(true)
  })

  it('passes what is allowed: doors below, types of ports, tests that reach further', () => {
    const { status, problems } = lint({
      'signer/a.ts': "import { x } from '../formats/index.ts'\nexport const at = (clock) => clock()",
      'pkcs11/a.ts': "import type { SigningKey } from '../signer/index.ts'",
      'api/a.ts': "import { open } from '../db/index.ts'\nconst now = new Date()",
      'main/a.ts': "import { startResponders } from '../test-certs/index.ts'",
      'signer/a.test.ts': "import { testPki } from '../test-certs/index.ts'\nconst now = Date.now()",
    })
    expect(problems).toEqual([])
    expect(status).toBe(0)
  })
})
