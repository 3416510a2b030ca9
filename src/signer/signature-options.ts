import type { Certificate, DigestName } from '../formats/index.ts'
import { SignerError } from './errors.ts'
import { checkSigningAlgorithm, contentDigestOf } from './select-algorithm.ts'
import type { SignatureLevel, SignatureOptions } from './types.ts'

/**
 * What every preparation checks before it touches the document.
 *
 * Throws `ERR_SIGNER_LEVEL_UNSUPPORTED`, `ERR_SIGNER_CHAIN_EMPTY`, and what `checkSigningAlgorithm` throws. Not checked:
 * the certificate itself, which is the business of `checkSigner`.
 */
export function checkSignatureOptions(options: SignatureOptions): {
  readonly certificate: Certificate
  /** The content's digest. */
  readonly digest: DigestName
  readonly level: SignatureLevel
} {
  const { level } = options
  if (level !== 'B-B' && level !== 'B-T') {
    throw new SignerError('ERR_SIGNER_LEVEL_UNSUPPORTED', { details: { level } })
  }
  const [certificate] = options.chain
  if (!certificate) throw new SignerError('ERR_SIGNER_CHAIN_EMPTY')
  checkSigningAlgorithm(certificate, options.algorithm)
  return { certificate, digest: contentDigestOf(options.algorithm), level }
}
