import {
  type Certificate,
  der,
  encodeName,
  encodeTbsCertificate,
  parseCertificate,
} from '../../formats/index.ts'
import { entityOf, privateKeyOf } from '../entity.ts'
import { profiles } from '../pki.ts'
import { encodeExtensions, keyIdentifierOf } from '../profiles.ts'
import { encodeSigned, signatureAlgorithmFor, signBytes } from '../sign.ts'
import { assemble } from './assemble.ts'
import type { AttackCase } from './attack-case.ts'
import { publicKeyOf } from './certificates.ts'
import { type Attack, indeterminate } from './types.ts'
import { type AttackWorld, sound } from './world.ts'

const row = 'path bombs'
const COMMON_NAME = '2.5.4.3'

interface Party {
  readonly name: string
  /** Whose key in the world it uses. */
  readonly key: 'doctor-01' | 'doctor-p384' | 'ocsp' | 'tsa-eku-mixed'
}

const ca = (name: string, key: Party['key']): Party => ({ name, key })
let serial = 0

/** `count` certificates of `subject` by `issuer`, both self-made CAs, that differ in their signature values alone. */
function crossMany(
  world: AttackWorld,
  subject: Party,
  issuer: Party,
  count: number,
  extensions: readonly Uint8Array[] = [],
): Certificate[] {
  const signer = privateKeyOf(entityOf(world.pki, issuer.key))
  const publicKey = publicKeyOf(privateKeyOf(entityOf(world.pki, subject.key)))
  const signatureAlgorithm = signatureAlgorithmFor(signer)
  const nameOf = (party: Party): Uint8Array => encodeName([[{ oid: COMMON_NAME, value: party.name }]])
  const tbs = encodeTbsCertificate({
    serialNumber: Uint8Array.of(0x40, ++serial >> 8, serial & 0xff),
    signatureAlgorithm,
    issuer: nameOf(issuer),
    notBefore: world.day(-30),
    notAfter: world.day(300),
    subject: nameOf(subject),
    publicKey,
    extensions: [
      ...encodeExtensions({
        profile: profiles.root,
        publicKey,
        issuerKeyIdentifier: keyIdentifierOf(publicKeyOf(signer)),
        places: null,
      }),
      ...extensions,
    ],
  })
  return Array.from({ length: count }, () =>
    parseCertificate(encodeSigned(tbs, signatureAlgorithm, signBytes(signer, signatureAlgorithm, tbs))),
  )
}

const cross = (
  world: AttackWorld,
  subject: Party,
  issuer: Party,
  extensions: readonly Uint8Array[] = [],
): Certificate => crossMany(world, subject, issuer, 1, extensions)[0]!

/** A record signed by a leaf below `issuer`, with `bag` inside; `bag` is put before sound certificates. */
function signedBelow(
  world: AttackWorld,
  issuer: Party,
  bag: readonly Certificate[],
  extensions: readonly Uint8Array[] = [],
): AttackCase {
  const key = privateKeyOf(entityOf(world.pki, 'nurse-02'))
  const signer = privateKeyOf(entityOf(world.pki, issuer.key))
  const algorithm = signatureAlgorithmFor(signer)
  const publicKey = publicKeyOf(key)
  const tbs = encodeTbsCertificate({
    serialNumber: Uint8Array.of(0x41, 1),
    signatureAlgorithm: algorithm,
    issuer: encodeName([[{ oid: COMMON_NAME, value: issuer.name }]]),
    notBefore: world.day(-30),
    notAfter: world.day(300),
    subject: world.certificate('nurse-02').subject.der,
    publicKey,
    extensions: [
      ...encodeExtensions({
        profile: profiles.seal,
        publicKey,
        issuerKeyIdentifier: keyIdentifierOf(publicKeyOf(signer)),
        places: null,
      }),
      ...extensions,
    ],
  })
  const leaf = parseCertificate(encodeSigned(tbs, algorithm, signBytes(signer, algorithm, tbs)))
  return world.judged(assemble(world, { key, sid: leaf, certificates: [leaf, ...bag] }))
}

const extension = (oid: string, critical: boolean, value: Uint8Array): Uint8Array =>
  der.sequence(der.oid(oid), ...(critical ? [der.boolean(true)] : []), der.octetString(value))

const dnsName = (text: string): Uint8Array => der.implicit(2, der.ia5String(text))

/** So many subtrees that nothing falls under. */
const constraints = (count: number): Uint8Array => {
  const subtrees = Array.from({ length: count }, (_, at) => der.sequence(dnsName(`${at}.example`)))
  return extension('2.5.29.30', true, der.sequence(der.implicit(1, der.sequence(...subtrees))))
}

const alternativeNames = (count: number): Uint8Array =>
  extension(
    '2.5.29.17',
    false,
    der.sequence(...Array.from({ length: count }, (_, at) => dnsName(`a.${at}.invalid`))),
  )

const [a, b, c] = [ca('A', 'doctor-01'), ca('B', 'doctor-p384'), ca('C', 'ocsp')]
const noPath = indeterminate('NO_CERTIFICATE_CHAIN_FOUND', 'PATH_NOT_FOUND')

/** A sound record with `bag` put before its own certificates. */
async function soundWith(world: AttackWorld, bag: readonly Certificate[]): Promise<AttackCase> {
  const record = await world.sign({
    certificates: [...bag, world.certificate('doctor-01'), world.certificate('public-ca')],
  })
  return world.judged(record)
}

const cycle = (world: AttackWorld): Certificate[] => [
  cross(world, a, b),
  cross(world, b, c),
  cross(world, c, a),
]

const mesh = (world: AttackWorld): Certificate[] => {
  const parties = [a, b, c]
  return parties.flatMap((subject) =>
    parties.flatMap((issuer) => (subject === issuer ? [] : crossMany(world, subject, issuer, 8))),
  )
}

/** Made once: the attack and its twin differ in the signer alone. */
const thousand = new WeakMap<AttackWorld, readonly Certificate[]>()
function thousandOf(world: AttackWorld): readonly Certificate[] {
  const made = thousand.get(world) ?? crossMany(world, a, b, 1_000)
  thousand.set(world, made)
  return made
}

export const pathAttacks: readonly Attack[] = [
  {
    id: 'cross-sign-cycle',
    row,
    what: 'three CAs that certify each other in a circle, and no anchor',
    build: (world) => signedBelow(world, a, cycle(world)),
    expect: noPath,
    twin: (world) => soundWith(world, cycle(world)),
  },
  {
    id: 'cross-sign-mesh',
    row,
    what: 'three CAs that certify each other eight times in each direction',
    build: (world) => signedBelow(world, a, mesh(world)),
    expect: noPath,
    twin: (world) => soundWith(world, mesh(world)),
  },
  {
    id: 'thousand-cross-certificates',
    row,
    what: 'a thousand certificates of the issuing CA by another that nobody knows',
    build: (world) => signedBelow(world, a, thousandOf(world)),
    expect: noPath,
    twin: (world) => soundWith(world, thousandOf(world)),
  },
  {
    id: 'name-constraints-bomb',
    row,
    what: 'two thousand excluded names over a signer with two thousand names',
    build: (world) =>
      signedBelow(world, a, [cross(world, a, a, [constraints(2_000)])], [alternativeNames(2_000)]),
    expect: noPath,
    twin: sound,
  },
  {
    id: 'name-constraints-bomb-anchored',
    row,
    what: 'the same under an anchor of its own',
    build: (world) => {
      const top = cross(world, a, a)
      const middle = cross(world, b, a, [constraints(2_000)])
      const below = cross(world, c, b)
      return { ...signedBelow(world, c, [below, middle, top], [alternativeNames(2_000)]), anchors: [top] }
    },
    expect: indeterminate('CERTIFICATE_CHAIN_GENERAL_FAILURE', 'PATH_BUDGET_EXHAUSTED'),
    twin: sound,
  },
  {
    id: 'self-issued-chain',
    row,
    what: 'a CA that certified itself two hundred times over',
    build: (world) => signedBelow(world, a, crossMany(world, a, a, 200)),
    expect: noPath,
    twin: sound,
  },
]
