import type { Certificate } from '../../formats/index.ts'
import { OCSP_LIFE_MS } from '../authority.ts'
import { entityOf, privateKeyOf } from '../entity.ts'
import { buildOcspResponse, encodeCertId, encodeOcspFailure, type OcspInput } from '../ocsp.ts'
import { profiles } from '../pki.ts'
import { assemble } from './assemble.ts'
import type { AttackCase } from './attack-case.ts'
import { certify, publicKeyOf } from './certificates.ts'
import { type Attack, type AttackRow, type Expectation, indeterminate } from './types.ts'
import { type AttackWorld, signedAt } from './world.ts'

/** The honest answer about the doctor at `at`, as input. */
function honest(world: AttackWorld, at: Date = signedAt): OcspInput {
  const responder = entityOf(world.pki, 'ocsp')
  const ca = world.certificate('public-ca')
  return {
    responder: responder.certificate,
    key: privateKeyOf(responder),
    by: 'key',
    certificates: [responder.certificate],
    producedAt: at,
    answers: [
      {
        certId: encodeCertId(ca, world.certificate('doctor-01').serialNumber),
        status: 'good',
        thisUpdate: at,
        nextUpdate: new Date(at.getTime() + OCSP_LIFE_MS),
      },
    ],
    nonce: null,
  }
}

/** A record of the doctor's about whom these answers alone tell, beside sound data about the CA. */
export async function withOcsp(
  world: AttackWorld,
  answers: readonly Uint8Array[],
  changes: Partial<AttackCase> = {},
): Promise<AttackCase> {
  const at = changes.at ?? signedAt
  const { certificates, crls } = world.data(at, ['public-ca'])
  const evidence = { certificates, crls, ocspResponses: answers }
  return world.judged(await world.sign(), { evidence, ...changes })
}

const plain = (world: AttackWorld): Promise<AttackCase> => withOcsp(world, [buildOcspResponse(honest(world))])

const answering = (
  id: string,
  row: AttackRow,
  what: string,
  answer: (world: AttackWorld) => Partial<OcspInput>,
  expect: Expectation,
): Attack => ({
  id,
  row,
  what,
  build: (world) => withOcsp(world, [buildOcspResponse({ ...honest(world), ...answer(world) })]),
  expect,
  twin: plain,
})

const refused = (why: string): Expectation =>
  indeterminate('CERTIFICATE_CHAIN_GENERAL_FAILURE', 'REVOCATION_DATA_UNACCEPTABLE', why)
const absent = indeterminate('CERTIFICATE_CHAIN_GENERAL_FAILURE', 'REVOCATION_DATA_ABSENT')

const replayRow = 'OCSP answers replayed or stale'
const responderRow = 'responders without authority'

/** Another responder's certificate and key. */
const signedBy = (certificate: Certificate, world: AttackWorld, keyName: string): Partial<OcspInput> => ({
  responder: certificate,
  key: privateKeyOf(entityOf(world.pki, keyName)),
  certificates: [certificate],
})

const named = (world: AttackWorld, name: 'ocsp-no-signing' | 'ocsp-untrusted'): Partial<OcspInput> =>
  signedBy(world.certificate(name), world, name)

export const ocspAttacks: readonly Attack[] = [
  {
    id: 'ocsp-stale',
    row: replayRow,
    what: 'the "good" of a month ago, whose nextUpdate has passed',
    build: (world) => withOcsp(world, [buildOcspResponse(honest(world))], { at: world.day(30) }),
    expect: indeterminate('TRY_LATER', 'REVOCATION_DATA_STALE'),
    twin: (world) =>
      withOcsp(world, [buildOcspResponse(honest(world, world.day(30)))], { at: world.day(30) }),
  },
  {
    id: 'ocsp-replayed-after-revocation',
    row: replayRow,
    what: 'a genuine "good" from before the revocation, replayed after it',
    build: (world) => withOcsp(world, [buildOcspResponse(honest(world))], { at: world.day(2) }),
    expect: indeterminate('TRY_LATER', 'REVOCATION_DATA_STALE'),
    twin: plain,
  },
  answering(
    'ocsp-other-serial',
    replayRow,
    'the answer about another certificate of the same CA',
    (world) => ({
      answers: honest(world).answers.map((answer) => ({
        ...answer,
        certId: encodeCertId(world.certificate('public-ca'), world.certificate('nurse-02').serialNumber),
      })),
    }),
    absent,
  ),
  answering(
    'ocsp-other-issuer',
    replayRow,
    'the answer about the same serial number under a CA of the same name and another key',
    (world) => ({
      answers: honest(world).answers.map((answer) => ({
        ...answer,
        certId: encodeCertId(world.certificate('impostor-ca'), world.certificate('doctor-01').serialNumber),
      })),
    }),
    absent,
  ),
  answering(
    'ocsp-future',
    replayRow,
    'an answer whose thisUpdate lies a month ahead',
    (world) => {
      const ahead = honest(world, world.day(30))
      return { producedAt: ahead.producedAt, answers: ahead.answers }
    },
    refused('REVOCATION_DATA_DATED_AHEAD'),
  ),
  answering(
    'ocsp-unknown',
    replayRow,
    'the answer "unknown"',
    (world) => ({
      answers: honest(world).answers.map((answer) => ({ ...answer, status: 'unknown' as const })),
    }),
    refused('REVOCATION_STATUS_UNKNOWN'),
  ),
  answering(
    'ocsp-bad-signature',
    replayRow,
    'one bit of the signature turned over',
    () => ({ badSignature: true }),
    refused('OCSP_SIGNATURE'),
  ),
  {
    id: 'ocsp-unsigned-failure',
    row: replayRow,
    what: 'tryLater, which nobody signed, instead of an answer',
    build: (world) => withOcsp(world, [encodeOcspFailure('tryLater')]),
    expect: absent,
    twin: plain,
  },
  answering(
    'responder-without-purpose',
    responderRow,
    'a sibling of the same CA without OCSPSigning',
    (world) => named(world, 'ocsp-no-signing'),
    refused('OCSP_RESPONDER_PURPOSE'),
  ),
  answering(
    'responder-self-signed',
    responderRow,
    'a self-signed responder with OCSPSigning under the name of the true one',
    (world) => {
      const key = privateKeyOf(entityOf(world.pki, 'doctor-p384'))
      const own = certify(world, {
        issuer: 'further',
        subject: world.certificate('ocsp').subject.der,
        publicKey: publicKeyOf(key),
        profile: profiles.ocspSigning,
        key,
      })
      return { ...signedBy(own, world, 'doctor-p384'), by: 'name' }
    },
    refused('OCSP_RESPONDER_UNAUTHORIZED'),
  ),
  answering(
    'responder-of-another-ca',
    responderRow,
    'a responder with OCSPSigning certified by a self-made CA of the same name',
    (world) => named(world, 'ocsp-untrusted'),
    refused('OCSP_RESPONDER_UNAUTHORIZED'),
  ),
  answering(
    'responder-under-the-root',
    responderRow,
    'a responder that the root certified, not the CA that issued the certificate',
    (world) =>
      signedBy(
        certify(world, {
          issuer: 'national-root',
          subject: world.certificate('ocsp').subject.der,
          publicKey: world.certificate('ocsp').publicKey,
          profile: profiles.ocspSigning,
        }),
        world,
        'ocsp',
      ),
    refused('OCSP_RESPONDER_UNAUTHORIZED'),
  ),
  answering(
    'responder-expired',
    responderRow,
    'a responder whose certificate had expired when it answered',
    (world) =>
      signedBy(
        certify(world, {
          issuer: 'public-ca',
          subject: world.certificate('ocsp').subject.der,
          publicKey: world.certificate('ocsp').publicKey,
          profile: profiles.ocspSigning,
          notBefore: '-30d',
          notAfter: '-1d',
        }),
        world,
        'ocsp',
      ),
    refused('OCSP_RESPONDER_NOT_VALID'),
  ),
  {
    id: 'responder-about-itself',
    row: responderRow,
    what: 'a signer with OCSPSigning in its own certificate answers about itself',
    build: async (world) => {
      const key = privateKeyOf(entityOf(world.pki, 'doctor-p384'))
      const own = certify(world, {
        issuer: 'public-ca',
        subject: world.certificate('doctor-p384').subject.der,
        publicKey: publicKeyOf(key),
        profile: {
          keyUsage: ['digitalSignature', 'nonRepudiation'],
          extKeyUsage: { critical: false, purposes: ['emailProtection', 'OCSPSigning'] },
        },
      })
      const ca = world.certificate('public-ca')
      const answer = buildOcspResponse({
        ...honest(world),
        responder: own,
        key,
        certificates: [own],
        answers: honest(world).answers.map((one) => ({ ...one, certId: encodeCertId(ca, own.serialNumber) })),
      })
      const { certificates, crls } = world.data(signedAt, ['public-ca'])
      return world.judged(assemble(world, { key, sid: own, certificates: [own, ca] }), {
        evidence: { certificates, crls, ocspResponses: [answer] },
      })
    },
    expect: refused('REVOCATION_SELF_ISSUED'),
    twin: plain,
  },
]
