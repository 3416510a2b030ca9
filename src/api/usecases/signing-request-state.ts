import { type Conformity, type PreparedSignature, parsePreparedSignature } from '../../signer/index.ts'

/** What a signing request keeps between its two steps, beside the document. */
export interface SigningRequestState {
  readonly prepared: PreparedSignature
  /** CAdES: the content's digest by `prepared.digest`, since the content itself is not kept. */
  readonly contentDigest: Uint8Array | null
  readonly conformity: Conformity
}

export const encodeState = ({ contentDigest, ...rest }: SigningRequestState): string =>
  JSON.stringify({
    ...rest,
    contentDigest: contentDigest && Buffer.from(contentDigest).toString('base64'),
  })

/** Reads back what `encodeState` wrote. Throws `ERR_SIGNER_STATE_INVALID` where the prepared signature was altered. */
export function decodeState(text: string): SigningRequestState {
  const { prepared, contentDigest, ...rest } = JSON.parse(text) as Omit<
    SigningRequestState,
    'contentDigest'
  > & {
    contentDigest: string | null
  }
  return {
    ...rest,
    prepared: parsePreparedSignature(prepared),
    contentDigest: contentDigest === null ? null : Buffer.from(contentDigest, 'base64'),
  }
}
