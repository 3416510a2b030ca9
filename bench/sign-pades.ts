import { createHash, sign } from 'node:crypto'
import { createRequire } from 'node:module'
import { checkBeforeRelease } from '../src/signer/index.ts'
import { makePdf, type PdfShape } from './lib/make-pdf.ts'
import { type Candidate, compareCpu, type Measurement } from './lib/measure.ts'
import { type Row, toRow } from './lib/row.ts'
import { type BenchSigner, makeBenchSigner, signOurs } from './lib/signers.ts'

const KB = 1024
const sizes = [
  [100 * KB, '100 KB', 20],
  [KB * KB, '1 MB', 20],
  [10 * KB * KB, '10 MB', 5],
] as const

/** PAdES B-B in process against SHA-256 and one RSA-2048 signature of the same bytes, and against three peers. */
export async function benchSignPades(): Promise<Row[]> {
  const signer = await makeBenchSigner()
  const rows: Row[] = []
  for (const [size, title, rounds] of sizes) {
    for (const shape of ['image', 'object'] as const) {
      const document = makePdf(size, shape)
      const measured = await compareCpu(await candidates(document, signer), { rounds })
      rows.push(...describe(measured, `${title}, ${shape}-heavy`, size === 100 * KB ? shape : null))
    }
  }
  return rows
}

async function candidates(document: Buffer, signer: BenchSigner): Promise<Candidate[]> {
  const { prepared, finished } = await signOurs(document, signer)
  const now = new Date()
  const release = { prepared, finished, document, contentDigest: null, tsaCertificates: [], now }
  return [
    {
      name: 'floor',
      run: () => {
        createHash('sha256').update(document).digest()
        sign('sha256', document.subarray(0, 200), signer.key)
      },
    },
    { name: 'Ấn Ký', run: () => signOurs(document, signer) },
    { name: 'check before release', run: () => checkBeforeRelease({ ...release, issuers: [signer.issuer] }) },
    { name: '@libpdf/core', run: await libpdf(document, signer) },
    { name: '@signpdf', run: await signpdf(document, signer) },
    { name: 'node-signpdf', run: nodeSignpdf(document, signer) },
  ]
}

async function libpdf(document: Buffer, { p12 }: BenchSigner): Promise<Candidate['run']> {
  const { PDF, P12Signer } = await import('@libpdf/core')
  const signer = await P12Signer.create(new Uint8Array(p12), 'bench')
  return async () => {
    const pdf = await PDF.load(new Uint8Array(document))
    return pdf.sign({ signer })
  }
}

const placeholder = { reason: '', contactInfo: '', name: '', location: '', signatureLength: 16_384 }

async function signpdf(document: Buffer, { p12 }: BenchSigner): Promise<Candidate['run']> {
  const { SignPdf } = await import('@signpdf/signpdf')
  const { plainAddPlaceholder } = await import('@signpdf/placeholder-plain')
  const { P12Signer } = await import('@signpdf/signer-p12')
  return () =>
    new SignPdf().sign(
      plainAddPlaceholder({ pdfBuffer: document, ...placeholder }),
      // a signer of this package signs once only
      new P12Signer(p12, { passphrase: 'bench' }),
    )
}

function nodeSignpdf(document: Buffer, { p12 }: BenchSigner): Candidate['run'] {
  const { default: signer, plainAddPlaceholder } = createRequire(import.meta.url)('node-signpdf') as {
    default: { sign(pdf: Buffer, p12: Buffer, options: object): Buffer }
    plainAddPlaceholder(options: object): Buffer
  }
  return () =>
    signer.sign(plainAddPlaceholder({ pdfBuffer: document, ...placeholder }), p12, { passphrase: 'bench' })
}

function describe(measured: readonly Measurement[], title: string, held: PdfShape | null): Row[] {
  const of = (name: string): Measurement => measured.find((one) => one.name === name)!
  const floor = of('floor')
  const ours = of('Ấn Ký')
  for (const { name, failure } of measured)
    if (failure) console.log(`${name}, ${title}: not measured: ${failure}`)
  const reference = ['SHA-256 + RSA-2048', floor.cpuMs] as const
  const rows = measured
    .filter(({ name, failure }) => name !== 'floor' && !failure)
    .map(({ name, cpuMs }) =>
      toRow(
        `sign PAdES B-B ${title}: ${name}`,
        [cpuMs, 'ms CPU'],
        reference,
        held && name === 'Ấn Ký' ? { atMost: 3 } : {},
      ),
    )
  const peer = of('@libpdf/core')
  if (peer.failure) return rows
  const target = held ? { atLeast: 3 } : {}
  return [
    ...rows,
    toRow(
      `sign PAdES B-B ${title}: @libpdf/core against ours`,
      [peer.cpuMs, 'ms CPU'],
      ['Ấn Ký', ours.cpuMs],
      target,
    ),
  ]
}
