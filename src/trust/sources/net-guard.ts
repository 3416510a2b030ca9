import { TrustError } from '../errors.ts'
import {
  type Address,
  formatAddress,
  isIn,
  isPublic,
  type Network,
  parseAddress,
  parseNetwork,
} from './net-address.ts'

/** The addresses of a host, as text; an empty list where it has none. */
export type Lookup = (host: string) => Promise<readonly string[]>

/** What `ANKY_NET_ALLOW` lists, taken apart. */
export interface NetAllow {
  readonly hosts: ReadonlySet<string>
  readonly networks: readonly Network[]
}

const hostPattern = /^(?!-)[a-z0-9-]{1,63}(?:\.(?!-)[a-z0-9-]{1,63})*$/

/**
 * Hosts, addresses and networks (`tsa.example`, `10.0.0.5`, `10.1.0.0/16`, `fd00::/8`) that may be fetched from although
 * they are not public. Throws `ERR_TRUST_NET_ALLOW_INVALID`.
 */
export function parseNetAllow(entries: readonly string[]): NetAllow {
  const hosts = new Set<string>()
  const networks: Network[] = []
  for (const entry of entries) {
    const text = entry.trim().toLowerCase()
    const network = parseNetwork(text)
    if (network) networks.push(network)
    // a name whose last label is a number is an address that was mistyped (WHATWG URL, 3.5)
    else if (hostPattern.test(text) && !/(?:^|\.)\d+$/.test(text)) hosts.add(text)
    else throw new TrustError('ERR_TRUST_NET_ALLOW_INVALID', { details: { entry: entry.slice(0, 100) } })
  }
  return { hosts, networks }
}

/**
 * Whether `url` may be fetched: http or https, and every address of its host public or allowed. Gives the addresses that
 * were looked at, so that the connection can be made to one of them and no other.
 *
 * Throws `ERR_TRUST_URL_SCHEME`, `ERR_TRUST_URL_FORBIDDEN`, and what `lookup` throws.
 */
export async function checkUrl(url: URL, allow: NetAllow, lookup: Lookup): Promise<readonly string[]> {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new TrustError('ERR_TRUST_URL_SCHEME', { details: { scheme: url.protocol.slice(0, -1) } })
  }
  const host = url.hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase()
  const forbidden = (): TrustError =>
    new TrustError('ERR_TRUST_URL_FORBIDDEN', { details: { host: host.slice(0, 253) } })
  const literal = parseAddress(host)
  const texts = literal ? [host] : await lookup(host)
  const addresses = texts.map(parseAddress)
  if (addresses.length === 0) throw forbidden()
  if (!allow.hosts.has(host) && !addresses.every((address) => address && mayConnect(address, allow))) {
    throw forbidden()
  }
  return addresses.flatMap((address) => (address ? [formatAddress(address)] : []))
}

const mayConnect = (address: Address, { networks }: NetAllow): boolean =>
  isPublic(address) || networks.some((network) => isIn(address, network))
