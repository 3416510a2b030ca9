import type { Certificate, SignatureAlgorithm } from '../../formats/index.ts'
import {
  contentDigestOf,
  type FinishedSignature,
  finishSignature,
  imprintDigestOf,
  type PreparedSignature,
  prepareCades,
  preparePades,
} from '../../signer/index.ts'
import { ApiError } from '../errors.ts'
import type { ReceivedDocument } from '../http/received-document.ts'
import type { Service } from '../service.ts'
import type { SigningWish } from '../sign-options.ts'

/** What a signature is prepared from. */
export interface SignatureInput {
  readonly wish: SigningWish
  readonly document: ReceivedDocument
  readonly chain: readonly Certificate[]
  readonly algorithm: SignatureAlgorithm
}

/** The bytes to be signed, with what is needed to finish. Throws what the signer throws. */
export async function prepare({ deps }: Service, input: SignatureInput): Promise<PreparedSignature> {
  const { wish, document, chain, algorithm } = input
  const { level, pades, visible } = wish
  const environment = { clock: deps.clock, random: deps.random }
  if (level === 'B-T' && !deps.timestamps) throw new ApiError('ERR_API_TIMESTAMPS_ABSENT')
  const options = { chain, algorithm, level }
  if (wish.format === 'cades') return prepareCades(document, options, environment)
  const imprint = imprintDigestOf(contentDigestOf(algorithm))
  const timestampSize = level === 'B-T' ? await deps.timestamps!.tokenSize(imprint) : null
  return preparePades(
    document.bytes!,
    {
      ...options,
      ...pades,
      ...(visible && { visible }),
      ...(timestampSize !== null && { timestampSize }),
    },
    environment,
  )
}

/** Puts the value in, fetches the time-stamp. */
export const finish = (
  { deps }: Service,
  prepared: PreparedSignature,
  value: Uint8Array,
): Promise<FinishedSignature> =>
  finishSignature(prepared, value, prepared.level === 'B-T' ? deps.timestamps : null)
