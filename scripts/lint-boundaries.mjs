// The import boundaries of docs/architecture.md as data, and the check that holds every file to them.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** folder → what it may import; `type:` marks folders whose types alone may be named. */
export const boundaries = {
  formats: [],
  trust: ['formats'],
  signer: ['formats', 'trust'],
  verifier: ['formats', 'trust'],
  pkcs11: ['formats', 'type:signer'],
  db: ['formats', 'type:signer', 'type:trust'],
  sandbox: ['formats', 'trust', 'signer', 'verifier'],
  archive: ['formats', 'trust', 'signer', 'verifier'],
  api: ['formats', 'trust', 'signer', 'verifier', 'pkcs11', 'db', 'sandbox', 'archive'],
  agent: ['formats', 'pkcs11'],
  cli: ['formats', 'trust', 'verifier', 'sandbox'],
  web: ['type:api'],
  main: ['*'],
  'test-certs': ['formats', 'trust', 'signer', 'verifier'],
}
const doorsForTestsOnly = new Set(['test-certs'])

/** Floors that touch nothing outside themselves: clock, randomness and network are parameters there. */
const pureFolders = new Set(['formats', 'trust', 'signer', 'verifier'])
const impureModules =
  /^node:(?:fs|net|http|https|http2|tls|dns|dgram|child_process|worker_threads|cluster|readline|os)(?:\/|$)/
/** Files of pure floors that read what is installed with the program: the font of visible signatures. */
const readsInstalled = new Set(['signer/pades/appearance/font.ts'])
const impureCalls = [
  [/\bDate\.now\(|\bnew Date\(\s*\)|\bperformance\.now\(/, 'reads the clock'],
  [/\bMath\.random\(|\brandom(?:Bytes|UUID|FillSync|Fill|Int)\(|\bgetRandomValues\(/, 'draws randomness'],
  [/\bglobalThis\.fetch\b|(?<![.\w#])fetch\((?!\w+:)/, 'reaches the network'],
  [/\bprocess\.(?:env|argv|cwd|exit)\b/, "reads the process' surroundings"],
]

const statement =
  /^(?:import|export)\s+(type\s)?[^'"`;]*?from\s+['"]([^'"]+)['"]|^import\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm

/** Every import of a file that the boundaries forbid, as lines to print. */
function checkFile(file, text, source) {
  const problems = []
  const here = relative(source, file).split('/')
  const folder = here[0]
  const isTest = isTestFile(file, here)
  const allowed = boundaries[folder]
  if (!allowed && here.length > 1)
    return [`${relative(source, file)}: folder '${folder}' is not in the table of boundaries`]
  for (const match of text.matchAll(statement)) {
    const typeOnly = Boolean(match[1])
    const target = match[2] ?? match[3] ?? match[4]
    if (!target.startsWith('.')) continue
    const path = resolve(dirname(file), target)
    const there = relative(source, path).split('/')
    const say = (why) => problems.push(`${relative(source, file)}: '${target}': ${why}`)
    if (there[0] === '..') {
      if (!isTest) say('leaves src/')
      continue
    }
    if (there[0] === folder) continue
    if (isTest && (there[0] === 'test-certs' || there.includes('testing'))) continue
    if (doorsForTestsOnly.has(there[0]) && folder !== 'main')
      say(`only tests, bench and main may import ${there[0]}/`)
    else if (there.length !== 2 || there[1] !== 'index.ts') say(`${there[0]}/ has one door, its index.ts`)
    else if (isTest || allowed.includes('*') || allowed.includes(there[0])) continue
    else if (allowed.includes(`type:${there[0]}`)) {
      if (!typeOnly) say(`only 'import type' from ${there[0]}/ is allowed here`)
    } else say(`${folder}/ may not import ${there[0]}/`)
  }
  return problems
}

/** What a floor without input and output does of its own, as lines to print. */
function checkPurity(file, text, source) {
  const here = relative(source, file).split('/')
  if (!pureFolders.has(here[0]) || isTestFile(file, here) || readsInstalled.has(here.join('/'))) return []
  const problems = []
  const say = (why) => problems.push(`${relative(source, file)}: ${why}, which ${here[0]}/ may not`)
  for (const match of text.matchAll(statement)) {
    const target = match[2] ?? match[3] ?? match[4]
    if (impureModules.test(target)) say(`imports '${target}'`)
  }
  const code = text.replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, '')
  for (const [pattern, why] of impureCalls) if (pattern.test(code)) say(why)
  return problems
}

const isTestFile = (file, parts) => /\.test\.ts$/.test(file) || parts.includes('testing')

/** Import cycles among the files of `src/`, each as the list of its files. */
function findCycles(graph) {
  const state = new Map()
  const cycles = []
  const visit = (file, trail) => {
    if (state.get(file) === 'done') return
    const at = trail.indexOf(file)
    if (at >= 0) {
      cycles.push(trail.slice(at))
      return
    }
    for (const next of graph.get(file) ?? []) visit(next, [...trail, file])
    state.set(file, 'done')
  }
  for (const file of graph.keys()) visit(file, [])
  return cycles
}

function listFiles(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return listFiles(path)
    return path.endsWith('.ts') ? [path] : []
  })
}

function main() {
  const source = resolve(process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), '..', 'src'))
  const problems = []
  const graph = new Map()
  for (const file of listFiles(source)) {
    const text = readFileSync(file, 'utf8')
    problems.push(...checkFile(file, text, source), ...checkPurity(file, text, source))
    const targets = [...text.matchAll(statement)].map((match) => match[2] ?? match[3])
    graph.set(
      file,
      targets
        .filter((target) => target?.startsWith('.'))
        .map((target) => resolve(dirname(file), target))
        .filter((path) => existsSync(path)),
    )
  }
  for (const cycle of findCycles(graph))
    problems.push(`circle: ${cycle.map((file) => relative(source, file)).join(' → ')}`)
  for (const problem of problems) console.error(problem)
  console.log(`boundaries: ${graph.size} files, ${problems.length} problems`)
  process.exit(problems.length === 0 ? 0 : 1)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main()
