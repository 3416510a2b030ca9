import {
  parseCertificate,
  parseCrl,
  parseOcspResponse,
  parsePem,
  readCertificates,
} from '../formats/index.ts'
import type { VerificationContext } from '../sandbox/index.ts'
import { CliError } from './errors.ts'
import { listFiles } from './list-files.ts'
import { readGiven } from './read-given.ts'

type Evidence = VerificationContext['evidence']
type Kind = keyof Evidence

/**
 * Certificates, CRLs and OCSP answers of files and folders, in DER or PEM, told apart by what they are. What is none of them
 * is passed over in a folder. Throws `ERR_CLI_FILE`, and `ERR_CLI_DATA` for a named file that is none.
 */
export async function readEvidence(paths: readonly string[]): Promise<Evidence> {
  const evidence: Record<Kind, Uint8Array[]> = { certificates: [], crls: [], ocspResponses: [] }
  for (const path of paths) {
    for await (const file of listFiles([path])) {
      const objects = tellApart(await readGiven('--data', file))
      if (objects.length === 0 && file === path) throw new CliError('ERR_CLI_DATA', { details: { path } })
      for (const { kind, bytes } of objects) evidence[kind].push(bytes)
    }
  }
  return evidence
}

interface EvidenceObject {
  readonly kind: Kind
  readonly bytes: Uint8Array
}

function tellApart(bytes: Uint8Array): EvidenceObject[] {
  return isPem(bytes) ? readPemBlocks(Buffer.from(bytes).toString('latin1')) : readBinary(bytes)
}

/** PEM is text; DER and BER begin with a SEQUENCE. */
const isPem = (bytes: Uint8Array): boolean => bytes[0] !== 0x30

const labels = [
  ['CERTIFICATE', 'certificates'],
  ['X509 CRL', 'crls'],
  ['OCSP RESPONSE', 'ocspResponses'],
  ['PKCS7', null],
  ['CMS', null],
] as const

function readPemBlocks(text: string): EvidenceObject[] {
  return labels.flatMap(([label, kind]) => {
    const blocks = attempt(() => parsePem(text, label)) ?? []
    return blocks.flatMap((bytes) => (kind === null ? readBinary(bytes) : [{ kind, bytes }]))
  })
}

function readBinary(bytes: Uint8Array): EvidenceObject[] {
  const one = (kind: Kind): EvidenceObject[] => [{ kind, bytes }]
  if (attempt(() => parseCertificate(bytes))) return one('certificates')
  if (attempt(() => parseCrl(bytes))) return one('crls')
  if (attempt(() => parseOcspResponse(bytes))) return one('ocspResponses')
  const certificates = attempt(() => readCertificates(bytes)) ?? []
  return certificates.map((certificate) => ({ kind: 'certificates', bytes: certificate }))
}

function attempt<T>(read: () => T): T | null {
  try {
    return read()
  } catch {
    return null
  }
}
