import { SignerError } from './errors.ts'
import { checkSignatureOptions } from './signature-options.ts'
import { buildSignedAttributes } from './signed-attributes.ts'
import type { CadesContent, CadesOptions, PreparedSignature, SignerEnvironment } from './types.ts'

/**
 * A detached CAdES signature up to its value; of the content only its digests are asked for (EN 319 122-1, clause 6).
 *
 * Throws `ERR_CADES_ENVELOPING_UNSUPPORTED`, `ERR_SIGNER_LEVEL_UNSUPPORTED`, `ERR_SIGNER_CHAIN_EMPTY`,
 * `ERR_SIGNER_ALGORITHM_FORBIDDEN`, `ERR_SIGNER_ALGORITHM_MISMATCH`, `ERR_SIGNER_KEY_WEAK`,
 * `ERR_SIGNER_KEY_UNSUPPORTED`, `ERR_SIGNER_DIGEST_LENGTH`, and what `digestOf` throws.
 */
export async function prepareCades(
  content: CadesContent,
  options: CadesOptions,
  env: Pick<SignerEnvironment, 'clock'>,
): Promise<PreparedSignature> {
  if (options.packaging !== undefined && options.packaging !== 'detached') {
    throw new SignerError('ERR_CADES_ENVELOPING_UNSUPPORTED')
  }
  const { certificate, digest, level } = checkSignatureOptions(options)
  const signedAttributes = buildSignedAttributes({
    format: 'cades',
    contentDigest: await content.digestOf(digest),
    digest,
    algorithm: options.algorithm,
    certificate,
    signingTime: env.clock(),
  })
  return {
    format: 'cades',
    level,
    digest,
    algorithm: options.algorithm,
    chain: options.chain.map(({ der }) => Buffer.from(der).toString('base64')),
    signedAttributes: Buffer.from(signedAttributes).toString('base64'),
    documentLength: content.length,
    documentSha256: content.sha256,
  }
}
