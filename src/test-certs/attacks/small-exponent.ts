import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { concat, der, digestBytes } from '../../formats/index.ts'
import { chainOf } from '../entity.ts'
import { profiles } from '../pki.ts'
import { assemble } from './assemble.ts'
import type { AttackCase } from './attack-case.ts'
import { certify, publicKeyOf } from './certificates.ts'
import { type Attack, failed } from './types.ts'
import type { AttackWorld } from './world.ts'

const keys = new Map<number, KeyObject>()

/** RSA-2048 with this public exponent, made once. */
function keyWithExponent(exponent: number): KeyObject {
  let key = keys.get(exponent)
  if (!key) {
    key = generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: exponent }).privateKey
    keys.set(exponent, key)
  }
  return key
}

/** The smallest integer whose cube is not below `value`. */
export function cubeRoot(value: bigint): bigint {
  let low = 0n
  let high = 1n << BigInt(Math.ceil(value.toString(2).length / 3) + 1)
  while (low < high) {
    const middle = (low + high) >> 1n
    if (middle ** 3n < value) low = middle + 1n
    else high = middle
  }
  return low
}

/**
 * A value of `octets` octets that needs no key: its cube begins with `0001 FF…FF 00 DigestInfo`, eight octets of FF, and
 * goes on with what nobody should overlook (CVE-2006-4339).
 */
export function forgedValue(data: Uint8Array, octets: number): Uint8Array {
  const info = der.sequence(
    der.sequence(der.oid('2.16.840.1.101.3.4.2.1'), der.nullValue()),
    der.octetString(digestBytes('sha256', data)),
  )
  const head = concat([Uint8Array.of(0, 1), new Uint8Array(8).fill(0xff), Uint8Array.of(0), info])
  const padded = Buffer.concat([head, new Uint8Array(octets - head.length)])
  const root = cubeRoot(BigInt(`0x${padded.toString('hex')}`))
  return Buffer.from(root.toString(16).padStart(2 * octets, '0'), 'hex')
}

function signed(world: AttackWorld, exponent: number, value?: (data: Uint8Array) => Uint8Array): AttackCase {
  const key = keyWithExponent(exponent)
  const signer = certify(world, {
    issuer: 'public-ca',
    subject: world.certificate('doctor-01').subject.der,
    publicKey: publicKeyOf(key),
    profile: profiles.staff,
    ocsp: false,
  })
  const [, ca] = chainOf(world.pki, 'doctor-01')
  return world.judged(
    assemble(world, { key, sid: signer, certificates: [signer, ca!], ...(value && { value }) }),
  )
}

const row = 'forged RSA values with exponent 3'
const twin = (world: AttackWorld): AttackCase => signed(world, 65_537)

export const exponentAttacks: readonly Attack[] = [
  {
    id: 'cube-root',
    row,
    what: 'a value computed without the key, whose cube begins as a signature would',
    build: (world) => signed(world, 3, (data) => forgedValue(data, 256)),
    expect: failed('FORMAT_FAILURE', 'RSA_EXPONENT_SMALL'),
    twin,
  },
  {
    id: 'exponent-3',
    row,
    what: 'a value truly made with a key whose exponent is 3',
    build: (world) => signed(world, 3),
    expect: failed('FORMAT_FAILURE', 'RSA_EXPONENT_SMALL'),
    twin,
  },
]
