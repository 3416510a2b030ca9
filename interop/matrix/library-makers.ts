import { createPrivateKey, webcrypto } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { execute } from '../oracles/exec.ts'
import { toPem } from '../oracles/openssl.ts'
import { type Algorithm, algorithms } from './algorithms.ts'
import { schemeOf } from './foreign-makers.ts'
import type { Job, Mistake } from './records.ts'
import { sampleFiles, samplesFolder } from './samples.ts'
import type { World } from './world.ts'

const named = (...names: readonly string[]): Algorithm[] =>
  names.map((name) => algorithms.find((algorithm) => algorithm.name === name)!)

/** What @libpdf/core has names for; its SHA-2 by each scheme. */
const ofLibpdf = named(
  'RSA v1.5 SHA-256',
  'RSA-PSS SHA-256',
  'ECDSA P-256 SHA-256',
  'RSA v1.5 SHA-384',
  'RSA-PSS SHA-384',
  'ECDSA P-384 SHA-384',
  'RSA v1.5 SHA-512',
  'RSA-PSS SHA-512',
  'ECDSA P-521 SHA-512',
)

/** Its signatures carry the attribute signing-time, which no level of the baseline profile allows (EN 319 142-1, 6.3). */
const libpdfLevels = { 'B-B': 'BES', 'B-T': 'T', 'B-LT': 'LT', 'B-LTA': 'LTV' } as const

const pssMistake: Mistake = {
  what: 'its CMS names RSASSA-PKCS1-v1_5 where the value is RSASSA-PSS',
  indication: 'TOTAL-FAILED',
  subIndication: 'SIG_CRYPTO_FAILURE',
}

const encryptMistake: Mistake = {
  what: 'in an encrypted file it appends another encryption dictionary after signing',
  indication: 'TOTAL-FAILED',
  subIndication: 'FORMAT_FAILURE',
}

/** The records that are not encrypted, in turn. */
const plainSample = (index: number): string => {
  const plain = sampleFiles.filter((name) => !/aes|rc4/.test(name))
  return join(samplesFolder, plain[index % plain.length]!)
}

/** @libpdf/core: PAdES at each level; it fetches the long-term data from the responders itself. */
export function libpdfJobs(world: World): Job[] {
  const job = (algorithm: Algorithm, level: keyof typeof libpdfLevels, file: string): Job => ({
    maker: '@libpdf/core',
    kind: 'PAdES',
    level: libpdfLevels[level],
    algorithm,
    content: null,
    ...(schemeOf(algorithm) === 'rsa-pss' && { mistake: pssMistake }),
    sign: (out) => attempt(() => signWithLibpdf(world, algorithm, level, file, out)),
  })
  const levels = Object.keys(libpdfLevels) as (keyof typeof libpdfLevels)[]
  const encrypted = job(ofLibpdf[0]!, 'B-T', join(samplesFolder, 'don-thuoc-aes128.pdf'))
  return [
    ...ofLibpdf.flatMap((algorithm, a) =>
      levels.map((level, l) => job(algorithm, level, plainSample(a + l))),
    ),
    { ...encrypted, kind: 'PAdES in an encrypted file', mistake: encryptMistake, dssSays: 'good' },
  ]
}

async function signWithLibpdf(
  world: World,
  algorithm: Algorithm,
  level: 'B-B' | 'B-T' | 'B-LT' | 'B-LTA',
  file: string,
  out: string,
): Promise<void> {
  const { PDF, CryptoKeySigner, HttpTimestampAuthority } = await import('@libpdf/core')
  const { key, chain } = world.keyFiles(algorithm.entity)
  const [certificate, ...others] = chain.map((path) => new Uint8Array(readFileSync(path)))
  const hash = algorithm.name.slice(-7) as 'SHA-256' | 'SHA-384' | 'SHA-512'
  const how = cryptoAlgorithm(algorithm, hash)
  const imported = await webcrypto.subtle.importKey('pkcs8', readFileSync(key), how.parameters, true, [
    'sign',
  ])
  const signer = new CryptoKeySigner(imported, certificate!, how.type, how.name, others)
  const pdf = await PDF.load(new Uint8Array(readFileSync(file)))
  const timestampAuthority = new HttpTimestampAuthority(world.responders.tsaUrl)
  const { bytes } = await pdf.sign({
    signer,
    level,
    digestAlgorithm: hash,
    estimatedSize: 24_000,
    ...(level !== 'B-B' && { timestampAuthority }),
  })
  writeFileSync(out, bytes)
}

function cryptoAlgorithm(algorithm: Algorithm, hash: string) {
  const scheme = schemeOf(algorithm)
  if (scheme === 'ecdsa') {
    const namedCurve = `P-${/P-(\d+)/.exec(algorithm.name)![1]}`
    return { type: 'EC', name: 'ECDSA', parameters: { name: 'ECDSA', namedCurve } } as const
  }
  const name = scheme === 'rsa-pss' ? 'RSA-PSS' : 'RSASSA-PKCS1-v1_5'
  return { type: 'RSA', name, parameters: { name, hash } } as const
}

const placeholder = { reason: '', contactInfo: '', name: '', location: '', signatureLength: 16_384 }
const passphrase = 'interop'

const nameMistake: Mistake = {
  what: 'it writes an issuer whose name has letters beyond ASCII otherwise, so that its CMS names no certificate',
  indication: 'INDETERMINATE',
  subIndication: 'NO_SIGNING_CERTIFICATE_FOUND',
}

/** @signpdf and node-signpdf: `adbe.pkcs7.detached` by RSA v1.5 and SHA-256, which is all they make. */
export async function signpdfJobs(world: World, folder: string): Promise<Job[]> {
  const [algorithm] = named('RSA v1.5 SHA-256') as [Algorithm]
  // they read cross-reference tables alone
  const file = join(samplesFolder, 'don-thuoc.pdf')
  const jobs: Job[] = []
  for (const entity of ['ascii', algorithm.entity]) {
    const p12 = await makeP12(world, entity, folder)
    const job = (maker: string, sign: (pdf: Buffer) => Promise<Buffer>): Job => ({
      maker,
      kind: 'adbe.pkcs7.detached',
      level: 'none',
      algorithm,
      content: null,
      ...(entity !== 'ascii' && { mistake: nameMistake }),
      sign: (out) => attempt(async () => writeFileSync(out, await sign(readFileSync(file)))),
    })
    jobs.push(job('@signpdf', (pdf) => withSignpdf(pdf, p12)))
    jobs.push(job('node-signpdf', (pdf) => withNodeSignpdf(pdf, p12)))
  }
  return jobs
}

async function withSignpdf(pdfBuffer: Buffer, p12: Buffer): Promise<Buffer> {
  const { SignPdf } = await import('@signpdf/signpdf')
  const { plainAddPlaceholder } = await import('@signpdf/placeholder-plain')
  const { P12Signer } = await import('@signpdf/signer-p12')
  const prepared = plainAddPlaceholder({ pdfBuffer, ...placeholder })
  return new SignPdf().sign(prepared, new P12Signer(p12, { passphrase }))
}

async function withNodeSignpdf(pdfBuffer: Buffer, p12: Buffer): Promise<Buffer> {
  const { default: signer, plainAddPlaceholder } = createRequire(import.meta.url)('node-signpdf') as {
    default: { sign(pdf: Buffer, p12: Buffer, options: object): Buffer }
    plainAddPlaceholder(options: object): Buffer
  }
  return signer.sign(plainAddPlaceholder({ pdfBuffer, ...placeholder }), p12, { passphrase })
}

/** PKCS#12 in the old encryption, which is what these programs read. */
async function makeP12(world: World, entity: string, folder: string): Promise<Buffer> {
  const { key, chain } = world.keyFiles(entity)
  const paths = ['p12-key', 'p12-certificate', 'p12-chain', 'p12'].map((name) => join(folder, name))
  const [keyFile, certificateFile, chainFile, out] = paths as [string, string, string, string]
  const [certificate, ...others] = chain.map((path) => toPem(readFileSync(path)))
  const pem = createPrivateKey({ key: readFileSync(key), format: 'der', type: 'pkcs8' })
  writeFileSync(keyFile, String(pem.export({ format: 'pem', type: 'pkcs8' })), { mode: 0o600 })
  writeFileSync(certificateFile, certificate!)
  writeFileSync(chainFile, others.join(''))
  const flags = ['-legacy', '-passout', `pass:${passphrase}`, '-inkey', keyFile, '-in', certificateFile]
  const { stderr } = await execute('openssl', [
    ...['pkcs12', '-export', ...flags, '-certfile', chainFile, '-out', out],
  ])
  try {
    return readFileSync(out)
  } catch (cause) {
    throw new Error(`no PKCS#12 file: ${stderr}`, { cause })
  } finally {
    for (const path of paths) rmSync(path, { force: true })
  }
}

async function attempt(work: () => Promise<void>): Promise<string | null> {
  try {
    await work()
    return null
  } catch (error) {
    return error instanceof Error ? `${error.name} ${error.message}` : String(error)
  }
}
