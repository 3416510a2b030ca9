import { createPublicKey, type KeyObject } from 'node:crypto'
import {
  type Certificate,
  type DigestName,
  der,
  digestBytes,
  encodeDigestAlgorithm,
  encodeSignatureAlgorithm,
  encodeTbsCertificate,
  parseCertificate,
} from '../../formats/index.ts'
import { type CertificateRequest, makeCertificate } from '../build.ts'
import { chainOf, entityOf, privateKeyOf } from '../entity.ts'
import { profiles } from '../pki.ts'
import { signatureAlgorithmFor, signBytes } from '../sign.ts'
import { assemble, withCertificates } from './assemble.ts'
import { twice, without, withValues } from './attributes.ts'
import { type Attack, failed, indeterminate } from './types.ts'
import { type AttackWorld, sound } from './world.ts'

export const publicKeyOf = (key: KeyObject): Uint8Array =>
  new Uint8Array(createPublicKey(key).export({ format: 'der', type: 'spki' }))

/** A further certificate by an authority of this world, valid around the time of signing. */
export const certify = (
  world: AttackWorld,
  request: Pick<CertificateRequest, 'issuer' | 'subject' | 'publicKey' | 'profile'> &
    Partial<CertificateRequest>,
): Certificate =>
  makeCertificate(world.pki, { name: 'further', notBefore: '-30d', notAfter: '+2y', ...request }, world.env())

const keyOf = (world: AttackWorld, name: string): KeyObject => privateKeyOf(entityOf(world.pki, name))

/** A second certificate of the doctor's key, in another name. */
const otherOfSameKey = (world: AttackWorld, subject: Uint8Array): Certificate =>
  certify(world, {
    issuer: 'public-ca',
    subject,
    publicKey: world.certificate('doctor-01').publicKey,
    profile: profiles.staff,
  })

/** Certificate with everything that names `genuine`, for another key and signed with it. */
function forgeryOf(genuine: Certificate, key: KeyObject): Certificate {
  const signatureAlgorithm = signatureAlgorithmFor(key, 'sha256')
  const tbs = encodeTbsCertificate({
    serialNumber: genuine.serialNumber,
    signatureAlgorithm,
    issuer: genuine.issuer.der,
    notBefore: genuine.notBefore,
    notAfter: genuine.notAfter,
    subject: genuine.subject.der,
    publicKey: publicKeyOf(key),
    extensions: genuine.extensions.map(({ oid, critical, value }) =>
      der.sequence(der.oid(oid), ...(critical ? [der.boolean(true)] : []), der.octetString(value)),
    ),
  })
  return parseCertificate(
    der.sequence(
      tbs,
      encodeSignatureAlgorithm(signatureAlgorithm),
      der.bitString(signBytes(key, signatureAlgorithm, tbs)),
    ),
  )
}

const essOf = (certificate: Certificate, digest: DigestName = 'sha256'): Uint8Array => {
  const hash = der.octetString(digestBytes(digest, certificate.der))
  const id = digest === 'sha256' ? der.sequence(hash) : der.sequence(encodeDigestAlgorithm(digest), hash)
  return der.sequence(der.sequence(id))
}

const swapRow = 'certificate swapped'
const orderRow = 'order of the certificates inside'

export const certificateAttacks: readonly Attack[] = [
  {
    id: 'second-certificate-without-reference',
    row: swapRow,
    what: 'two certificates of one key, and no signed reference that says which',
    build: (world) => {
      const [doctor, ca] = chainOf(world.pki, 'doctor-01')
      const other = otherOfSameKey(world, world.certificate('nurse-02').subject.der)
      return world.judged(
        assemble(world, {
          key: keyOf(world, 'doctor-01'),
          sid: other,
          certificates: [doctor!, other, ca!],
          signedAttributes: without('signing-certificate-v2'),
        }),
      )
    },
    expect: indeterminate('NO_SIGNING_CERTIFICATE_FOUND', 'SIGNING_CERTIFICATE_NOT_FOUND'),
    twin: async (world) =>
      world.judged(await world.sign({ signedAttributes: without('signing-certificate-v2') })),
  },
  {
    id: 'sid-swapped',
    row: swapRow,
    what: 'SignerInfo names a second certificate of the key; the signed reference names the first',
    build: (world) => {
      const [doctor, ca] = chainOf(world.pki, 'doctor-01')
      const other = otherOfSameKey(world, world.certificate('nurse-02').subject.der)
      return world.judged(
        assemble(world, {
          key: keyOf(world, 'doctor-01'),
          sid: other,
          reference: doctor!,
          certificates: [other, doctor!, ca!],
        }),
      )
    },
    expect: failed('FORMAT_FAILURE', 'SIGNER_IDENTIFIER_MISMATCH'),
    twin: (world) => {
      const [doctor, ca] = chainOf(world.pki, 'doctor-01')
      const other = otherOfSameKey(world, world.certificate('nurse-02').subject.der)
      return world.judged(
        assemble(world, {
          key: keyOf(world, 'doctor-01'),
          sid: doctor!,
          certificates: [other, doctor!, ca!],
        }),
      )
    },
  },
  {
    id: 'reference-to-another',
    row: swapRow,
    what: 'the signed reference names the certificate of another',
    build: async (world) =>
      world.judged(
        await world.sign({
          signedAttributes: withValues('signing-certificate-v2', () => [
            essOf(world.certificate('nurse-02')),
          ]),
        }),
      ),
    expect: indeterminate('NO_SIGNING_CERTIFICATE_FOUND', 'REFERENCE_NAMES_ANOTHER'),
    twin: async (world) =>
      world.judged(
        await world.sign({
          signedAttributes: withValues('signing-certificate-v2', () => [
            essOf(world.certificate('doctor-01'), 'sha512'),
          ]),
        }),
      ),
  },
  {
    id: 'reference-twice',
    row: swapRow,
    what: 'two values of the signed reference, the right one first',
    build: async (world) =>
      world.judged(
        await world.sign({
          signedAttributes: withValues('signing-certificate-v2', (values) => [
            ...values,
            der.sequence(der.sequence(der.sequence(der.octetString(new Uint8Array(32).fill(0xff))))),
          ]),
        }),
      ),
    expect: indeterminate('SIG_CONSTRAINTS_FAILURE', 'REFERENCE_REPEATED'),
    twin: sound,
  },
  {
    id: 'reference-attribute-twice',
    row: swapRow,
    what: 'the attribute with the signed reference twice',
    build: async (world) =>
      world.judged(await world.sign({ signedAttributes: twice('signing-certificate-v2') })),
    expect: failed('FORMAT_FAILURE', 'SIGNED_ATTRIBUTE_DUPLICATE'),
    twin: sound,
  },
  {
    id: 'same-key-expired',
    row: swapRow,
    what: 'the signed reference names an expired certificate of a key that has a valid one too',
    build: (world) => {
      const [doctor, ca] = chainOf(world.pki, 'doctor-01')
      const old = certify(world, {
        issuer: 'public-ca',
        subject: doctor!.subject.der,
        publicKey: doctor!.publicKey,
        profile: profiles.staff,
        notBefore: '-300d',
        notAfter: '-10d',
      })
      return world.judged(
        assemble(world, {
          key: keyOf(world, 'doctor-01'),
          sid: old,
          certificates: [doctor!, old, ca!],
        }),
      )
    },
    expect: indeterminate(
      'CERTIFICATE_CHAIN_GENERAL_FAILURE',
      'REVOCATION_DATA_UNACCEPTABLE',
      'REVOCATION_FORGETS_CERTIFICATE',
    ),
    twin: (world) => {
      const [doctor, ca] = chainOf(world.pki, 'doctor-01')
      const old = certify(world, {
        issuer: 'public-ca',
        subject: doctor!.subject.der,
        publicKey: doctor!.publicKey,
        profile: profiles.staff,
        notBefore: '-300d',
        notAfter: '-10d',
      })
      return world.judged(
        assemble(world, { key: keyOf(world, 'doctor-01'), sid: doctor!, certificates: [old, doctor!, ca!] }),
      )
    },
  },
  {
    id: 'forged-leaf-first',
    row: orderRow,
    what: 'a forged certificate with the issuer and serial number of a genuine one before it; its key signed',
    build: (world) => {
      const [doctor, ca] = chainOf(world.pki, 'doctor-01')
      const forged = forgeryOf(doctor!, keyOf(world, 'doctor-p384'))
      return world.judged(
        assemble(world, {
          key: keyOf(world, 'doctor-p384'),
          sid: forged,
          certificates: [forged, doctor!, ca!],
        }),
      )
    },
    expect: indeterminate('NO_CERTIFICATE_CHAIN_FOUND', 'PATH_NOT_FOUND'),
    twin: async (world) => {
      const [doctor, ca] = chainOf(world.pki, 'doctor-01')
      const forged = forgeryOf(doctor!, keyOf(world, 'doctor-p384'))
      return world.judged(withCertificates(await world.sign(), [forged, doctor!, ca!]))
    },
  },
  {
    id: 'forged-leaf-last',
    row: orderRow,
    what: 'the same with the genuine certificate first, which the signed reference names',
    build: (world) => {
      const [doctor, ca] = chainOf(world.pki, 'doctor-01')
      const forged = forgeryOf(doctor!, keyOf(world, 'doctor-p384'))
      return world.judged(
        assemble(world, {
          key: keyOf(world, 'doctor-p384'),
          sid: doctor!,
          certificates: [doctor!, ca!, forged],
        }),
      )
    },
    expect: indeterminate('NO_SIGNING_CERTIFICATE_FOUND', 'REFERENCE_NAMES_ANOTHER'),
    twin: async (world) => {
      const [doctor, ca] = chainOf(world.pki, 'doctor-01')
      const forged = forgeryOf(doctor!, keyOf(world, 'doctor-p384'))
      return world.judged(withCertificates(await world.sign(), [ca!, doctor!, forged]))
    },
  },
  {
    id: 'borrowed-chain',
    row: orderRow,
    what: 'a self-made signer with the chain of a genuine one in the bag, none of which vouches for it',
    build: (world) => {
      const [doctor, ca] = chainOf(world.pki, 'doctor-01')
      const key = keyOf(world, 'doctor-p384')
      const own = certify(world, {
        issuer: 'further',
        subject: doctor!.subject.der,
        publicKey: publicKeyOf(key),
        profile: profiles.staff,
        key,
      })
      return world.judged(assemble(world, { key, sid: own, certificates: [doctor!, ca!, own] }))
    },
    expect: indeterminate('NO_CERTIFICATE_CHAIN_FOUND', 'PATH_NOT_FOUND'),
    twin: sound,
  },
]
