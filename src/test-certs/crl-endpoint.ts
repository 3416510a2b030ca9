import { crlInputOf } from './authority.ts'
import type { CrlBehaviour } from './behaviour.ts'
import type { Environment } from './build.ts'
import { buildCrl, type CrlInput, deltaCrlIndicator, unknownCriticalExtension } from './crl.ts'
import { type Entity, isAuthority, type Pki } from './entity.ts'
import type { Reply } from './http.ts'

const DAY_MS = 86_400_000

/** The CRL of the CA `issuer`, true or lying as `behaviour` says. Throws what `crlInputOf` throws. */
export function answerCrl(pki: Pki, issuer: string, behaviour: CrlBehaviour, env: Environment): Reply {
  const honest = crlInputOf(pki, issuer, env.clock())
  return { status: 200, type: 'application/pkix-crl', body: buildCrl(twist(honest, behaviour, pki, issuer)) }
}

function twist(honest: CrlInput, behaviour: CrlBehaviour, pki: Pki, issuer: string): CrlInput {
  if (typeof behaviour === 'object' && 'entries' in behaviour) {
    return { ...honest, entries: [...honest.entries, ...madeUpEntries(behaviour.entries, honest.thisUpdate)] }
  }
  switch (behaviour) {
    case 'stale':
      return shifted(honest, -30)
    case 'future':
      return shifted(honest, 30)
    case 'no-next-update':
      return { ...honest, nextUpdate: null }
    case 'empty':
      return { ...honest, entries: [] }
    case 'bad-signature':
      return { ...honest, badSignature: true }
    case 'wrong-key':
      return { ...honest, key: otherAuthority(pki, issuer).key! }
    case 'wrong-issuer': {
      const other = otherAuthority(pki, issuer)
      return { ...crlInputOf(pki, other.name, honest.thisUpdate) }
    }
    case 'delta':
      return { ...honest, extensions: [deltaCrlIndicator(honest.crlNumber - 1)] }
    case 'unknown-critical':
      return { ...honest, extensions: [unknownCriticalExtension()] }
    case 'unsorted':
      return { ...honest, entries: [...madeUpEntries(3, honest.thisUpdate), ...honest.entries].reverse() }
    default:
      return honest
  }
}

/** Another CA with another name and key. There is one in every PKI with a root. */
function otherAuthority(pki: Pki, issuer: string): Entity {
  const name = pki.entities.get(issuer)!.certificate.subject.der
  return [...pki.entities.values()].find(
    (entity) =>
      entity.key && isAuthority(entity) && Buffer.compare(entity.certificate.subject.der, name) !== 0,
  )!
}

const shifted = (honest: CrlInput, days: number): CrlInput => ({
  ...honest,
  thisUpdate: new Date(honest.thisUpdate.getTime() + days * DAY_MS),
  nextUpdate: honest.nextUpdate && new Date(honest.nextUpdate.getTime() + days * DAY_MS),
})

function madeUpEntries(count: number, at: Date): CrlInput['entries'] {
  const revocation = { at, reason: 'superseded' } as const
  return Array.from({ length: count }, (_, i) => {
    const serialNumber = new Uint8Array(16)
    serialNumber[0] = 0x20
    new DataView(serialNumber.buffer).setUint32(12, i)
    return { serialNumber, revocation }
  })
}
