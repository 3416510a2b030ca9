import {
  AnkyError,
  countPages,
  findPage,
  formatName,
  listFields,
  listSignatures,
  openPdf,
  PdfRef,
  PdfStream,
  pageGeometry,
  parseCertificate,
  parseName,
  parsePem,
  parseSignedData,
  parseTimeStampRequest,
  parseTimeStampResponse,
  parseTimeStampToken,
  readTrailer,
  signedAttributesForVerification,
  spliceUnsignedAttribute,
  subjectIdentifiers,
  verifySignature,
} from '../../src/formats/index.ts'
import { checkBeforeRelease, finishSignature, preparePades } from '../../src/signer/index.ts'
import { buildSigners, env, signerOf, valueFor } from '../../src/signer/testing/world.ts'
import type { Language } from './corpus-types.ts'

/** Does with a file all that the project can; throws what it may not throw. */
export type Target = (bytes: Uint8Array) => Promise<void>

/** Codes by which a defect is told instead of being thrown as it is. */
const unexpected: ReadonlySet<string> = new Set(['ERR_VERIFIER_UNEXPECTED'])

/** A refusal is what a broken file should meet; anything else is a defect. */
export async function attempt(work: () => unknown): Promise<void> {
  try {
    await work()
  } catch (error) {
    const isRefusal = error instanceof AnkyError && !unexpected.has(error.code)
    if (!isRefusal) throw error
    // a catalogue without a message would throw here
    void error.message
  }
}

export const openTarget = (language: Language): Promise<Target> =>
  language === 'pdf' ? openPdfTarget() : Promise.resolve(readDer)

async function openPdfTarget(): Promise<Target> {
  const pki = await buildSigners(['doctor-01'])
  const { chain, algorithm, issuers } = signerOf(pki, 'doctor-01')
  const visible = { page: -1, x: 20, y: 20, width: 200, height: 70 }
  const sign = async (document: Uint8Array, options: object): Promise<void> => {
    const prepared = await preparePades(document, { chain, algorithm, level: 'B-B', ...options }, env)
    const finished = await finishSignature(prepared, valueFor(pki, 'doctor-01', prepared), null)
    const now = env.clock()
    await checkBeforeRelease({
      prepared,
      finished,
      document,
      contentDigest: null,
      issuers,
      tsaCertificates: [],
      evidence: { data: [] },
      now,
    })
  }
  return async (bytes) => {
    for (const mode of ['strict', 'lenient'] as const) {
      await attempt(() => readTrailer(bytes, mode))
      await attempt(() => readPdf(bytes, mode))
    }
    await attempt(() => sign(bytes, {}))
    await attempt(() => sign(bytes, { visible, reason: 'Soi thử' }))
  }
}

async function readPdf(bytes: Uint8Array, mode: 'strict' | 'lenient'): Promise<void> {
  const document = openPdf(bytes, { mode })
  await attempt(() => document.revisions)
  await attempt(() => countPages(document))
  await attempt(() => pageGeometry(document, findPage(document, -1)))
  await attempt(() => listFields(document))
  await attempt(() => listSignatures(document))
  for (let number = 1; number < Math.min(document.size, 30); number++)
    await attempt(() => {
      const object = document.get(new PdfRef(number, 0))
      if (object instanceof PdfStream) document.decode(object)
    })
}

const readDer: Target = async (bytes) => {
  await attempt(() => readCertificate(bytes))
  await attempt(() => readSignedData(bytes))
  await attempt(() => parseTimeStampRequest(bytes))
  await attempt(() => parseTimeStampResponse(bytes))
  await attempt(() => parseTimeStampToken(bytes))
  await attempt(() => formatName(parseName(bytes)))
  await attempt(() => parsePem(`-----BEGIN CERTIFICATE-----\n${Buffer.from(bytes).toString('base64')}\n`))
}

async function readCertificate(bytes: Uint8Array): Promise<void> {
  const certificate = parseCertificate(bytes)
  const { publicKey, tbs, signatureValue } = certificate
  await attempt(() => subjectIdentifiers(certificate.subject))
  await attempt(() => certificate.keyObject)
  await attempt(() => verifySignature(publicKey, certificate.signatureAlgorithm, tbs, signatureValue))
}

async function readSignedData(bytes: Uint8Array): Promise<void> {
  const { signerInfos, certificates } = parseSignedData(bytes)
  for (const der of certificates) await attempt(() => readCertificate(der))
  for (const [index, signer] of signerInfos.entries()) {
    await attempt(() => signer.digest)
    await attempt(() => {
      const { publicKey } = parseCertificate(certificates[0] ?? bytes)
      verifySignature(
        publicKey,
        signer.signatureAlgorithm,
        signedAttributesForVerification(signer),
        signer.signature,
      )
    })
    const attribute = { oid: '1.2.840.113549.1.9.16.2.14', values: [Uint8Array.of(0x05, 0)] }
    await attempt(() => spliceUnsignedAttribute(bytes, index, attribute))
  }
}
