import { isEqual, type PdfEncryption, type PdfRef } from '../../../formats/index.ts'

const BLOCK = 16

/**
 * Whether what stands in /Contents from `from` on is what the file's own encryption makes of zeros: a writer that encrypted
 * the empty place, as it does with every other string, and then wrote the signature over its beginning (ISO 32000-2, 7.6.2
 * has it in the clear). With AES the block that the signature ends in, and the last one, cannot be told.
 */
export function isEncryptedZeros(
  encryption: PdfEncryption,
  ref: PdfRef,
  contents: Uint8Array,
  from: number,
): boolean {
  const encryptZeros = (length: number, iv: Uint8Array): Uint8Array =>
    encryption.encrypt(ref, new Uint8Array(length), 'string', () => iv)
  if (encryption.handler.startsWith('RC4')) {
    const whole = encryptZeros(contents.length, new Uint8Array(0))
    return whole.length === contents.length && isEqual(whole.subarray(from), contents.subarray(from))
  }
  const start = Math.ceil(from / BLOCK) * BLOCK
  const first = start + BLOCK
  const last = contents.length - BLOCK
  if (contents.length % BLOCK !== 0 || last <= first) return false
  // a block of zeros is the encryption of the block before it (CBC)
  const blocks = encryptZeros(last - first, contents.subarray(start, first))
  return isEqual(blocks.subarray(BLOCK, BLOCK + last - first), contents.subarray(first, last))
}
