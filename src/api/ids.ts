import type { Clock, Random } from '../signer/index.ts'

interface IdSources {
  readonly clock: Clock
  readonly random: Random
}

/** UUIDv7 (RFC 9562, 5.7): 48 bits of milliseconds, the rest random. */
export function createId({ clock, random }: IdSources): string {
  const bytes = Buffer.alloc(16)
  bytes.writeUIntBE(clock().getTime(), 0, 6)
  bytes.set(random(10), 6)
  bytes[6] = 0x70 | (bytes[6]! & 0x0f)
  bytes[8] = 0x80 | (bytes[8]! & 0x3f)
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
