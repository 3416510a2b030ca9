import type { KeyObject } from 'node:crypto'
import type { Certificate } from '../formats/index.ts'
import type { Revocation } from './crl.ts'
import { TestCertsError } from './errors.ts'

/** A certificate of a built PKI, with its key where it is held here. */
export interface Entity {
  readonly name: string
  readonly certificate: Certificate
  /** null: the key is held elsewhere, in a token for example. */
  readonly key: KeyObject | null
  /** Name of the issuing entity; its own where self-signed. */
  readonly issuer: string
  readonly revocation: Revocation | null
}

/** A built PKI; certificates may be added to it. */
export interface Pki {
  /** Where the responders listen that the certificates name, without a slash at the end. */
  readonly url: string
  readonly entities: Map<string, Entity>
}

/** The entity `name`. Throws `ERR_TEST_PKI_ENTITY_UNKNOWN`. */
export function entityOf(pki: Pki, name: string): Entity {
  const entity = pki.entities.get(name)
  if (!entity) throw new TestCertsError('ERR_TEST_PKI_ENTITY_UNKNOWN', { details: { name } })
  return entity
}

/** The private key of `entity`. Throws `ERR_TEST_PKI_KEY_EXTERNAL`. */
export function privateKeyOf(entity: Entity): KeyObject {
  if (!entity.key) throw new TestCertsError('ERR_TEST_PKI_KEY_EXTERNAL', { details: { name: entity.name } })
  return entity.key
}

/** The certificates from `name` up to its root, both included. */
export function chainOf(pki: Pki, name: string): Certificate[] {
  const chain: Certificate[] = []
  for (let entity = entityOf(pki, name); ; entity = entityOf(pki, entity.issuer)) {
    if (chain.includes(entity.certificate)) {
      throw new TestCertsError('ERR_TEST_PKI_ISSUER_LOOP', { details: { name } })
    }
    chain.push(entity.certificate)
    if (entity.issuer === entity.name) return chain
  }
}

/** True where the entity issues certificates. */
export const isAuthority = (entity: Entity): boolean => entity.certificate.basicConstraints?.ca === true

/** The CAs that are their own issuers. Which of them may be trusted is the caller's business. */
export const rootsOf = (pki: Pki): Entity[] =>
  [...pki.entities.values()].filter((entity) => entity.issuer === entity.name)

/** What `issuer` issued, itself left out. */
export const issuedBy = (pki: Pki, issuer: string): Entity[] =>
  [...pki.entities.values()].filter((entity) => entity.issuer === issuer && entity.name !== issuer)

export const crlUrl = (pki: { readonly url: string }, issuer: string): string =>
  `${pki.url}/crl/${issuer}.crl`
export const ocspUrl = (pki: { readonly url: string }): string => `${pki.url}/ocsp`
export const tsaUrl = (pki: { readonly url: string }): string => `${pki.url}/tsa`
