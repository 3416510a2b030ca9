import {
  attributeOids,
  attributeValues,
  type DigestName,
  FormatError,
  isEqual,
  isProtectedAlgorithm,
  parseAlgorithmProtection,
  parseContentType,
  parseDer,
  parseMessageDigest,
  readOid,
  readSequence,
  readSet,
  type SignatureAlgorithm,
  type SignerInfo,
} from '../../formats/index.ts'
import type { DigestFacts, FormatFinding } from '../facts.ts'
import { encodeInDer } from './der-form.ts'
import { finding } from './findings.ts'
import type { DigestText, SignerSubject } from './signer-subject.ts'

/** null where the bytes are not what they should be. */
function readOrNull<T>(read: () => T): T | null {
  try {
    return read()
  } catch (error) {
    if (error instanceof FormatError) return null
    throw error
  }
}

/** message-digest: once, one value, the content's (RFC 5652, 5.4 and 11.2). */
export function checkMessageDigest(
  subject: SignerSubject,
  { name, text }: DigestText,
  findings: FormatFinding[],
): DigestFacts[] {
  const found = attributeValues(subject.info.signedAttributes, 'message-digest')
  if (found.attributes === 0) findings.push(finding('MESSAGE_DIGEST_ABSENT'))
  if (found.values.length > 1) findings.push(finding('MESSAGE_DIGEST_DUPLICATE'))
  const expected = name && subject.contentDigest(name)
  return found.values.map((value) => {
    const stated = readOrNull(() => parseMessageDigest(value))
    if (!stated) findings.push(finding('ATTRIBUTE_MALFORMED', 'message-digest'))
    return {
      kind: subject.digestKind,
      digest: text,
      found: Boolean(expected),
      intact: Boolean(expected && stated && isEqual(expected, stated)),
    }
  })
}

/** content-type: once, one value, eContentType; absent in a counter-signature (RFC 5652, 5.3, 11.1 and 11.4). */
export function checkContentType(subject: SignerSubject, findings: FormatFinding[]): void {
  const { attributes, values } = attributeValues(subject.info.signedAttributes, 'content-type')
  if (subject.contentType === null) {
    if (attributes > 0) findings.push(finding('CONTENT_TYPE_IN_COUNTER_SIGNATURE'))
    return
  }
  if (attributes === 0) findings.push(finding('CONTENT_TYPE_ABSENT'))
  if (values.length > 1) findings.push(finding('CONTENT_TYPE_DUPLICATE'))
  for (const value of values) {
    const stated = readOrNull(() => parseContentType(value))
    if (stated === null) findings.push(finding('ATTRIBUTE_MALFORMED', 'content-type'))
    else if (stated !== subject.contentType) {
      findings.push(finding('CONTENT_TYPE_MISMATCH', `${stated}, ${subject.contentType}`))
    }
  }
}

/** CMSAlgorithmProtection, where there is one: once, and the SignerInfo's own algorithms (RFC 6211, 2; RFC 8933, 3). */
export function checkProtection(
  info: SignerInfo,
  digest: DigestName | null,
  algorithm: SignatureAlgorithm | null,
  findings: FormatFinding[],
): void {
  const { values } = attributeValues(info.signedAttributes, 'cms-algorithm-protection')
  if (values.length > 1) findings.push(finding('ALGORITHM_PROTECTION_DUPLICATE'))
  for (const value of values) {
    const stated = readOrNull(() => parseAlgorithmProtection(value))
    if (!stated) findings.push(finding('ATTRIBUTE_MALFORMED', 'cms-algorithm-protection'))
    else if (!digest || !algorithm || !isProtectedAlgorithm(stated, digest, algorithm)) {
      findings.push(finding('ALGORITHM_PROTECTION_MISMATCH'))
    }
  }
}

/**
 * What the value is over (RFC 5652, 5.4): the set in DER, whatever the form it came in. Findings: attributes that came
 * otherwise (5.3), and a type that stands twice, except content-time-stamp (EN 319 122-1 V1.3.1, 5.2.8: of several
 * authorities).
 */
export function readSignedAttributes(set: Uint8Array, findings: FormatFinding[]): Uint8Array {
  const strict = readOrNull(() => readSet(parseDer(set)))
  const attributes = strict ?? readSet(parseDer(set, { mode: 'ber' }))
  const seen = new Set<string>()
  let inOrder = strict !== null
  attributes.forEach((attribute, index) => {
    const oid = readOid(readSequence(attribute)[0]!)
    if (seen.has(oid) && !repeatable.has(oid)) findings.push(finding('SIGNED_ATTRIBUTE_DUPLICATE', oid))
    seen.add(oid)
    const before = attributes[index - 1]
    if (before && Buffer.compare(before.bytes, attribute.bytes) > 0) inOrder = false
  })
  if (inOrder) return set
  findings.push(finding('SIGNED_ATTRIBUTES_NOT_DER'))
  return readOrNull(() => encodeInDer(parseDer(set, { mode: 'ber' }))) ?? set
}

const repeatable: ReadonlySet<string> = new Set([attributeOids['content-time-stamp']])

const SET = 0x31

/**
 * Whether content is itself the signed attributes of another signature, which then verifies without any: what RFC 5652 does
 * not keep apart (draft-vangeest-lamps-cms-euf-cma-signeddata).
 */
export function isSignedAttributes(content: Uint8Array): boolean {
  if (content[0] !== SET) return false
  const types = readOrNull(() =>
    readSet(parseDer(content, { mode: 'ber' })).map((attribute) => readOid(readSequence(attribute)[0]!)),
  )
  return types?.includes(attributeOids['message-digest']) ?? false
}
