import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execute } from './exec.ts'
import type { ForeignRequest } from './foreign-signer.ts'
import { toPem } from './openssl.ts'

export interface OpensslRequest extends Pick<ForeignRequest, 'scheme' | 'file' | 'out' | 'key' | 'chain'> {
  readonly digest: string
  /** CAdES: with a reference to the signing certificate. */
  readonly cades: boolean
  readonly detached: boolean
}

/** `openssl cms -sign`; null, or why not. */
export async function signWithOpenssl(request: OpensslRequest): Promise<string | null> {
  const folder = mkdtempSync(join(tmpdir(), 'anky-openssl-'))
  try {
    const [signer, ...others] = request.chain.map((path) => toPem(readFileSync(path)))
    const [certificate, chain] = [join(folder, 'signer.pem'), join(folder, 'chain.pem')]
    writeFileSync(certificate, signer!)
    writeFileSync(chain, others.join(''))
    const issuers = others.length > 0 ? ['-certfile', chain] : []
    const pss = ['-keyopt', 'rsa_padding_mode:pss', '-keyopt', 'rsa_pss_saltlen:digest']
    const { status, stderr } = await execute('openssl', [
      ...['cms', '-sign', '-binary', '-outform', 'DER', '-md', request.digest],
      ...(request.cades ? ['-cades'] : []),
      ...(request.detached ? [] : ['-nodetach']),
      ...['-in', request.file, '-out', request.out, '-signer', certificate, ...issuers],
      ...['-inkey', request.key, '-keyform', 'DER'],
      ...(request.scheme === 'rsa-pss' ? pss : []),
    ])
    return status === 0 ? null : stderr.trim().split('\n')[0]!
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
