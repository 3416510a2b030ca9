/**
 * Attributes of CMS signatures by the names of their standards: RFC 5652 (CMS), RFC 2634 and 5035 (ESS), RFC 6211,
 * RFC 3161 and RFC 5126, ETSI TS 101 733 V2.2.1, ETSI EN 319 122-1 V1.3.1 (CAdES), RFC 4998 (evidence records), ISO 32000-2
 * 12.8.3.3.2 (Adobe's revocation archive).
 */
export const attributeOids = {
  'content-type': '1.2.840.113549.1.9.3',
  'message-digest': '1.2.840.113549.1.9.4',
  'signing-time': '1.2.840.113549.1.9.5',
  'counter-signature': '1.2.840.113549.1.9.6',
  'smime-capabilities': '1.2.840.113549.1.9.15',
  'cms-algorithm-protection': '1.2.840.113549.1.9.52',
  'content-hints': '1.2.840.113549.1.9.16.2.4',
  'content-identifier': '1.2.840.113549.1.9.16.2.7',
  'content-reference': '1.2.840.113549.1.9.16.2.10',
  'signing-certificate': '1.2.840.113549.1.9.16.2.12',
  'signature-time-stamp': '1.2.840.113549.1.9.16.2.14',
  'signature-policy-identifier': '1.2.840.113549.1.9.16.2.15',
  'commitment-type-indication': '1.2.840.113549.1.9.16.2.16',
  'signer-location': '1.2.840.113549.1.9.16.2.17',
  'signer-attributes': '1.2.840.113549.1.9.16.2.18',
  'content-time-stamp': '1.2.840.113549.1.9.16.2.20',
  'complete-certificate-references': '1.2.840.113549.1.9.16.2.21',
  'complete-revocation-references': '1.2.840.113549.1.9.16.2.22',
  'certificate-values': '1.2.840.113549.1.9.16.2.23',
  'revocation-values': '1.2.840.113549.1.9.16.2.24',
  'cades-c-time-stamp': '1.2.840.113549.1.9.16.2.25',
  'time-stamped-certs-crls-references': '1.2.840.113549.1.9.16.2.26',
  'archive-time-stamp-v1': '1.2.840.113549.1.9.16.2.27',
  'attribute-certificate-references': '1.2.840.113549.1.9.16.2.44',
  'attribute-revocation-references': '1.2.840.113549.1.9.16.2.45',
  'signing-certificate-v2': '1.2.840.113549.1.9.16.2.47',
  'archive-time-stamp-v2': '1.2.840.113549.1.9.16.2.48',
  'internal-evidence-record': '1.2.840.113549.1.9.16.2.49',
  'external-evidence-record': '1.2.840.113549.1.9.16.2.50',
  'adbe-revocation-info-archival': '1.2.840.113583.1.1.8',
  'mime-type': '0.4.0.1733.2.1',
  'long-term-validation': '0.4.0.1733.2.2',
  'archive-time-stamp-v3': '0.4.0.1733.2.4',
  'ats-hash-index': '0.4.0.1733.2.5',
  'signer-attributes-v2': '0.4.0.19122.1.1',
  'signature-policy-store': '0.4.0.19122.1.3',
  'ats-hash-index-v2': '0.4.0.19122.1.4',
  'ats-hash-index-v3': '0.4.0.19122.1.5',
} as const

export type AttributeName = keyof typeof attributeOids

const names = new Map<string, AttributeName>(
  Object.entries(attributeOids).map(([name, oid]) => [oid, name as AttributeName]),
)

/** The name of an attribute's type, null where this table does not know it. */
export const attributeName = (oid: string): AttributeName | null => names.get(oid) ?? null
