import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makePdf } from '../../bench/lib/make-pdf.ts'
import { encodeTimeStampRequest, parseSignedData } from '../../src/formats/index.ts'
import { buildPdf, kinds } from '../../src/formats/pdf/testing/build-pdf.ts'
import { type PadesOptions, prepareCades, preparePades } from '../../src/signer/index.ts'
import { poolOf } from '../../src/signer/testing/tsa.ts'
import { buildSigners, contentOf, env, finishAs, signerOf } from '../../src/signer/testing/world.ts'
import { type Pki, startResponders, type TestEntityName } from '../../src/test-certs/index.ts'

type Files = Record<string, Uint8Array>

const samples = fileURLToPath(new URL('../../samples/', import.meta.url))
const signers: readonly TestEntityName[] = ['doctor-01', 'nurse-02', 'doctor-p384', 'doctor-ed25519']

/** The project's samples, small files of each way to write cross-references, and signed ones of both. */
export async function buildPdfCorpus(): Promise<Files> {
  const pki = await buildSigners(signers)
  const files: Files = { 'objects.pdf': makePdf(3000, 'object') }
  for (const kind of kinds) files[`${kind.replaceAll(' ', '-')}.pdf`] = buildPdf(kind)
  for (const name of readdirSync(samples).filter((entry) => entry.endsWith('.pdf')))
    files[name] = readFileSync(join(samples, name))
  for (const name of Object.keys(files).filter((entry) => files[entry]!.length < 50_000)) {
    const visible = { page: 1, x: 20, y: 20, width: 180, height: 60 }
    const once = await signPdf(pki, 'doctor-01', files[name]!, { visible, reason: 'Soi thử' })
    files[`signed-${name}`] = await signPdf(pki, 'nurse-02', once, {})
  }
  return files
}

async function signPdf(
  pki: Pki,
  name: TestEntityName,
  document: Uint8Array,
  options: Partial<PadesOptions>,
): Promise<Uint8Array> {
  const { chain, algorithm } = signerOf(pki, name)
  const prepared = await preparePades(document, { chain, algorithm, level: 'B-B', ...options }, env)
  const finished = await finishAs(pki, name, prepared)
  return Buffer.concat([document, finished.bytes])
}

/** Certificates, signatures, time-stamp requests, answers and tokens. */
export async function buildDerCorpus(): Promise<Files> {
  const pki = await buildSigners([...signers, 'tsa', 'tsa-ecdsa', 'seal-a'])
  const files: Files = {}
  for (const { name, certificate } of pki.entities.values()) files[`${name}.cer`] = certificate.der
  const content = contentOf(Buffer.from('Kết quả xét nghiệm'))
  const responders = await startResponders({ ...env, pki })
  try {
    for (const name of signers) {
      const { chain, algorithm } = signerOf(pki, name)
      const prepared = await prepareCades(content, { chain, algorithm, level: 'B-T' }, env)
      const { cms } = await finishAs(pki, name, prepared, poolOf(pki, responders))
      files[`${name}.p7s`] = cms
      files[`${name}.tst`] = parseSignedData(cms).signerInfos[0]!.unsignedAttributes[0]!.values[0]!
    }
    for (const [name, certReq] of [
      ['bare', false],
      ['full', true],
    ] as const) {
      const request = encodeTimeStampRequest({
        imprint: Buffer.alloc(32, 7),
        digest: 'sha256',
        nonce: certReq ? 12_345_678_901_234n : null,
        certReq,
      })
      files[`${name}.tsq`] = request
      const answer = await fetch(responders.tsaUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/timestamp-query' },
        body: new Uint8Array(request),
      })
      files[`${name}.tsr`] = new Uint8Array(await answer.arrayBuffer())
    }
  } finally {
    await responders.close()
  }
  return files
}
