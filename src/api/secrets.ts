import { type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import type { Random } from '../signer/index.ts'
import { sha256 } from './digest.ts'

const derive = promisify<string, Uint8Array, number, ScryptOptions, Buffer>(scrypt)
/** 32 MiB and some 60 ms a try (RFC 7914; OWASP's password storage advice, N = 2^15, r = 8). */
const cost = { N: 2 ** 15, r: 8, p: 1 } as const
const hashBytes = 32

/** SHA-256, hex, of an API key or activation token: both are 256 random bits, so that no slow hash is needed. */
export const hashToken = (token: string): string => sha256(token).toString('hex')

/** A new API key: 256 random bits. */
export const createApiKey = (random: Random): string =>
  `anky_${Buffer.from(random(32)).toString('base64url')}`

/** `scrypt$N$r$p$salt$hash`, base64url parts. */
export async function hashPin(pin: string, random: Random): Promise<string> {
  const salt = random(16)
  const hash = await derive(pin.normalize('NFC'), salt, hashBytes, memory(cost))
  return ['scrypt', cost.N, cost.r, cost.p, encode(salt), encode(hash)].join('$')
}

/** Whether `pin` is the one that was hashed, in constant time. A stored string of another form never matches. */
export async function matchesPin(pin: string, stored: string): Promise<boolean> {
  const [kind, N, r, p, salt, hash] = stored.split('$')
  const parameters = { N: Number(N), r: Number(r), p: Number(p) }
  const expected = Buffer.from(hash ?? '', 'base64url')
  if (kind !== 'scrypt' || !salt || expected.length !== hashBytes) return false
  const actual = await derive(
    pin.normalize('NFC'),
    Buffer.from(salt, 'base64url'),
    hashBytes,
    memory(parameters),
  )
  return timingSafeEqual(actual, expected)
}

const encode = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')
const memory = (of: { N: number; r: number; p: number }): ScryptOptions => ({
  ...of,
  maxmem: 192 * of.N * of.r,
})
