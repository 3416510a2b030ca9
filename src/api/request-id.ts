import { BlockList, isIP } from 'node:net'
import type { Random } from '../signer/index.ts'

interface NodeBindings {
  readonly incoming?: { readonly socket?: { readonly remoteAddress?: string } }
}

/** Who speaks to us, seen through the proxies that are trusted. */
export class ClientAddresses {
  readonly #trusted = new BlockList()

  /** Addresses and networks (`10.0.0.0/8`). */
  constructor(trustedProxies: readonly string[]) {
    for (const entry of trustedProxies) {
      const [address, bits] = entry.split('/')
      const family = isIP(address!) === 6 ? 'ipv6' : 'ipv4'
      if (bits === undefined) this.#trusted.addAddress(address!, family)
      else this.#trusted.addSubnet(address!, Number(bits), family)
    }
  }

  /** The nearest address that is no trusted proxy, and whether a proxy stands between; null where it is not known. */
  find(headers: Headers, env: unknown): { address: string | null; proxied: boolean } {
    const remote = plain((env as NodeBindings | undefined)?.incoming?.socket?.remoteAddress ?? '')
    if (!this.#isTrusted(remote)) return { address: remote || null, proxied: false }
    const hops = (headers.get('x-forwarded-for') ?? '').split(',').map((hop) => plain(hop.trim()))
    const client = hops.reverse().find((hop) => isIP(hop) !== 0 && !this.#isTrusted(hop))
    return { address: client ?? remote, proxied: true }
  }

  #isTrusted(address: string): boolean {
    const family = isIP(address)
    return family !== 0 && this.#trusted.check(address, family === 6 ? 'ipv6' : 'ipv4')
  }
}

const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '')

/** An id for the request: the trusted proxy's, if it sent a decent one, or a new one. */
export function requestIdOf(headers: Headers, proxied: boolean, random: Random): string {
  const given = proxied ? headers.get('x-request-id') : null
  return given && /^[\w.-]{8,64}$/.test(given) ? given : Buffer.from(random(12)).toString('hex')
}
