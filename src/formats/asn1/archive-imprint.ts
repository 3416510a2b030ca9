import { FormatError } from '../errors.ts'
import { type AtsHashIndex, compareAtsHashIndex, type IndexComparison } from './ats-hash-index.ts'
import type { SignedDataBytes, SignerInfoBytes } from './cms-bytes.ts'
import type { ImprintPart } from './imprint.ts'

/** The signer `signerIndex` (0…). Throws `ERR_CMS_SIGNER_UNKNOWN`. */
export function signerBytesOf(cms: SignedDataBytes, signerIndex: number): SignerInfoBytes {
  const signer = cms.signers[signerIndex]
  if (!signer) throw new FormatError('ERR_CMS_SIGNER_UNKNOWN', { details: { index: signerIndex } })
  return signer
}

export interface ArchiveImprintV3 {
  readonly parts: readonly ImprintPart[]
  /** The signed content, the signature with its signed attributes, and these are proved to have existed. */
  readonly index: IndexComparison
}

/**
 * What archive-time-stamp-v3 is over (EN 319 122-1 V1.3.1, 5.5.3): eContentType, the digest of the signed content by the
 * imprint's algorithm, the SignerInfo's fields from version to signature, and the hash index, every one as it is encoded.
 * Where `index.missing` is not empty, what was archived is not there any more, whatever the imprint says.
 *
 * Throws `ERR_CMS_SIGNER_UNKNOWN`, `ERR_ALGORITHM_UNSUPPORTED`. Not checked: that the index's digest is the imprint's.
 */
export function archiveImprintV3(
  cms: SignedDataBytes,
  signerIndex: number,
  index: AtsHashIndex,
): ArchiveImprintV3 {
  const signer = signerBytesOf(cms, signerIndex)
  return {
    parts: [cms.contentType, 'content-digest', ...signer.fields, index.bytes],
    index: compareAtsHashIndex(index, cms, signer),
  }
}
