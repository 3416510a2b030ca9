import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execute, versionOf } from './exec.ts'
import type { Found, Judgement, Question, SignatureVerdict } from './oracle.ts'
import { cutSignatures, cutTimestamp } from './signature-parts.ts'

/** OpenSSL judges each CMS with its chain and signing-certificate attribute, and its time-stamp with `ts -verify`. */
export async function findOpenssl(): Promise<Found> {
  const version = await versionOf('openssl', 'version')
  if (version === null) return { name: 'OpenSSL', missing: 'apt install openssl' }
  return { oracle: { name: 'OpenSSL', version, detached: true, judge, close: () => undefined } }
}

async function judge(question: Question): Promise<Judgement> {
  const parts = question.detached
    ? [{ end: 0, cms: readFileSync(question.file), content: readFileSync(question.detached) }]
    : cutSignatures(question.file)
  const folder = mkdtempSync(join(tmpdir(), 'anky-openssl-'))
  try {
    const anchors = join(folder, 'anchors.pem')
    writeFileSync(anchors, question.trust.map((path) => toPem(readFileSync(path))).join(''))
    const signatures: SignatureVerdict[] = []
    for (const { end, cms, content } of parts) {
      signatures.push({ end, ...(await judgeCms(folder, anchors, cms, content)) })
    }
    return { signatures }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export const toPem = (der: Uint8Array): string =>
  `-----BEGIN CERTIFICATE-----\n${Buffer.from(der)
    .toString('base64')
    .replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`

async function judgeCms(
  folder: string,
  anchors: string,
  cms: Uint8Array,
  content: Uint8Array,
): Promise<Omit<SignatureVerdict, 'end'>> {
  const [cmsFile, contentFile] = [join(folder, 'signature.cms'), join(folder, 'content')]
  writeFileSync(cmsFile, cms)
  writeFileSync(contentFile, content)
  const flags = ['-binary', '-inform', 'DER', '-in', cmsFile, '-content', contentFile, '-out', '/dev/null']
  const trusting = ['-cades', '-CAfile', anchors, '-purpose', 'any']
  const strict = await execute('openssl', ['cms', '-verify', ...flags, ...trusting])
  if (strict.status === 0) return judgeTimestamp(folder, anchors, cms)
  // a stranger's chain or profile is not ours to judge: is the value itself right?
  const lax = await execute('openssl', ['cms', '-verify', ...flags, '-noverify'])
  if (lax.status === 0) return { verdict: 'intact', why: '', whole: reasonOf(strict.stderr) }
  const why = reasonOf(lax.stderr)
  return {
    verdict: /digest failure|verification failure|bad signature/i.test(lax.stderr) ? 'broken' : 'unknown',
    why,
  }
}

async function judgeTimestamp(
  folder: string,
  anchors: string,
  cms: Uint8Array,
): Promise<Omit<SignatureVerdict, 'end'>> {
  const timestamp = cutTimestamp(cms)
  if (!timestamp) return { verdict: 'intact', why: '', whole: 'good', level: 'B-B' }
  const [token, value] = [join(folder, 'token'), join(folder, 'value')]
  writeFileSync(token, timestamp.token)
  writeFileSync(value, timestamp.value)
  const flags = ['-token_in', '-in', token, '-data', value, '-CAfile', anchors]
  const { status, stderr } = await execute('openssl', ['ts', '-verify', ...flags])
  if (status === 0) return { verdict: 'intact', why: '', whole: 'good', level: 'B-T' }
  return { verdict: 'broken', why: `time-stamp: ${reasonOf(stderr)}` }
}

const reasonOf = (stderr: string): string =>
  /:error:|error:[0-9A-F]+:[^:]*:[^:]*:([^:]*)/.exec(stderr)?.[1] ?? stderr.trim().split('\n')[0] ?? ''
