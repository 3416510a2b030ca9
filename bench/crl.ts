import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { encodePem } from '../src/formats/index.ts'
import { buildPki, entityOf, privateKeyOf, testPki } from '../src/test-certs/index.ts'
import { makeCrl } from './lib/make-crl.ts'
import { type Row, toRow } from './lib/row.ts'

const run = promisify(execFile)
const ENTRIES = 500_000
const ROUNDS = 3
const child = fileURLToPath(new URL('crl-child.ts', import.meta.url))

interface ChildReport {
  readonly wholeMs: number
  readonly peakMiB: number
  readonly indexMs: number
  readonly indexBytes: number
  readonly openMs: number
  readonly lookUpMs: number
  readonly walkMs: number
}

/** A CRL of half a million entries, in a process of its own: read, verified, asked; then by its serial index. */
export async function benchCrl(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'anky-crl-'))
  try {
    const files = await writeFiles(folder)
    let ours = await measure(files)
    let openssl = await measureOpenssl(files)
    for (let round = 1; round < ROUNDS; round++) {
      ours = least(ours, await measure(files))
      openssl = Math.min(openssl, await measureOpenssl(files))
    }
    const title = 'CRL of 500,000 entries'
    return [
      toRow(`${title}: read, verified, asked`, [ours.wholeMs, 'ms CPU'], ['1 s', 1000], { atMost: 1 }),
      toRow(`${title}: memory of the whole process`, [ours.peakMiB, 'MiB'], ['150 MiB', 150], { atMost: 1 }),
      toRow(`${title}: read, verified, asked`, [ours.wholeMs, 'ms CPU'], ['openssl crl', openssl]),
      toRow(
        `${title}: serial index built`,
        [ours.indexMs, 'ms CPU'],
        ['read, verified, asked', ours.wholeMs],
      ),
      toRow(`${title}: serial index opened`, [ours.openMs, 'ms CPU'], ['built', ours.indexMs]),
      toRow(`${title}: serial index`, [ours.indexBytes / ENTRIES, 'octets an entry'], ['8', 8], {
        atMost: 1.01,
      }),
      toRow(`${title}: asked by index`, [ours.lookUpMs, 'ms CPU'], ['by walking', ours.walkMs], {
        atMost: 0.1,
      }),
    ]
  } finally {
    rmSync(folder, { recursive: true })
  }
}

interface Files {
  readonly large: string
  readonly small: string
  readonly issuer: string
  readonly issuerPem: string
  readonly certificate: string
}

async function writeFiles(folder: string): Promise<Files> {
  const random = (n: number) => new Uint8Array(randomBytes(n))
  const pki = await buildPki(testPki, { clock: () => new Date(), random, only: ['doctor-01'] })
  const ca = entityOf(pki, 'public-ca')
  const write = (name: string, bytes: Uint8Array | string): string => {
    writeFileSync(join(folder, name), bytes)
    return join(folder, name)
  }
  return {
    large: write('large.crl', makeCrl(ca.certificate, privateKeyOf(ca), ENTRIES)),
    small: write('small.crl', makeCrl(ca.certificate, privateKeyOf(ca), 1000)),
    issuer: write('issuer.cer', ca.certificate.der),
    issuerPem: write('issuer.pem', encodePem('CERTIFICATE', ca.certificate.der)),
    certificate: write('certificate.cer', entityOf(pki, 'doctor-01').certificate.der),
  }
}

async function measure({ large, small, issuer, certificate }: Files): Promise<ChildReport> {
  const args = ['--expose-gc', '--import', 'tsx', child, large, small, issuer, certificate]
  const { stdout } = await run(process.execPath, args)
  return JSON.parse(stdout) as ChildReport
}

function least(a: ChildReport, b: ChildReport): ChildReport {
  const entries = Object.entries(a) as [keyof ChildReport, number][]
  return Object.fromEntries(entries.map(([name, value]) => [name, Math.min(value, b[name])])) as never
}

/** CPU milliseconds of OpenSSL reading and verifying the same CRL: what the shell says of its children. */
async function measureOpenssl({ large, issuerPem }: Files): Promise<number> {
  const script = 'openssl crl -inform DER -in "$1" -CAfile "$2" -noout 2>/dev/null; times'
  const { stdout } = await run('sh', ['-c', script, 'sh', large, issuerPem])
  const times = stdout.trim().split('\n').at(-1)!.split(/\s+/)
  const ms = (text: string): number => {
    const [, minutes, seconds] = /^(\d+)m([\d.]+)s$/.exec(text) ?? []
    return (Number(minutes) * 60 + Number(seconds)) * 1000
  }
  return times.reduce((sum, text) => sum + ms(text), 0)
}
