import { type Attribute, type AttributeName, attributeName, type SignerInfo } from '../../formats/index.ts'
import type { FormatFinding, SignatureFacts, TimestampFacts } from '../facts.ts'
import { finding } from './findings.ts'
import type { UnsignedContents } from './unsigned-contents.ts'

/** A signature whose time-stamps are looked for. */
export interface SignedSubject {
  readonly id: string
  readonly info: SignerInfo
  /** Number of its SignerInfo in SignedData (0…); null for a counter-signature. */
  readonly index: number | null
  /** What a counter-signature signs. */
  readonly counterSigned: SignedSubject | null
  readonly contents: UnsignedContents
  readonly signed: Pick<SignatureFacts, 'digests' | 'reference' | 'signingCertificate'>
}

/** `visit` for every value of every unsigned attribute of one of these names; numbers count from 0. */
export function eachUnsigned<T>(
  subject: SignedSubject,
  names: readonly AttributeName[],
  visit: (value: Uint8Array, name: AttributeName, attribute: number, value_: number) => T[],
): T[] {
  return subject.info.unsignedAttributes.flatMap((attribute: Attribute, at) => {
    const name = attributeName(attribute.oid)
    if (name === null || !names.includes(name)) return []
    return attribute.values.flatMap((value, number) => visit(value, name, at, number))
  })
}

/** Notes what an attribute's value turned out to hold: its id, or the finding that it cannot be read. */
export function noteToken(
  { contents }: SignedSubject,
  found: TimestampFacts | null,
  name: AttributeName,
  attribute: number,
  value: number,
  findings: FormatFinding[],
): string[] {
  if (!found) {
    findings.push(finding('TIME_STAMP_UNREADABLE', name))
    return []
  }
  contents.add(attribute, value, [found.id, ...found.embedded.map(({ object }) => object)])
  return [found.id]
}

/** A bare CMS whose signer names its certificate under the signature is CAdES (EN 319 122-1 V1.3.1, 5.2.2). */
export const formatOf = (
  format: SignatureFacts['format'],
  { attributes }: SignatureFacts['reference'],
): SignatureFacts['format'] => (format === 'CAdES' && attributes === 0 ? 'CMS' : format)
