import { createHash, sign } from 'node:crypto'
import { createRequire } from 'node:module'
import { checkBeforeRelease } from '../src/signer/index.ts'
import { makePdf } from './lib/make-pdf.ts'
import { type Candidate, compareCpu, type Measurement } from './lib/measure.ts'
import { type Row, toRow } from './lib/row.ts'
import { type BenchSigner, makeBenchSigner, signOurs } from './lib/signers.ts'

const KB = 1024
const sizes = [
  [100 * KB, '100 KB', 20],
  [KB * KB, '1 MB', 20],
  [10 * KB * KB, '10 MB', 5],
] as const

/**
 * PAdES B-B in process against SHA-256 and one RSA-2048 signature of the same bytes; then peers against ours and the
 * same floor, apart, so that the garbage they leave is not collected at our expense.
 */
export async function benchSignPades(): Promise<Row[]> {
  const signer = await makeBenchSigner()
  const rows: Row[] = []
  for (const [size, title, rounds] of sizes) {
    for (const shape of ['image', 'object'] as const) {
      const document = makePdf(size, shape)
      const held = size === 100 * KB
      const own = await ownCandidates(document, signer)
      rows.push(...describeOwn(await compareCpu(own, { rounds }), `${title}, ${shape}-heavy`, held))
      const peers = [...own.slice(0, 2), ...(await peerCandidates(document, signer))]
      rows.push(...describePeers(await compareCpu(peers, { rounds }), `${title}, ${shape}-heavy`, held))
    }
  }
  return rows
}

const FLOOR = 'SHA-256 + RSA-2048'
const OURS = 'Ấn Ký'

async function ownCandidates(document: Buffer, signer: BenchSigner): Promise<Candidate[]> {
  const { prepared, finished } = await signOurs(document, signer)
  const now = new Date()
  const release = { prepared, finished, document, contentDigest: null, tsaCertificates: [], now }
  return [
    {
      name: FLOOR,
      run: () => {
        createHash('sha256').update(document).digest()
        sign('sha256', document.subarray(0, 200), signer.key)
      },
    },
    { name: OURS, run: () => signOurs(document, signer) },
    {
      name: 'check before release',
      run: () => checkBeforeRelease({ ...release, issuers: [signer.issuer], evidence: { data: [] } }),
    },
  ]
}

const peerCandidates = async (document: Buffer, signer: BenchSigner): Promise<Candidate[]> => [
  { name: '@libpdf/core', run: await libpdf(document, signer) },
  { name: '@signpdf', run: await signpdf(document, signer) },
  { name: 'node-signpdf', run: nodeSignpdf(document, signer) },
]

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

const cpuOf = (measured: readonly Measurement[], name: string): number =>
  measured.find((one) => one.name === name)!.cpuMs

function describeOwn(measured: readonly Measurement[], title: string, held: boolean): Row[] {
  const floor = cpuOf(measured, FLOOR)
  return measured
    .filter(({ name }) => name !== FLOOR)
    .map(({ name, cpuMs }) => {
      const target = held && name === OURS ? { atMost: 3 } : {}
      return toRow(`sign PAdES B-B ${title}: ${name}`, [cpuMs, 'ms CPU'], [FLOOR, floor], target)
    })
}

function describePeers(measured: readonly Measurement[], title: string, held: boolean): Row[] {
  const ours = cpuOf(measured, OURS)
  return measured
    .filter(({ name }) => name !== FLOOR && name !== OURS)
    .flatMap(({ name, cpuMs, failure }) => {
      if (failure) {
        console.log(`sign PAdES B-B ${title}: ${name}: not measured: ${failure}`)
        return []
      }
      const target = held && name === '@libpdf/core' ? { atLeast: 3 } : {}
      return [toRow(`sign PAdES B-B ${title}: ${name}`, [cpuMs, 'ms CPU'], [OURS, ours], target)]
    })
}
