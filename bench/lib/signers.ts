import { execFileSync } from 'node:child_process'
import { type KeyObject, randomBytes, sign } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Certificate, encodePem, type SignatureAlgorithm } from '../../src/formats/index.ts'
import { finishSignature, preparePades } from '../../src/signer/index.ts'
import { buildPki, chainOf, entityOf, privateKeyOf, testPki } from '../../src/test-certs/index.ts'

/** One RSA-2048 signer for all who are compared, with PKCS#1 v1.5 and SHA-256, which every peer can do. */
export interface BenchSigner {
  readonly key: KeyObject
  readonly chain: readonly Certificate[]
  readonly issuer: Certificate
  /** PKCS#12, password `bench`. */
  readonly p12: Buffer
}

export const algorithm: SignatureAlgorithm = { scheme: 'rsa-pkcs1', digest: 'sha256' }
const environment = { clock: () => new Date(), random: (n: number) => randomBytes(n) }

export async function makeBenchSigner(): Promise<BenchSigner> {
  const pki = await buildPki(testPki, { ...environment, only: ['nurse-02'] })
  const key = privateKeyOf(entityOf(pki, 'nurse-02'))
  const [certificate, issuer, root] = chainOf(pki, 'nurse-02')
  return {
    key,
    chain: [certificate!, issuer!],
    issuer: root!,
    p12: encodeP12(key, [certificate!, issuer!, root!]),
  }
}

function encodeP12(key: KeyObject, [certificate, ...others]: readonly Certificate[]): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'anky-bench-'))
  try {
    const write = (name: string, text: string): string => {
      const path = join(folder, name)
      writeFileSync(path, text, { mode: 0o600 })
      return path
    }
    const args = ['pkcs12', '-export', '-legacy', '-passout', 'pass:bench', '-out', join(folder, 'p12')]
    const pem = (list: readonly Certificate[]): string =>
      list.map(({ der }) => encodePem('CERTIFICATE', der)).join('')
    args.push('-inkey', write('key', String(key.export({ format: 'pem', type: 'pkcs8' }))))
    args.push('-in', write('cert', pem([certificate!])), '-certfile', write('chain', pem(others)))
    execFileSync('openssl', args, { stdio: 'pipe' })
    return readFileSync(join(folder, 'p12'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Our own PAdES B-B, invisible, with a key in memory: what is appended. */
export async function signOurs(document: Uint8Array, { key, chain }: BenchSigner) {
  const prepared = await preparePades(document, { chain, algorithm, level: 'B-B' }, environment)
  const value = sign('sha256', Buffer.from(prepared.signedAttributes, 'base64'), key)
  const finished = await finishSignature(prepared, value, null)
  return { prepared, finished }
}
