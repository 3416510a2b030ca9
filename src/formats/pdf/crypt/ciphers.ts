import { createCipheriv, createDecipheriv } from 'node:crypto'

/** RC4, which OpenSSL 3 no longer offers. Encrypts and decrypts alike. */
export function rc4(key: Uint8Array, data: Uint8Array): Uint8Array {
  const state = new Uint8Array(256)
  for (let i = 0; i < 256; i++) state[i] = i
  for (let i = 0, j = 0; i < 256; i++) {
    j = (j + state[i]! + key[i % key.length]!) & 255
    const held = state[i]!
    state[i] = state[j]!
    state[j] = held
  }
  const out = new Uint8Array(data.length)
  for (let n = 0, i = 0, j = 0; n < data.length; n++) {
    i = (i + 1) & 255
    const held = state[i]!
    j = (j + held) & 255
    state[i] = state[j]!
    state[j] = held
    out[n] = data[n]! ^ state[(state[i]! + held) & 255]!
  }
  return out
}

const cbc = (key: Uint8Array): string => (key.length === 32 ? 'aes-256-cbc' : 'aes-128-cbc')

/** AES-CBC without padding; the length must be a multiple of 16. */
export function decryptBlocks(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array {
  const decipher = createDecipheriv(cbc(key), key, iv).setAutoPadding(false)
  return Buffer.concat([decipher.update(data), decipher.final()])
}

/** AES-CBC without padding; the length must be a multiple of 16. */
export function encryptBlocks(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array {
  const cipher = createCipheriv(cbc(key), key, iv).setAutoPadding(false)
  return Buffer.concat([cipher.update(data), cipher.final()])
}

/** One 16-byte block of AES-256 on its own. */
export function decryptBlock(key: Uint8Array, block: Uint8Array): Uint8Array {
  const decipher = createDecipheriv('aes-256-ecb', key, null).setAutoPadding(false)
  return Buffer.concat([decipher.update(block), decipher.final()])
}

/**
 * The plain bytes of `iv ‖ AES-CBC with PKCS#7 padding` (ISO 32000-2, 7.6.3). `isWhole` is false where the length or
 * the padding is wrong; what could be decrypted is given all the same.
 */
export function decryptAes(key: Uint8Array, data: Uint8Array): { plain: Uint8Array; isWhole: boolean } {
  // Some writers leave an empty string empty.
  if (data.length === 0) return { plain: data, isWhole: true }
  const blocks = data.length - (data.length % 16)
  if (blocks < 32) return { plain: new Uint8Array(0), isWhole: data.length === 16 }
  const padded = decryptBlocks(key, data.subarray(0, 16), data.subarray(16, blocks))
  const padding = padded.at(-1)!
  const isPadded =
    padding >= 1 && padding <= 16 && padded.subarray(-padding).every((byte) => byte === padding)
  const plain = isPadded ? padded.subarray(0, padded.length - padding) : padded
  return { plain, isWhole: isPadded && blocks === data.length }
}

export function encryptAes(key: Uint8Array, iv: Uint8Array, plain: Uint8Array): Uint8Array {
  const cipher = createCipheriv(cbc(key), key, iv)
  return Buffer.concat([iv, cipher.update(plain), cipher.final()])
}
