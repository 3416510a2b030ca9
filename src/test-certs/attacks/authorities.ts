import type { Certificate } from '../../formats/index.ts'
import { makeCertificate } from '../build.ts'
import { chainOf, entityOf, type Pki, privateKeyOf } from '../entity.ts'
import { profiles } from '../pki.ts'
import { withCertificates } from './assemble.ts'
import { certify, publicKeyOf } from './certificates.ts'
import {
  afterRevocation,
  authority,
  honest,
  ignored,
  lie,
  signatureOf,
  signedByOther,
  stamped,
  tokenOver,
  twin,
  withRevoked,
} from './stamping.ts'
import type { Attack } from './types.ts'
import type { AttackWorld } from './world.ts'

const row = 'certificates of time-stamping authorities'

export const authorityAttacks: readonly Attack[] = [
  lie(
    'authority-purpose-absent',
    row,
    'no extended key usage',
    honest,
    ignored('CHAIN_CONSTRAINTS_FAILURE'),
    'tsa-eku-absent',
  ),
  lie(
    'authority-purpose-not-critical',
    row,
    'extended key usage that is not critical',
    honest,
    ignored('CHAIN_CONSTRAINTS_FAILURE'),
    'tsa-eku-not-critical',
  ),
  lie(
    'authority-purpose-mixed',
    row,
    'a second purpose',
    honest,
    ignored('CHAIN_CONSTRAINTS_FAILURE'),
    'tsa-eku-mixed',
  ),
  lie(
    'authority-expired',
    row,
    'expired when it stamped',
    honest,
    ignored('CERTIFICATE_CHAIN_GENERAL_FAILURE'),
    'tsa-expired',
  ),
  lie(
    'authority-untrusted',
    row,
    'certified by a self-made CA of the true name',
    honest,
    ignored('NO_CERTIFICATE_CHAIN_FOUND'),
    'tsa-untrusted',
  ),
  lie(
    'authority-revoked',
    row,
    'revoked for a lost key before it stamped',
    honest,
    ignored('REVOKED_NO_POE'),
    'tsa-revoked',
  ),
  {
    id: 'authority-borrowed-chain',
    row,
    what: 'a self-signed authority with the true one and its chain beside it',
    build: async (world) => {
      const cms = await world.sign()
      const key = privateKeyOf(entityOf(world.pki, 'doctor-p384'))
      const signer = authority(world, { issuer: 'further', publicKey: publicKeyOf(key), key })
      const token = tokenOver(world, signatureOf(cms), () => ({ key, signer }))
      const bag = [...chainOf(world.pki, 'tsa'), signer]
      return afterRevocation(world, stamped(cms, withCertificates(token, bag)))
    },
    expect: ignored('NO_CERTIFICATE_CHAIN_FOUND'),
    twin: async (world) => {
      const cms = await world.sign()
      const key = privateKeyOf(entityOf(world.pki, 'doctor-p384'))
      const other = authority(world, { issuer: 'further', publicKey: publicKeyOf(key), key })
      const token = tokenOver(world, signatureOf(cms), honest)
      const bag = [other, ...chainOf(world.pki, 'tsa')]
      return afterRevocation(world, stamped(cms, withCertificates(token, bag)))
    },
  },
  {
    id: 'authority-anchor-in-file',
    row,
    what: 'an authority under a root that only the file itself brings',
    build: async (world) => {
      const cms = await world.sign()
      const key = privateKeyOf(entityOf(world.pki, 'doctor-p384'))
      const top = certify(world, {
        issuer: 'further',
        subject: world.root.subject.der,
        publicKey: publicKeyOf(key),
        profile: profiles.root,
        key,
      })
      const pki = { ...world.pki, entities: new Map(world.pki.entities) }
      pki.entities.set('further-root', {
        name: 'further-root',
        issuer: 'further-root',
        certificate: top,
        key,
        revocation: null,
      })
      const signer = authorityUnder(world, pki, 'further-root')
      const token = tokenOver(world, signatureOf(cms), () => ({ signer }))
      const file = withCertificates(stamped(cms, withCertificates(token, [signer, top])), [
        ...chainOf(world.pki, 'doctor-01'),
        top,
      ])
      return afterRevocation(world, file)
    },
    expect: ignored('NO_CERTIFICATE_CHAIN_FOUND'),
    twin,
  },
  {
    id: 'authority-newer-than-its-time',
    row,
    what: 'a time from before the authority had its certificate, when the signer had one',
    build: async (world) => {
      const cms = await world.sign()
      const twist = signedByOther(() => ({ notBefore: '-5d' }))
      const token = tokenOver(world, signatureOf(cms), (input, w) => ({
        ...twist(input, w),
        genTime: w.day(-20),
      }))
      return afterRevocation(world, stamped(cms, token))
    },
    expect: ignored('SIG_CONSTRAINTS_FAILURE'),
    twin: async (world) => {
      const cms = await world.sign()
      const token = tokenOver(
        world,
        signatureOf(cms),
        signedByOther(() => ({ notBefore: '-5d' })),
      )
      return afterRevocation(world, stamped(cms, token))
    },
  },
  ...(['keyCompromise', 'superseded'] as const).map(
    (reason): Attack => ({
      id: `authority-revoked-later-${reason.toLowerCase()}`,
      row,
      what: `the authority revoked (${reason}) after it stamped: with no younger proof its word counts for nothing`,
      build: async (world) => {
        const { file } = await twin(world)
        return afterRevocation(world, file, {}, withRevoked(world.pki, 'tsa', world.day(6), reason))
      },
      expect: ignored('REVOKED_NO_POE'),
      twin,
    }),
  ),
]

/** An authority certified by an entity of another PKI. */
const authorityUnder = (world: AttackWorld, pki: Pki, issuer: string): Certificate =>
  makeCertificate(
    pki,
    {
      name: 'further',
      issuer,
      subject: world.certificate('tsa').subject.der,
      publicKey: world.certificate('tsa').publicKey,
      profile: profiles.timestamping,
      notBefore: '-30d',
      notAfter: '+2y',
    },
    world.env(),
  )
