import {
  type Attribute,
  attributeName,
  FormatError,
  parseAdbeRevocation,
  parseCertificateValues,
  parseRevocationValues,
  type RevocationValues,
  readSignedDataRevocations,
  type SignedData,
} from '../../formats/index.ts'
import type { EmbeddedFacts, FormatFinding } from '../facts.ts'
import { type FindingCode, finding } from './findings.ts'
import type { Registry } from './registry.ts'

type Origin = EmbeddedFacts['origin']

/** What is put into the registry from one place, and what of it could not be read. */
export interface EmbeddedCollector {
  readonly embedded: EmbeddedFacts[]
  readonly findings: FormatFinding[]
}

/** A thousand unreadable certificates are one finding. */
function noteOnce({ findings }: EmbeddedCollector, code: FindingCode, detail: string): void {
  if (!findings.some((known) => known.code === code && known.detail === detail)) {
    findings.push(finding(code, detail))
  }
}

export function addCertificates(
  out: EmbeddedCollector,
  registry: Registry,
  certificates: readonly Uint8Array[],
  origin: Origin,
): string[] {
  return certificates.flatMap((bytes) => {
    const object = registry.addCertificate(bytes)
    if (object === null) {
      noteOnce(out, 'CERTIFICATE_UNREADABLE', origin)
      return []
    }
    out.embedded.push({ object, kind: 'certificate', origin })
    return [object]
  })
}

function addRevocations(
  out: EmbeddedCollector,
  registry: Registry,
  values: Omit<RevocationValues, 'others'>,
  origin: Origin,
): string[] {
  const add = (kind: 'crl' | 'ocsp', bytes: Uint8Array): string[] => {
    const object = registry.addRevocation(bytes, 'embedded')
    if (object === null) {
      noteOnce(out, 'REVOCATION_DATA_UNREADABLE', origin)
      return []
    }
    out.embedded.push({ object, kind, origin })
    return [object]
  }
  return [
    ...values.crls.flatMap((bytes) => add('crl', bytes)),
    ...values.ocspResponses.flatMap((bytes) => add('ocsp', bytes)),
    ...values.basicOcspResponses.flatMap((bytes) => add('ocsp', bytes)),
  ]
}

/** The same of all under `crls` of a SignedData; where that is malformed, nothing of it. */
export function addSignedDataRevocations(
  out: EmbeddedCollector,
  registry: Registry,
  { der: cms, hasRevocationInfo }: SignedData,
  origin: Origin,
): void {
  if (!hasRevocationInfo) return
  try {
    addRevocations(out, registry, readSignedDataRevocations(cms), origin)
  } catch (error) {
    if (!(error instanceof FormatError)) throw error
    noteOnce(out, 'REVOCATION_DATA_UNREADABLE', origin)
  }
}

/** Readers of the attributes that hold validation data, and what their contents are called. */
const readers = {
  'certificate-values': (out: EmbeddedCollector, registry: Registry, value: Uint8Array) =>
    addCertificates(out, registry, parseCertificateValues(value), 'certificate-values'),
  'revocation-values': (out: EmbeddedCollector, registry: Registry, value: Uint8Array) =>
    addRevocations(out, registry, parseRevocationValues(value), 'revocation-values'),
  'adbe-revocation-info-archival': (out: EmbeddedCollector, registry: Registry, value: Uint8Array) =>
    addRevocations(out, registry, parseAdbeRevocation(value), 'adbe-revocation'),
}

/** Ids of what an attribute's value brings along; none where it holds no validation data or cannot be read. */
export function addAttributeValue(
  out: EmbeddedCollector,
  registry: Registry,
  attribute: Attribute,
  value: Uint8Array,
): string[] {
  const name = attributeName(attribute.oid)
  const read = name !== null && name in readers ? readers[name as keyof typeof readers] : undefined
  if (!read) return []
  try {
    return read(out, registry, value)
  } catch (error) {
    if (!(error instanceof FormatError)) throw error
    // most are unsigned: whoever puts in a malformed one does not make the signature fail
    const code = name === 'certificate-values' ? 'CERTIFICATE_UNREADABLE' : 'REVOCATION_DATA_UNREADABLE'
    noteOnce(out, code, name ?? attribute.oid)
    return []
  }
}
