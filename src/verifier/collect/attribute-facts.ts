import {
  type AttributeName,
  attributeValues,
  FormatError,
  parseCommitmentType,
  parseContentType,
  parseMimeType,
  parseSignaturePolicy,
  parseSignerAttributes,
  parseSignerLocation,
  parseSigningTime,
  type SignerInfo,
} from '../../formats/index.ts'
import type { FormatFinding, SignedAttributeFacts } from '../facts.ts'
import { finding } from './findings.ts'

/** What the signer says of itself in the signed attributes, and which of them cannot be read. */
export function describeAttributes(
  info: SignerInfo,
  findings: FormatFinding[],
): { attributes: SignedAttributeFacts; claimedTime: string | null } {
  const readAll = <T>(name: AttributeName, read: (value: Uint8Array) => T): T[] =>
    attributeValues(info.signedAttributes, name).values.flatMap((value) => {
      try {
        return [read(value)]
      } catch (error) {
        if (!(error instanceof FormatError)) throw error
        findings.push(finding('ATTRIBUTE_MALFORMED', name))
        return []
      }
    })
  const times = readAll('signing-time', parseSigningTime)
  if (attributeValues(info.signedAttributes, 'signing-time').values.length > 1) {
    findings.push(finding('SIGNING_TIME_DUPLICATE'))
  }
  const policies = readAll('signature-policy-identifier', parseSignaturePolicy)
  const contentTypes = attributeValues(info.signedAttributes, 'content-type').values
  const roles = [
    ...readAll('signer-attributes-v2', parseSignerAttributes),
    ...readAll('signer-attributes', parseSignerAttributes),
  ]
  const places = readAll('signer-location', parseSignerLocation)
  return {
    claimedTime: times[0]?.toISOString() ?? null,
    attributes: {
      contentType: contentTypes[0] ? readContentType(contentTypes[0]) : null,
      mimeType: readAll('mime-type', parseMimeType)[0] ?? null,
      signaturePolicy: policies[0] ? (policies[0].kind === 'implied' ? 'implied' : policies[0].oid) : null,
      commitmentTypes: readAll('commitment-type-indication', parseCommitmentType),
      location: places[0] ? formatPlace(places[0]) : null,
      claimedRoles: roles.flatMap(({ claimedRoles }) => claimedRoles),
    },
  }
}

/** null where malformed, which is told with the check against eContentType. */
function readContentType(value: Uint8Array): string | null {
  try {
    return parseContentType(value)
  } catch (error) {
    if (error instanceof FormatError) return null
    throw error
  }
}

const formatPlace = (place: ReturnType<typeof parseSignerLocation>): string =>
  [...place.postalAddress, place.locality, place.country].filter((part) => part !== null).join(', ')
