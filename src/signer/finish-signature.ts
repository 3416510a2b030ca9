import { type Attribute, digestBytes, encodeSignedData, verifySignature } from '../formats/index.ts'
import { SignerError } from './errors.ts'
import { ID_DATA, SIGNATURE_TIME_STAMP } from './oids.ts'
import type { TimestampAuthority, TimestampResult } from './ports.ts'
import { type OpenedSignature, openPrepared } from './prepared-signature.ts'
import { imprintDigestOf } from './select-algorithm.ts'
import type { FinishedSignature, PreparedSignature } from './types.ts'

/**
 * Makes the signature whole: the value as CMS carries it goes in, at B-T a signature-time-stamp over it (EN 319 122-1,
 * 5.3), and in PAdES the CMS into /Contents.
 *
 * Throws `ERR_SIGNER_STATE_INVALID`, `ERR_SIGNER_VALUE_INVALID` before anything is asked for, at B-T
 * `ERR_SIGNER_LEVEL_NOT_REACHED` without an authority, `ERR_TSP_…`, `ERR_TSP_TIME_BEFORE_CERTIFICATE` and
 * `ERR_TSP_TIME_AFTER_CERTIFICATE`; `ERR_SIGNER_CONTENTS_TOO_SMALL` where the CMS outgrows its room. Not checked: what
 * `checkBeforeRelease` checks.
 */
export async function finishSignature(
  prepared: PreparedSignature,
  signatureValue: Uint8Array,
  timestamps: TimestampAuthority | null,
): Promise<FinishedSignature> {
  const opened = openPrepared(prepared)
  const { certificate, signedAttributes } = opened
  const { algorithm, level } = prepared
  if (!verifySignature(certificate.keyObject, algorithm, signedAttributes, signatureValue)) {
    throw new SignerError('ERR_SIGNER_VALUE_INVALID')
  }
  const timestamp = level === 'B-T' ? await stamp(opened, signatureValue, timestamps) : null
  const cms = encodeSignedData({
    eContentType: ID_DATA,
    eContent: null,
    certificates: opened.chain.map(({ der }) => der),
    digest: prepared.digest,
    signer: {
      issuerAndSerialOf: certificate,
      signedAttributes,
      algorithm,
      signatureValue,
      ...(timestamp && { unsignedAttributes: [asAttribute(timestamp)] }),
    },
  })
  return {
    bytes: opened.pdf ? fillContents(opened.pdf, cms) : cms,
    cms,
    level,
    timestamp: timestamp && { genTime: timestamp.genTime },
  }
}

const asAttribute = ({ token }: TimestampResult): Attribute => ({
  oid: SIGNATURE_TIME_STAMP,
  values: [token],
})

async function stamp(
  { state, certificate }: OpenedSignature,
  signatureValue: Uint8Array,
  timestamps: TimestampAuthority | null,
): Promise<TimestampResult> {
  if (!timestamps) {
    throw new SignerError('ERR_SIGNER_LEVEL_NOT_REACHED', { details: { level: state.level } })
  }
  const digest = imprintDigestOf(state.digest)
  const result = await timestamps.timestamp(digestBytes(digest, signatureValue), digest)
  const { genTime } = result
  const details = { genTime: genTime.toISOString() }
  // EN 319 122-1, 6.3, requirement m: before the certificate expires; and no key signs before it is certified
  if (genTime < certificate.notBefore) throw new SignerError('ERR_TSP_TIME_BEFORE_CERTIFICATE', { details })
  if (genTime > certificate.notAfter) throw new SignerError('ERR_TSP_TIME_AFTER_CERTIFICATE', { details })
  return result
}

/** The CMS as hex digits between the brackets of /Contents; the zeros behind it stay (ISO 32000-2, 12.8.3.3.1). */
function fillContents(
  { appended, contents }: NonNullable<OpenedSignature['pdf']>,
  cms: Uint8Array,
): Uint8Array {
  const { start, length } = contents
  if (cms.length * 2 > length) {
    throw new SignerError('ERR_SIGNER_CONTENTS_TOO_SMALL', {
      details: { needed: cms.length, reserved: length / 2 },
    })
  }
  appended.write(Buffer.from(cms.buffer, cms.byteOffset, cms.length).toString('hex'), start, 'latin1')
  return appended
}
