import {
  attributeOids,
  type Certificate,
  digestBytes,
  parseSignedData,
  spliceUnsignedAttribute,
} from '../../formats/index.ts'
import { chainOf, entityOf, type Pki, privateKeyOf } from '../entity.ts'
import { profiles, type TestEntityName } from '../pki.ts'
import { buildTimestampToken, type TokenInput, TSA_POLICY } from '../timestamp.ts'
import type { AttackCase } from './attack-case.ts'
import { certify } from './certificates.ts'
import { type Attack, type AttackRow, type Expectation, indeterminate } from './types.ts'
import { type AttackWorld, signedAt } from './world.ts'

export type Twist = (input: TokenInput, world: AttackWorld) => Partial<TokenInput>
export const honest: Twist = () => ({})

/** A token over `value` that is true but for `twist`. */
export function tokenOver(
  world: AttackWorld,
  value: Uint8Array,
  twist: Twist,
  tsa: TestEntityName = 'tsa',
): Uint8Array {
  const input: TokenInput = {
    signer: world.certificate(tsa),
    key: privateKeyOf(entityOf(world.pki, tsa)),
    certificates: chainOf(world.pki, tsa).slice(0, -1),
    imprint: digestBytes('sha256', value),
    digest: 'sha256',
    policy: TSA_POLICY,
    serialNumber: Uint8Array.of(7),
    genTime: signedAt,
    nonce: null,
  }
  return buildTimestampToken({ ...input, ...twist(input, world) })
}

export const signatureOf = (cms: Uint8Array): Uint8Array => parseSignedData(cms).signerInfos[0]!.signature

export const stamped = (cms: Uint8Array, token: Uint8Array): Uint8Array =>
  spliceUnsignedAttribute(cms, 0, { oid: attributeOids['signature-time-stamp'], values: [token] })

/** The same PKI in which one certificate was revoked. */
export function withRevoked(
  pki: Pki,
  name: TestEntityName,
  at: Date,
  reason: 'keyCompromise' | 'superseded' | 'certificateHold' = 'keyCompromise',
): Pki {
  const entities = new Map(pki.entities)
  entities.set(name, { ...entityOf(pki, name), revocation: { at, reason } })
  return { ...pki, entities }
}

/**
 * A record that is judged after its signer's certificate was revoked: it passes only where a time-stamp that can be
 * believed proves that it is older.
 */
export function afterRevocation(
  world: AttackWorld,
  file: Uint8Array,
  changes: Partial<AttackCase> = {},
  pki: Pki = world.pki,
  tsas: readonly TestEntityName[] = ['tsa'],
): AttackCase {
  const at = changes.at ?? world.day(10)
  const revoked = withRevoked(pki, 'doctor-01', world.day(5))
  return world.judged(file, {
    evidence: world.data(at, ['doctor-01', 'nurse-02', ...tsas], revoked),
    at,
    ...changes,
  })
}

export const twin = async (world: AttackWorld): Promise<AttackCase> => {
  const cms = await world.sign()
  return afterRevocation(world, stamped(cms, tokenOver(world, signatureOf(cms), honest)))
}

export const ignored = (why: string): Expectation =>
  indeterminate('REVOKED_NO_POE', 'TIMESTAMP_NOT_VALID', why)

export const lie = (
  id: string,
  theRow: AttackRow,
  what: string,
  twist: Twist,
  expect: Expectation,
  tsa: TestEntityName = 'tsa',
): Attack => ({
  id,
  row: theRow,
  what,
  build: async (world) => {
    const cms = await world.sign()
    const file = stamped(cms, tokenOver(world, signatureOf(cms), twist, tsa))
    return afterRevocation(world, file, {}, world.pki, [tsa])
  },
  expect,
  twin,
})

/** An authority's certificate for a key that signs nothing else. */
export const authority = (world: AttackWorld, changes: Partial<Parameters<typeof certify>[1]>): Certificate =>
  certify(world, {
    issuer: 'public-ca',
    subject: world.certificate('tsa').subject.der,
    publicKey: world.certificate('tsa').publicKey,
    profile: profiles.timestamping,
    ...changes,
  })

export const signedByOther =
  (changes: (world: AttackWorld) => Partial<Parameters<typeof certify>[1]>): Twist =>
  (_, world) => {
    const signer = authority(world, changes(world))
    return { signer, certificates: [signer, world.certificate('public-ca')] }
  }
