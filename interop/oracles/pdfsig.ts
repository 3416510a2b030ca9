import { execute, versionOf } from './exec.ts'
import type { Found, Judgement, Question, SignatureVerdict } from './oracle.ts'

/** poppler's pdfsig judges the value and the digest; it knows no levels and does not look at time-stamps. */
export async function findPdfsig(): Promise<Found> {
  const version = await versionOf('pdfsig', '-v')
  if (version === null) return { name: 'pdfsig', missing: 'apt install poppler-utils' }
  return { oracle: { name: 'pdfsig', version, detached: false, judge, close: () => undefined } }
}

async function judge({ file, password }: Question): Promise<Judgement> {
  const secret = password === undefined ? [] : ['-upw', password]
  const { status, stdout, stderr } = await execute('pdfsig', ['-nocert', ...secret, file])
  // 2: the file has no signature
  if (status !== 0 && status !== 2) return { unreadable: stderr.trim().slice(0, 200) || `status ${status}` }
  const signatures = stdout
    .split(/^Signature #\d+:$/m)
    .slice(1)
    .flatMap((text) => readSignature(text))
  return { signatures }
}

function readSignature(text: string): SignatureVerdict[] {
  const ranges = /Signed Ranges: \[\d+ - \d+\], \[\d+ - (\d+)\]/.exec(text)
  if (!ranges) return []
  const said = /Signature Validation: (.*)/.exec(text)?.[1] ?? 'nothing'
  const verdict = said.startsWith('Signature is Valid') ? 'intact' : verdictOf(said)
  return [{ end: Number(ranges[1]), verdict, why: verdict === 'intact' ? '' : said }]
}

const verdictOf = (said: string): 'broken' | 'unknown' =>
  /Invalid|Mismatch|not verified/i.test(said) ? 'broken' : 'unknown'
