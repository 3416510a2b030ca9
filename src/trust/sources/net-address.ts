/** An IPv4 or IPv6 address, IPv4 inside IPv6 taken out. */
export interface Address {
  readonly version: 4 | 6
  readonly value: bigint
}

export interface Network {
  readonly version: 4 | 6
  readonly value: bigint
  /** Leading bits that count. */
  readonly prefix: number
}

const bitsOf = (version: 4 | 6): number => (version === 4 ? 32 : 128)

/** An address in its usual text form (RFC 4291, 2.2), without a zone; null where it is none. */
export function parseAddress(text: string): Address | null {
  if (!text.includes(':')) {
    const value = parseV4(text)
    return value === null ? null : { version: 4, value }
  }
  const value = parseV6(text)
  return value === null ? null : unwrapV4(value)
}

function parseV4(text: string): bigint | null {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) {
    return null
  }
  return parts.reduce((value, part) => (value << 8n) | BigInt(part), 0n)
}

function parseV6(text: string): bigint | null {
  const halves = text.split('::')
  if (halves.length > 2) return null
  const groups = halves.map((half, i) => readGroups(half, i === halves.length - 1))
  const [head, tail] = groups
  if (!head || groups.includes(null)) return null
  const missing = 8 - head.length - (tail?.length ?? 0)
  if (tail === undefined ? missing !== 0 : missing < 1) return null
  const all = [...head, ...Array<bigint>(Math.max(missing, 0)).fill(0n), ...(tail ?? [])]
  return all.reduce((value, group) => (value << 16n) | group, 0n)
}

/** Groups of four hex digits; the last two of an address may be written as IPv4. */
function readGroups(text: string, atEnd: boolean): bigint[] | null {
  if (text === '') return []
  const out: bigint[] = []
  const parts = text.split(':')
  for (const [i, part] of parts.entries()) {
    const v4 = atEnd && i === parts.length - 1 && part.includes('.') ? parseV4(part) : null
    if (v4 !== null) out.push(v4 >> 16n, v4 & 0xffffn)
    else if (/^[0-9a-f]{1,4}$/i.test(part)) out.push(BigInt(`0x${part}`))
    else return null
  }
  return out
}

/** IPv4-mapped (::ffff:0:0/96) and NAT64 (64:ff9b::/96, RFC 6052) addresses reach the IPv4 address inside. */
function unwrapV4(value: bigint): Address {
  const upper = value >> 32n
  return upper === 0xffffn || upper === 0x64ff9bn << 64n
    ? { version: 4, value: value & 0xffffffffn }
    : { version: 6, value }
}

/** `ADDRESS` or `ADDRESS/PREFIX`; null where it is neither, or has bits set behind the prefix. */
export function parseNetwork(text: string): Network | null {
  const [base, length, ...rest] = text.split('/')
  const address = parseAddress(base ?? '')
  if (!address || rest.length > 0) return null
  const { version, value } = address
  const bits = bitsOf(version)
  if (length === undefined) return { version, value, prefix: bits }
  // a mapped network has no prefix of its own in IPv4
  if (!/^\d{1,3}$/.test(length) || Number(length) > bits || (version === 4 && base!.includes(':')))
    return null
  const prefix = Number(length)
  const hostBits = BigInt(bits - prefix)
  return (value >> hostBits) << hostBits === value ? { version, value, prefix } : null
}

/** Whether an address belongs to a network of the same version. */
export function isIn(address: Address, network: Network): boolean {
  if (address.version !== network.version) return false
  const hostBits = BigInt(bitsOf(address.version) - network.prefix)
  return address.value >> hostBits === network.value >> hostBits
}

const networks = (...texts: string[]): Network[] => texts.map((text) => parseNetwork(text)!)

/** What is not reachable from everywhere (IANA special-purpose registries, RFC 6890), multicast included. */
const special = networks(
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
)
/** All of IPv6 that is handed out for the public (RFC 4291, 2.4; IANA). */
const [globalUnicast] = networks('2000::/3')

/** Whether an address is one that anybody may reach. */
export const isPublic = (address: Address): boolean =>
  !special.some((network) => isIn(address, network)) &&
  (address.version === 4 || isIn(address, globalUnicast!))

/** Text of an address, IPv6 without shortening. */
export function formatAddress({ version, value }: Address): string {
  const width = version === 4 ? 8n : 16n
  const count = version === 4 ? 4 : 8
  const mask = (1n << width) - 1n
  const groups = Array.from({ length: count }, (_, i) => (value >> (width * BigInt(count - 1 - i))) & mask)
  return version === 4 ? groups.join('.') : groups.map((group) => group.toString(16)).join(':')
}
