import type { GeneralName } from '../../formats/index.ts'
import { isWithinSubtree } from './same-name.ts'

/**
 * Where a name lies with regard to a subtree of its kind: `inside`; `outside`; `touching`, where it stands for several
 * names of which some may lie inside (a wildcard); `unreadable`, where the name is not what its kind asks for.
 */
export type Position = 'inside' | 'outside' | 'touching' | 'unreadable'

type KindName<K extends GeneralName['kind']> = Extract<GeneralName, { readonly kind: K }>
type Located = KindName<
  'directoryName' | 'rfc822Name' | 'dNSName' | 'uniformResourceIdentifier' | 'iPAddress'
>

export const isLocated = (name: GeneralName): name is Located =>
  name.kind === 'directoryName' ||
  name.kind === 'rfc822Name' ||
  name.kind === 'dNSName' ||
  name.kind === 'uniformResourceIdentifier' ||
  name.kind === 'iPAddress'

/** Whether `base` means something as a subtree (RFC 5280, 4.2.1.10): an IP address has a mask of leading ones. */
export function isReadableSubtree(base: Located): boolean {
  if (base.kind === 'directoryName') return true
  if (base.kind === 'iPAddress') return isNetwork(base.octets)
  const text = base.value
  const host = base.kind === 'rfc822Name' && text.includes('@') ? splitMailbox(text)?.host : text
  return host !== undefined && (host === '' || isHost(host.replace(/^(?:\*?\.)/, '')))
}

/** Where `name` lies with regard to `base`, both of one kind, `base` readable. */
export function locate(name: Located, base: Located): Position {
  if (name.kind === 'directoryName') {
    return base.kind === 'directoryName' && isWithinSubtree(name.name, base.name) ? 'inside' : 'outside'
  }
  if (base.kind !== name.kind) return 'outside'
  if (name.kind === 'iPAddress')
    return base.kind === 'iPAddress' ? locateAddress(name.octets, base.octets) : 'outside'
  if (base.kind === 'iPAddress') return 'outside'
  if (name.kind === 'dNSName') return locateHost(name.value, base.value)
  if (name.kind === 'rfc822Name') return locateMailbox(name.value, base.value)
  return locateUri(name.value, base.value)
}

/** Letters, digits, hyphens and, as it is used, underscores; the root's dot at the end is left out. */
const hostPattern =
  /^(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?)(?:\.[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?)*$/
const isHost = (text: string): boolean => text.length <= 253 && hostPattern.test(text.replace(/\.$/, ''))

/** Lower case, without the root's dot. */
const normalHost = (text: string): string => text.toLowerCase().replace(/\.$/, '')

/**
 * dNSName: the subtree's host with any labels put in front. `.example.com` and `*.example.com`, which RFC 5280 does not
 * know, are read as what lies below `example.com`. A wildcard name touches what it may stand for.
 */
function locateHost(value: string, subtree: string): Position {
  const wildcard = value.startsWith('*.')
  const host = normalHost(wildcard ? value.slice(2) : value)
  if (!isHost(host)) return 'unreadable'
  const below = /^\*?\./.test(subtree)
  const base = normalHost(subtree.replace(/^\*?\./, ''))
  if (base === '') return 'inside'
  if (host.endsWith(`.${base}`)) return 'inside'
  if (host === base) return below && !wildcard ? 'outside' : 'inside'
  if (!wildcard) return 'outside'
  // `*` stands for one label: `*.example.com` may be `a.example.com`, and so what lies at or above that name
  const label = base.endsWith(`.${host}`) ? base.slice(0, -host.length - 1) : ''
  return label !== '' && !label.includes('.') ? 'touching' : 'outside'
}

/** The local part as it stands, the host; null where there is no such mailbox (RFC 5321, 4.1.2, Mailbox). */
function splitMailbox(text: string): { readonly local: string; readonly host: string } | null {
  const match = /^((?:[^\s@"(),:;<>[\\\]]+)|"(?:[^"\\\r\n]|\\[ -~])*")@([^@]+)$/.exec(text)
  if (!match || !isHost(match[2]!)) return null
  return { local: match[1]!, host: match[2]! }
}

/** rfc822Name: one mailbox, all of a host, or (with a leading dot) all of the hosts below a domain. */
function locateMailbox(value: string, subtree: string): Position {
  const own = splitMailbox(value)
  if (!own) return 'unreadable'
  const mailbox = splitMailbox(subtree)
  if (mailbox) {
    const same = own.local === mailbox.local && normalHost(own.host) === normalHost(mailbox.host)
    return same ? 'inside' : 'outside'
  }
  return isHostWithin(own.host, subtree) ? 'inside' : 'outside'
}

/** A host, or (with a leading dot) a host with labels in front; nothing: every host. */
function isHostWithin(host: string, subtree: string): boolean {
  const [own, base] = [normalHost(host), normalHost(subtree)]
  return base === '' || (base.startsWith('.') ? own.endsWith(base) && own.length > base.length : own === base)
}

const uriPattern = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/(?:[^/?#@]*@)?([^/?#:@[\]]+)(?::\d*)?(?:[/?#]|$)/

/** uniformResourceIdentifier: its host, which must be a name and no address (RFC 5280, 4.2.1.10). */
function locateUri(value: string, subtree: string): Position {
  const host = uriPattern.exec(value)?.[1]
  if (host === undefined || !isHost(host) || /^[\d.]+$/.test(host)) return 'unreadable'
  return isHostWithin(host, subtree) ? 'inside' : 'outside'
}

function isNetwork(octets: Uint8Array): boolean {
  if (octets.length !== 8 && octets.length !== 32) return false
  const bits = [...octets.subarray(octets.length / 2)]
    .map((octet) => octet.toString(2).padStart(8, '0'))
    .join('')
  return /^1*0*$/.test(bits)
}

function locateAddress(address: Uint8Array, network: Uint8Array): Position {
  if (address.length !== 4 && address.length !== 16) return 'unreadable'
  const width = network.length / 2
  if (address.length !== width) return 'outside'
  return address.every((octet, i) => ((octet ^ network[i]!) & network[width + i]!) === 0)
    ? 'inside'
    : 'outside'
}
