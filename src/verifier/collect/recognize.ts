import {
  type DerElement,
  der,
  FormatError,
  isBase64,
  parseDerPrefix,
  parsePem,
  parseTimeStampResponse,
  readOid,
} from '../../formats/index.ts'
import type { FileFacts, FormatFinding } from '../facts.ts'
import { finding } from './findings.ts'

/** What a file is, and the bytes that matter of it. */
export interface Recognized {
  readonly kind: FileFacts['kind']
  readonly bytes: Uint8Array
  /** Codes of what lenient reading forgave. */
  readonly forgiven: readonly string[]
  readonly findings: readonly FormatFinding[]
}

const SIGNED_DATA = '1.2.840.113549.1.7.2'
const TST_INFO = '1.2.840.113549.1.9.16.1.4'
/** Base64 texts beyond are not read: PEM of 4 Mi characters is what its reader takes. */
const MAX_TEXT = 64 * 1024 * 1024
/** Readers look for the header within the first kilobyte (ISO 32000-2, 7.5.2, note; Acrobat's habit). */
const PDF_HEADER_WITHIN = 1024
const SEQUENCE = 0x30

/**
 * Tells what bytes are: a PDF by its header, CMS SignedData and time-stamp tokens by their OIDs (DER, BER, PEM or bare
 * base64), a time-stamp response (RFC 3161, 2.4.2) or an evidence record (RFC 4998, 3.1) by their first elements. Nothing
 * is thrown: what cannot be told is `unknown`.
 */
export function recognize(bytes: Uint8Array): Recognized {
  // a CMS with a PDF inside has its header early too
  const binary = bytes[0] === SEQUENCE ? recognizeBinary(bytes) : null
  if (binary && binary.kind !== 'unknown') return binary
  if (hasPdfHeader(bytes)) return { kind: 'pdf', bytes, forgiven: [], findings: [] }
  if (binary) return binary
  const text = readOrNull(() => decodeText(bytes))
  if (!text) return { kind: 'unknown', bytes, forgiven: [], findings: [] }
  const found = recognizeBinary(text.bytes)
  return { ...found, forgiven: [text.form, ...found.forgiven] }
}

function readOrNull<T>(read: () => T): T | null {
  try {
    return read()
  } catch (error) {
    if (error instanceof FormatError) return null
    throw error
  }
}

function hasPdfHeader(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, PDF_HEADER_WITHIN))
  return head.includes('%PDF-')
}

function recognizeBinary(bytes: Uint8Array): Recognized {
  const none = { bytes, forgiven: [], findings: [] }
  try {
    const outer = parseDerPrefix(bytes, { mode: 'ber' })
    const [first, second, third] = outer.is('universal', 16) ? outer.children : []
    if (first?.is('universal', 6)) {
      return readOid(first) === SIGNED_DATA
        ? recognizeSignedData(bytes, second)
        : { kind: 'unknown', ...none }
    }
    // PKIStatusInfo begins with PKIStatus
    if (first?.is('universal', 16) && first.children[0]?.is('universal', 2)) return recognizeResponse(bytes)
    // EvidenceRecord: version, digestAlgorithms…
    if (first?.is('universal', 2) && second?.is('universal', 16) && third) {
      return { kind: 'evidence-record', ...none }
    }
  } catch (error) {
    if (!(error instanceof FormatError)) throw error
    // cut short or broken further in: its reader says where
    if (Buffer.from(bytes.subarray(0, 24)).includes(signedDataOid)) return { kind: 'cms', ...none }
  }
  return { kind: 'unknown', ...none }
}

const signedDataOid = Buffer.from(der.oid(SIGNED_DATA))

/** A time-stamp token is SignedData around a TSTInfo; what cannot be opened further is told by who reads it. */
function recognizeSignedData(bytes: Uint8Array, content: DerElement | undefined): Recognized {
  const encapsulated = content?.children[0]?.children[2]
  const type = encapsulated?.constructed ? encapsulated.children[0] : undefined
  const isToken = type?.is('universal', 6) && readOid(type) === TST_INFO
  return { kind: isToken ? 'timestamp' : 'cms', bytes, forgiven: [], findings: [] }
}

/** TimeStampResp: the token counts; that it was not granted is a finding (RFC 3161, 2.4.2). */
function recognizeResponse(bytes: Uint8Array): Recognized {
  const { status, token } = parseTimeStampResponse(bytes)
  if (!token) return { kind: 'unknown', bytes, forgiven: [], findings: [] }
  const findings = status <= 1 ? [] : [finding('TIME_STAMP_NOT_GRANTED', String(status))]
  return { kind: 'timestamp', bytes: token, forgiven: [], findings }
}

/** PEM with a CMS label, or base64 alone, which Italian and German archives are full of. */
function decodeText(bytes: Uint8Array): { bytes: Uint8Array; form: string } | null {
  if (bytes.length > MAX_TEXT || bytes.subarray(0, 64).some((octet) => octet > 0x7e)) return null
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1').trim()
  const label = /^-----BEGIN (CMS|PKCS7|PKCS #7 SIGNED DATA)-----/m.exec(text)?.[1]
  if (label) {
    const [first] = parsePem(text, label)
    return first ? { bytes: first, form: 'PEM' } : null
  }
  const compact = text.replace(/\s+/g, '')
  return compact !== '' && isBase64(compact)
    ? { bytes: Buffer.from(compact, 'base64'), form: 'BASE64' }
    : null
}
