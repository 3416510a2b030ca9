import { der } from '../../formats/index.ts'
import { buildCrl } from '../crl.ts'
import { chainOf, entityOf, privateKeyOf } from '../entity.ts'
import type { TestEntityName } from '../pki.ts'
import { assemble } from './assemble.ts'
import type { AttackCase } from './attack-case.ts'
import { crlOf } from './crls.ts'
import { afterRevocation, withRevoked } from './stamping.ts'
import { type Attack, type Expectation, indeterminate } from './types.ts'
import { type AttackWorld, signedAt, sound } from './world.ts'

const row = 'state of the certificate'

async function signedBy(world: AttackWorld, signer: TestEntityName): Promise<AttackCase> {
  const { certificates, crls, ocspResponses } = world.data(signedAt, [signer])
  return world.judged(await world.sign({ signer }), {
    evidence: { certificates, crls, ocspResponses },
  })
}

const state = (name: TestEntityName, what: string, expect: Expectation): Attack => ({
  id: `signer-${name}`,
  row,
  what,
  build: (world) => signedBy(world, name),
  expect,
  twin: sound,
})

/** Revoked `days` after it signed, judged ten days after. */
const revokedLater = (
  id: string,
  what: string,
  days: number,
  level: 'B-B' | 'B-T',
  reason: 'keyCompromise' | 'certificateHold',
  expect: Expectation,
  twin: Attack['twin'],
): Attack => ({
  id,
  row,
  what,
  build: async (world) => {
    const pki = withRevoked(world.pki, 'doctor-01', world.day(days), reason)
    const at = world.day(10)
    return world.judged(await world.sign({ level }), {
      at,
      evidence: world.data(at, ['doctor-01', 'tsa'], pki),
    })
  },
  expect,
  twin,
})

/** X.509, 9.5.2.8. */
const expiredCertsOnCrl = (since: Date): Uint8Array =>
  der.sequence(der.oid('2.5.29.60'), der.octetString(der.generalizedTime(since)))

const revoked = indeterminate('REVOKED_NO_POE', 'CERTIFICATE_REVOKED')
const onHold = indeterminate('TRY_LATER', 'CERTIFICATE_ON_HOLD')
const stampedBefore = async (world: AttackWorld): Promise<AttackCase> =>
  afterRevocation(world, await world.sign({ level: 'B-T' }))

export const stateAttacks: readonly Attack[] = [
  state(
    'expired',
    'expired a month ago',
    indeterminate('CERTIFICATE_CHAIN_GENERAL_FAILURE', 'REVOCATION_DATA_UNACCEPTABLE'),
  ),
  state(
    'not-yet-valid',
    'valid from next month on',
    indeterminate('CERTIFICATE_CHAIN_GENERAL_FAILURE', 'REVOCATION_DATA_UNACCEPTABLE'),
  ),
  state('revoked', 'revoked for a lost key before it signed', revoked),
  state('suspended', 'on hold since before it signed', onHold),
  state(
    'wrong-usage',
    'a key for encryption alone',
    indeterminate('CHAIN_CONSTRAINTS_FAILURE', 'KEY_USAGE_NOT_FOR_THIS'),
  ),
  state(
    'ca-as-signer',
    'the certificate of a CA',
    indeterminate('CHAIN_CONSTRAINTS_FAILURE', 'KEY_USAGE_NOT_FOR_THIS'),
  ),
  state(
    'untrusted',
    'issued by a self-made CA of the true one’s name',
    indeterminate('NO_CERTIFICATE_CHAIN_FOUND', 'PATH_NOT_FOUND'),
  ),
  state(
    'lapsed-issuing-ca',
    'outlives its issuing CA',
    indeterminate('CERTIFICATE_CHAIN_GENERAL_FAILURE', 'REVOCATION_DATA_UNACCEPTABLE'),
  ),
  {
    id: 'signer-weak-key',
    row,
    what: 'RSA of 1024 bits',
    build: (world) => {
      const [signer, ca] = chainOf(world.pki, 'weak-key')
      const key = privateKeyOf(entityOf(world.pki, 'weak-key'))
      return world.judged(assemble(world, { key, sid: signer!, certificates: [signer!, ca!] }))
    },
    expect: indeterminate('CRYPTO_CONSTRAINTS_FAILURE_NO_POE', 'ALGORITHM_NOT_RELIABLE'),
    twin: sound,
  },
  {
    id: 'signer-expired-but-known',
    row,
    what: 'expired a month ago, under a CA that still tells of certificates that expired',
    build: async (world) => {
      const { certificates, crls } = world.data(signedAt, ['public-ca'])
      const crl = buildCrl({ ...crlOf(world), extensions: [expiredCertsOnCrl(world.day(-365))] })
      return world.judged(await world.sign({ signer: 'expired' }), {
        evidence: { certificates, crls: [...crls, crl], ocspResponses: [] },
      })
    },
    expect: indeterminate('OUT_OF_BOUNDS_NOT_REVOKED', 'CERTIFICATE_OUT_OF_VALIDITY'),
    twin: sound,
  },
  {
    id: 'signer-expired-and-dropped',
    row,
    what: 'revoked, then expired, then dropped from the CRLs: the last of them is given alone',
    build: async (world) => {
      const { certificates, crls } = world.data(signedAt, ['public-ca'])
      return world.judged(await world.sign({ signer: 'expired' }), {
        evidence: { certificates, crls: [...crls, buildCrl(crlOf(world))], ocspResponses: [] },
      })
    },
    expect: indeterminate(
      'CERTIFICATE_CHAIN_GENERAL_FAILURE',
      'REVOCATION_DATA_UNACCEPTABLE',
      'REVOCATION_FORGETS_CERTIFICATE',
    ),
    twin: sound,
  },
  state(
    'tsa',
    'a certificate for time-stamps alone',
    indeterminate('CHAIN_CONSTRAINTS_FAILURE', 'EXTENDED_KEY_USAGE_NOT_FOR_THIS'),
  ),
  state(
    'weak-digest',
    'a certificate signed over SHA-1',
    indeterminate('CRYPTO_CONSTRAINTS_FAILURE_NO_POE', 'ALGORITHM_NOT_RELIABLE'),
  ),
  {
    id: 'signer-under-another-anchor',
    row,
    what: 'a genuine signer of an authority that the auditor does not trust',
    build: (world) => signedBy(world, 'officer-06'),
    expect: indeterminate('NO_CERTIFICATE_CHAIN_FOUND', 'PATH_NOT_FOUND'),
    twin: async (world) => ({
      ...(await signedBy(world, 'officer-06')),
      anchors: [world.anchor('government-root')],
    }),
  },
  revokedLater(
    'revoked-before-time-stamp',
    'revoked a day before the time-stamp',
    -1,
    'B-T',
    'keyCompromise',
    revoked,
    stampedBefore,
  ),
  revokedLater(
    'revoked-after-without-time-stamp',
    'revoked after it signed, without a time-stamp',
    5,
    'B-B',
    'keyCompromise',
    revoked,
    stampedBefore,
  ),
  revokedLater(
    'on-hold-before-time-stamp',
    'on hold a day before the time-stamp',
    -1,
    'B-T',
    'certificateHold',
    onHold,
    stampedBefore,
  ),
]
