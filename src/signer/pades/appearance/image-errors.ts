import { SignerError } from '../../errors.ts'

export const damagedImage = (part: string, cause?: unknown): SignerError =>
  new SignerError('ERR_PADES_IMAGE_DAMAGED', { details: { part }, cause })

export const unsupportedImage = (kind: string): SignerError =>
  new SignerError('ERR_PADES_IMAGE_UNSUPPORTED', { details: { kind } })
