import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Certificate, type DigestName, digestBytes, encodePem } from '../../formats/index.ts'
import { finishSignature, prepareCades, preparePades } from '../../signer/index.ts'
import {
  buildPki,
  buildTimestampToken,
  chainOf,
  entityOf,
  freshValidationData,
  type Pki,
  privateKeyOf,
  quickKeys,
  signBytes,
  TSA_POLICY,
  testPki,
} from '../../test-certs/index.ts'
import { EvidenceRecordBuilder } from '../../test-certs/records/evidence-record.ts'

/** Files to judge, and what to judge them with. */
export interface SignedFolder {
  readonly root: Certificate
  readonly trust: string
  readonly data: string
  readonly signed: string
  readonly content: string
  /** Over `content`. */
  readonly detached: string
  /** An evidence record about `content`. */
  readonly record: string
  /** One about `detached`. */
  readonly signatureRecord: string
}

const sample = readFileSync(new URL('../../../samples/don-thuoc.pdf', import.meta.url))
const environment = { clock: () => new Date(), random: (n: number) => randomBytes(n) }
const algorithm = { scheme: 'ecdsa', digest: 'sha256' } as const

/** Writes a folder `records/` with a file of each verdict, a detached signature, anchors and evidence. */
export async function signedFolder(folder: string): Promise<SignedFolder> {
  const pki = await buildPki(testPki, { ...environment, keys: quickKeys, only: ['doctor-01', 'tsa'] })
  const root = entityOf(pki, 'national-root').certificate
  const at = (...names: string[]): string => join(folder, ...names)
  const write = (name: string, bytes: Uint8Array | string): string => {
    writeFileSync(at(name), bytes)
    return at(name)
  }
  const finish = async (prepared: Awaited<ReturnType<typeof preparePades>>): Promise<Uint8Array> => {
    const data = Buffer.from(prepared.signedAttributes, 'base64')
    const key = privateKeyOf(entityOf(pki, 'doctor-01'))
    return (await finishSignature(prepared, signBytes(key, prepared.algorithm, data), null)).bytes
  }
  const options = { chain: chainOf(pki, 'doctor-01'), algorithm, level: 'B-B' } as const

  mkdirSync(at('records', 'deeper'), { recursive: true })
  const signed = Buffer.concat([sample, await finish(await preparePades(sample, options, environment))])
  const changed = Buffer.from(signed)
  changed[10_000]! ^= 1
  write('records/2-changed.pdf', changed)
  write('records/3-unsigned.pdf', sample)
  write('records/deeper/4-note.txt', 'Ghi chú')
  write('records/.hidden.pdf', changed)

  const text = Buffer.from('Kết quả xét nghiệm thử nghiệm')
  const content = {
    sha256: Buffer.from(digestBytes('sha256', text)).toString('hex'),
    length: text.length,
    digestOf: async (name: 'sha256') => digestBytes(name, text),
  }
  const detached = await finish(await prepareCades(content, options, environment))
  freshValidationData(at('data'), pki, environment.clock)
  return {
    root,
    trust: write('trust.pem', encodePem('CERTIFICATE', root.der)),
    data: at('data'),
    signed: write('records/1-signed.pdf', signed),
    content: write('content.txt', text),
    detached: write('content.txt.p7s', detached),
    record: write('content.txt.ers', await evidenceRecord(pki, text)),
    signatureRecord: write('content.txt.p7s.ers', await evidenceRecord(pki, detached)),
  }
}

async function evidenceRecord(pki: Pki, content: Uint8Array): Promise<Uint8Array> {
  const tsa = entityOf(pki, 'tsa')
  const stamp = (imprint: Uint8Array, digest: DigestName): Uint8Array =>
    buildTimestampToken({
      signer: tsa.certificate,
      key: privateKeyOf(tsa),
      certificates: chainOf(pki, 'tsa'),
      imprint,
      digest,
      policy: TSA_POLICY,
      serialNumber: Uint8Array.of(1),
      genTime: environment.clock(),
      nonce: null,
    })
  return (await new EvidenceRecordBuilder([content], stamp).start('sha256')).encode()
}
