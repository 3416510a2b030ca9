import {
  archiveImprintV3,
  attributeOids,
  type DigestName,
  der,
  digestBytes,
  digestImprint,
  encodeDigestAlgorithm,
  parseAtsHashIndex,
  readSignedDataBytes,
  type SignedDataBytes,
  spliceUnsignedAttribute,
} from '../../formats/index.ts'
import type { TimestampAuthority } from '../../signer/index.ts'
import { change, inSet } from './cades-parts.ts'
import type { ValidationData } from './pades-append.ts'

/** id-ri-ocsp-response (RFC 5940, 2). */
const OCSP_RESPONSE = '1.3.6.1.5.5.7.16.2'

/** `cms` with validation data where the baseline profile wants them: in SignedData (EN 319 122-1, 6.3, LT). */
export const addValidationData = (cms: Uint8Array, data: ValidationData): Uint8Array =>
  change(cms, (parts) => ({
    // RFC 5652, 5.1: 5 with other revocation information
    version: der.integer(data.ocspResponses.length > 0 ? 5 : 1),
    certificates: inSet([...parts.certificates, ...data.certificates]),
    crls: inSet([...parts.crls, ...data.crls, ...data.ocspResponses.map(encodeOther)]),
  }))

const encodeOther = (response: Uint8Array): Uint8Array =>
  der.implicit(1, der.sequence(der.oid(OCSP_RESPONSE), response))

/** `cms` with the same in attributes, as extended signatures have them (EN 319 122-2, X-L; `basic`: BasicOCSPResponse). */
export function addValuesAttributes(
  cms: Uint8Array,
  certificates: readonly Uint8Array[],
  crls: readonly Uint8Array[],
  basic: readonly Uint8Array[] = [],
): Uint8Array {
  const revocation = der.sequence(
    ...(crls.length > 0 ? [der.explicit(0, der.sequence(...crls))] : []),
    ...(basic.length > 0 ? [der.explicit(1, der.sequence(...basic))] : []),
  )
  const held = spliceUnsignedAttribute(cms, 0, {
    oid: attributeOids['certificate-values'],
    values: [der.sequence(...certificates)],
  })
  return spliceUnsignedAttribute(held, 0, { oid: attributeOids['revocation-values'], values: [revocation] })
}

/** ATSHashIndexV3 over all that `cms` holds (EN 319 122-1, 5.5.2). */
function encodeHashIndex(cms: SignedDataBytes, signer: number, digest: DigestName): Uint8Array {
  const list = (items: readonly Uint8Array[][]): Uint8Array =>
    der.sequence(...items.map((parts) => der.octetString(digestBytes(digest, ...parts))))
  const attributes = cms.signers[signer]!.unsigned.flatMap(({ type, values }) =>
    values.map((value) => [type, value]),
  )
  return der.sequence(
    encodeDigestAlgorithm(digest),
    list((cms.certificates?.members ?? []).map((bytes) => [bytes])),
    list((cms.crls?.members ?? []).map((bytes) => [bytes])),
    list(attributes),
  )
}

/** `cms` with an archive-time-stamp-v3 over its signer number `signer` and all that there is (EN 319 122-1, 5.5.3). */
export async function addArchiveTimestamp(
  cms: Uint8Array,
  content: Uint8Array,
  authority: TimestampAuthority,
  signer = 0,
): Promise<Uint8Array> {
  const digest = 'sha256'
  const bytes = readSignedDataBytes(cms)
  const value = encodeHashIndex(bytes, signer, digest)
  const { parts } = archiveImprintV3(bytes, signer, parseAtsHashIndex(value, 3))
  const imprint = digestImprint(parts, digest, {
    bytes: content,
    digest: (name) => digestBytes(name, content),
  })
  const { token } = await authority.timestamp(imprint!, digest)
  const indexed = spliceUnsignedAttribute(token, 0, {
    oid: attributeOids['ats-hash-index-v3'],
    values: [value],
  })
  return spliceUnsignedAttribute(cms, signer, {
    oid: attributeOids['archive-time-stamp-v3'],
    values: [indexed],
  })
}
