import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { findPostgresPrograms } from './requirements.ts'

/** A PostgreSQL server of our own in a temporary folder. */
export interface PostgresCluster {
  /** Of the superuser, to the database `postgres`. */
  readonly url: string
  /** A new, empty database; returns its address. */
  createDatabase(name: string, options?: { owner?: string; encoding?: string }): Promise<string>
  /** Runs statements as the superuser. */
  execute(statements: string): Promise<void>
  /** SIGKILL for the postmaster: its children end by themselves. */
  kill(): Promise<void>
  start(): Promise<void>
  stop(): Promise<void>
  /** SIGSTOP for the postmaster and its children, as a machine that stands still; `resume` undoes it. */
  pause(): Promise<void>
  resume(): Promise<void>
  /** Ends the server and removes its folder. */
  remove(): Promise<void>
}

export interface ClusterOptions {
  /** Wait for the disk at each commit, as a real server does. Default false: tests need not outlive a power cut. */
  readonly fsync?: boolean
}

interface Server {
  readonly programs: string
  readonly folder: string
  readonly data: string
  readonly port: number
  readonly password: string
}

/** Makes a cluster and starts it on a free port of 127.0.0.1; as user `postgres` where we are root. */
export async function startCluster(options: ClusterOptions = {}): Promise<PostgresCluster> {
  const programs = findPostgresPrograms()
  if (!programs) throw new Error('PostgreSQL is not installed')
  const folder = mkdtempSync(join(tmpdir(), 'an-ky-postgres-'))
  const server: Server = {
    programs,
    folder,
    data: join(folder, 'data'),
    port: await findFreePort(),
    password: randomBytes(12).toString('hex'),
  }
  mkdirSync(server.data, { mode: 0o700 })
  const passwordFile = join(folder, 'password')
  writeFileSync(passwordFile, server.password)
  for (const path of [folder, server.data, passwordFile]) giveToServerUser(path)
  const settled = ['--auth=scram-sha-256', `--pwfile=${passwordFile}`, '--encoding=UTF8', '--locale=C.UTF-8']
  runProgram(server, 'initdb', [...settled, '--username=postgres', '--no-sync', `--pgdata=${server.data}`])
  writeFileSync(join(server.data, 'postgresql.auto.conf'), configuration(server, options.fsync ?? false))
  await startServer(server)
  const watch = watchParent(server)
  return describeCluster(server, () => {
    watch.kill()
    stopServer(server, 'immediate')
    rmSync(folder, { recursive: true, force: true })
  })
}

/** A process of its own that removes the server once we have ended, in whatever way: test workers are simply killed. */
function watchParent(server: Server): ChildProcess {
  const [command, args] = asServerUser(join(server.programs, 'pg_ctl'), stopArguments(server, 'immediate'))
  const stop = [command, ...args].map((word) => `'${word}'`).join(' ')
  const script = `while kill -0 ${process.pid} 2>/dev/null; do sleep 1; done; ${stop}; rm -rf '${server.folder}'`
  const watch = spawn('sh', ['-c', script], { detached: true, stdio: 'ignore', cwd: '/' })
  watch.unref()
  return watch
}

/** The face of a server that runs already, or will again. */
function describeCluster(server: Server, remove: () => void): PostgresCluster {
  const url = `postgres://postgres:${server.password}@127.0.0.1:${server.port}/postgres`
  return {
    url,
    createDatabase: (name, options) => createDatabase(url, name, options),
    execute: (statements) => executeAs(url, statements),
    kill: () => killServer(server),
    start: () => startServer(server),
    stop: async () => stopServer(server, 'fast'),
    pause: async () => signalAll(server, 'SIGSTOP'),
    resume: async () => signalAll(server, 'SIGCONT'),
    remove: async () => remove(),
  }
}

/** The same address for another user. */
export function addressFor(url: string, user: string, password: string): string {
  const address = new URL(url)
  address.username = user
  address.password = password
  return address.href
}

/** Makes a database on the server at `url` (its superuser's) and returns its address. */
export async function createDatabase(
  url: string,
  name: string,
  options: { owner?: string; encoding?: string } = {},
): Promise<string> {
  const owner = options.owner ? ` owner "${options.owner}"` : ''
  const encoding = options.encoding ? ` encoding '${options.encoding}' locale 'C' template template0` : ''
  await executeAs(url, `create database "${name}"${owner}${encoding}`)
  const address = new URL(url)
  address.pathname = `/${name}`
  return address.href
}

/** Runs statements as the user of the address. */
export async function executeAs(url: string, statements: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statements)
  } finally {
    await client.end()
  }
}

const configuration = (server: Server, fsync: boolean): string =>
  [
    `port = ${server.port}`,
    "listen_addresses = '127.0.0.1'",
    "unix_socket_directories = ''",
    'shared_buffers = 32MB',
    'max_connections = 100',
    'wal_level = minimal',
    'max_wal_senders = 0',
    // Committed stays on also here: a killed server must not forget what it answered.
    'synchronous_commit = on',
    `fsync = ${fsync ? 'on' : 'off'}`,
    `full_page_writes = ${fsync ? 'on' : 'off'}`,
    '',
  ].join('\n')

async function startServer(server: Server): Promise<void> {
  const log = join(server.folder, 'log')
  // A postmaster killed a moment ago leaves children that still hold the shared memory.
  for (let attempt = 1; ; attempt++) {
    try {
      runProgram(server, 'pg_ctl', ['start', '-w', '-s', '-t', '30', '-D', server.data, '-l', log])
      return
    } catch (error) {
      if (attempt === 20)
        throw new Error(`PostgreSQL did not start: ${readFileSync(log, 'utf8')}`, { cause: error })
      await sleep(100)
    }
  }
}

const stopArguments = (server: Server, mode: 'fast' | 'immediate'): string[] => [
  'stop',
  '-w',
  '-s',
  '-m',
  mode,
  '-D',
  server.data,
]

function stopServer(server: Server, mode: 'fast' | 'immediate'): void {
  const [command, args] = asServerUser(join(server.programs, 'pg_ctl'), stopArguments(server, mode))
  spawnSync(command, args, { stdio: 'ignore', cwd: '/' })
}

const postmaster = (server: Server): number =>
  Number(readFileSync(join(server.data, 'postmaster.pid'), 'utf8').split('\n')[0])

function signalAll(server: Server, signal: NodeJS.Signals): void {
  const pid = postmaster(server)
  const children = spawnSync('ps', ['--ppid', String(pid), '-o', 'pid='], { encoding: 'utf8' }).stdout
  for (const one of [pid, ...children.split('\n').filter(Boolean).map(Number)]) process.kill(one, signal)
}

async function killServer(server: Server): Promise<void> {
  const pid = postmaster(server)
  process.kill(pid, 'SIGKILL')
  while (isAlive(pid)) await sleep(5)
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    // Killed but not yet reaped counts as gone.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

function runProgram(server: Server, program: string, args: string[]): void {
  const [command, rest] = asServerUser(join(server.programs, program), args)
  execFileSync(command, rest, { stdio: ['ignore', 'ignore', 'pipe'], cwd: '/' })
}

const isRoot = (): boolean => process.getuid?.() === 0

/** PostgreSQL refuses to run as root. */
const asServerUser = (program: string, args: string[]): [string, string[]] =>
  isRoot() ? ['runuser', ['-u', 'postgres', '--', program, ...args]] : [program, args]

function giveToServerUser(path: string): void {
  if (!isRoot()) return
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  chownSync(path, id('-u'), id('-g'))
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(address)))
    })
  })
}
