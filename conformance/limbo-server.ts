import { isIPv6 } from 'node:net'
import { type Certificate, type GeneralName, isEqual, subjectAltName } from '../src/formats/index.ts'
import { isSameName } from '../src/trust/index.ts'
import type { Row } from './cases.ts'

// What x509-limbo asks of a TLS peer and a signer of documents never is: the rules are in docs/disagreements.md.

const purposes: Readonly<Record<string, string>> = {
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  emailProtection: '1.3.6.1.5.5.7.3.4',
}
const anyPurpose = '2.5.29.37.0'

/** Why the peer of a path that holds is not the one a row wants, or not for its purpose; null: it is. */
export function findServerProblem(
  row: Row,
  certificate: Certificate,
  path: readonly Certificate[],
): string | null {
  const depth = row['max_chain_depth']
  if (typeof depth === 'number' && countIntermediates(path) > depth) return 'more intermediates than allowed'
  if (!servesPurpose(row, certificate)) return 'extended key usage'
  const wanted = [row['expected_peer_name'], row['expected_peer_names']].flat().filter(isRow)
  const names = subjectAltName(certificate) ?? []
  return wanted.every((name) => names.some((own) => isPeer(own, name))) ? null : 'peer name'
}

const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null

/** Self-issued certificates do not count. */
const countIntermediates = (path: readonly Certificate[]): number =>
  path.slice(1, -1).filter(({ subject, issuer }) => !isSameName(subject, issuer)).length

/** A certificate that names no purpose serves any. */
function servesPurpose(row: Row, { extKeyUsage = [] }: Certificate): boolean {
  const listed = Array.isArray(row['extended_key_usage']) ? row['extended_key_usage'] : []
  const wanted = listed.length > 0 ? listed : row['validation_kind'] === 'SERVER' ? ['serverAuth'] : []
  if (extKeyUsage.length === 0 || extKeyUsage.includes(anyPurpose)) return true
  return wanted.every((name) => extKeyUsage.includes(purposes[String(name)] ?? ''))
}

/** RFC 9525, 6.3 for hosts (one wildcard, the whole first label), octet by octet for addresses and mailboxes. */
function isPeer(own: GeneralName, { kind, value }: Row): boolean {
  const text = String(value)
  if (kind === 'DNS')
    return own.kind === 'dNSName' && isHostNamed(text.toLowerCase(), own.value.toLowerCase())
  if (kind === 'IP') return own.kind === 'iPAddress' && isEqual(own.octets, addressOctets(text))
  return kind === 'RFC822' && own.kind === 'rfc822Name' && own.value === text
}

const isHostNamed = (host: string, name: string): boolean =>
  name.startsWith('*.')
    ? host.includes('.') && host.slice(host.indexOf('.')) === name.slice(1)
    : host === name

function addressOctets(text: string): Uint8Array {
  if (!isIPv6(text)) return Uint8Array.from(text.split('.').map(Number))
  const [head = '', tail] = text.split('::')
  const groups = (part: string | undefined): number[] =>
    part ? part.split(':').map((group) => Number.parseInt(group, 16)) : []
  const [left, right] = [groups(head), groups(tail)]
  const middle = tail === undefined ? 0 : 8 - left.length - right.length
  const all = [...left, ...Array<number>(middle).fill(0), ...right]
  return Uint8Array.from(all.flatMap((group) => [group >> 8, group & 0xff]))
}
