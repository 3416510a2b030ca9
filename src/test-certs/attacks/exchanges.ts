import { type Certificate, der, encodeTbsCertificate, parseCertificate } from '../../formats/index.ts'
import { currentCrl } from '../authority.ts'
import { entityOf, privateKeyOf } from '../entity.ts'
import { answerOcsp } from '../ocsp-endpoint.ts'
import { profiles } from '../pki.ts'
import { encodeExtensions, keyIdentifierOf, type Places } from '../profiles.ts'
import { encodeSigned, signatureAlgorithmFor, signBytes } from '../sign.ts'
import { assemble } from './assemble.ts'
import type { AttackCase } from './attack-case.ts'
import { publicKeyOf } from './certificates.ts'
import { type AttackWorld, authorityUrl, noData, signedAt } from './world.ts'

/** Where a sound certificate says that it can be asked about. */
export const soundPlaces: Places = {
  crl: `${authorityUrl}/crl/public-ca.crl`,
  ocsp: `${authorityUrl}/ocsp`,
  issuer: `${authorityUrl}/ca/public-ca.cer`,
}

const everywhere = (url: string): Places => ({ crl: url, ocsp: url, issuer: url })

/**
 * A certificate for a key of this world that names `places`: by the issuing CA, or by a CA that somebody made himself
 * under its name.
 */
function certificateNaming(
  world: AttackWorld,
  places: Places,
  issuer: 'public-ca' | 'impostor-ca',
): Certificate {
  const authority = entityOf(world.pki, issuer)
  const key = privateKeyOf(authority)
  const publicKey = publicKeyOf(privateKeyOf(entityOf(world.pki, 'doctor-p384')))
  const algorithm = signatureAlgorithmFor(key)
  const tbs = encodeTbsCertificate({
    serialNumber: Uint8Array.of(0x42, 1),
    signatureAlgorithm: algorithm,
    issuer: authority.certificate.subject.der,
    notBefore: world.day(-30),
    notAfter: world.day(300),
    subject: world.certificate('doctor-p384').subject.der,
    publicKey,
    extensions: encodeExtensions({
      profile: profiles.staff,
      publicKey,
      issuerKeyIdentifier: keyIdentifierOf(authority.certificate.publicKey),
      places,
    }),
  })
  return parseCertificate(encodeSigned(tbs, algorithm, signBytes(key, algorithm, tbs)))
}

export interface Named {
  readonly places?: Places
  readonly issuer?: 'public-ca' | 'impostor-ca'
  /** Whether the issuing CA's certificate is inside. */
  readonly withIssuer?: boolean
  /** The value does not verify. */
  readonly broken?: boolean
}

/** A record whose signer's certificate names `places`, with nothing beside it but the anchor. */
export function recordNaming(world: AttackWorld, named: Named = {}): AttackCase {
  const { places = soundPlaces, issuer = 'public-ca', withIssuer = false, broken = false } = named
  const signer = certificateNaming(world, places, issuer)
  const file = assemble(world, {
    key: privateKeyOf(entityOf(world.pki, 'doctor-p384')),
    sid: signer,
    certificates: [signer, ...(withIssuer ? [world.certificate(issuer)] : [])],
    ...(broken && { value: () => der.sequence(der.integer(1), der.integer(1)) }),
  })
  return world.judged(file, { evidence: noData })
}

/** A record that asks for one address in all three places, its issuing CA inside, so that each of them may be asked. */
export const recordAsking = (world: AttackWorld, url: string): AttackCase =>
  recordNaming(world, { places: everywhere(url), withIssuer: true })

/** The same without its issuing CA, so that the address of that is asked for. */
export const recordAskingForIssuer = (world: AttackWorld, url: string): AttackCase =>
  recordNaming(world, { places: { ...soundPlaces, issuer: url } })

/** What the authorities of this world answer, by the path of the address; null: nothing is there. */
export function honestAnswer(world: AttackWorld, path: string, body: Uint8Array | null): Uint8Array | null {
  const [, kind, name = ''] = path.split('/')
  const entity = world.pki.entities.get(name.replace(/\.\w+$/, ''))
  if (kind === 'ocsp' && body) return answerOcsp(world.pki, body, 'good', world.env()).body
  if (kind === 'crl' && entity) return currentCrl(world.pki, entity.name, signedAt)
  if (kind === 'ca' && entity) return entity.certificate.der
  return null
}
