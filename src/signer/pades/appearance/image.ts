import { SignerError } from '../../errors.ts'
import type { EmbeddableImage } from './embeddable-image.ts'
import { damagedImage } from './image-errors.ts'
import { isJpeg, readJpeg } from './jpeg.ts'
import { isPng, readPng } from './png.ts'

const maxImageBytes = 2 * 1024 * 1024
const maxImagePixels = 4 * 1024 * 1024

/**
 * Reads a PNG (8 bits, not interlaced) or JPEG (baseline or progressive, grey or colour) file. Size is held against the
 * limits before anything is unpacked.
 *
 * Throws `ERR_PADES_IMAGE_FORMAT`, `ERR_PADES_IMAGE_UNSUPPORTED`, `ERR_PADES_IMAGE_DAMAGED`,
 * `ERR_PADES_IMAGE_TOO_LARGE`. The entropy-coded data of a JPEG is not looked at, nor are colour profiles.
 */
export async function readImage(bytes: Uint8Array): Promise<EmbeddableImage> {
  if (bytes.length > maxImageBytes) throw tooLarge()
  if (isPng(bytes)) return await readPng(bytes, checkSize)
  if (isJpeg(bytes)) return readJpeg(bytes, checkSize)
  throw new SignerError('ERR_PADES_IMAGE_FORMAT')
}

function checkSize(width: number, height: number): void {
  if (width < 1 || height < 1) throw damagedImage('size')
  if (width * height > maxImagePixels) throw tooLarge()
}

const tooLarge = (): SignerError =>
  new SignerError('ERR_PADES_IMAGE_TOO_LARGE', { details: { bytes: maxImageBytes, pixels: maxImagePixels } })
