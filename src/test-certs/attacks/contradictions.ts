import { crlInputOf } from '../authority.ts'
import { buildCrl } from '../crl.ts'
import { entityOf } from '../entity.ts'
import { currentOcsp } from '../ocsp-endpoint.ts'
import type { AttackCase } from './attack-case.ts'
import { withCrls } from './crls.ts'
import { withRevoked } from './stamping.ts'
import { type Attack, indeterminate } from './types.ts'
import { type AttackWorld, signedAt } from './world.ts'

const row = 'state of the certificate'
const hour = (count: number): Date => new Date(signedAt.getTime() + count * 3_600_000)

/** What the CA's CRL says at one time and its responder at another, each of a doctor revoked (or not) for a reason. */
async function told(
  world: AttackWorld,
  crl: { readonly at: Date; readonly reason: 'superseded' | 'certificateHold' | null },
  ocsp: { readonly at: Date; readonly reason: 'superseded' | 'certificateHold' | null },
): Promise<AttackCase> {
  const pkiOf = (reason: 'superseded' | 'certificateHold' | null) =>
    reason ? withRevoked(world.pki, 'doctor-01', hour(-24), reason) : world.pki
  const answering = pkiOf(ocsp.reason)
  const sound = await withCrls(world, [buildCrl(crlInputOf(pkiOf(crl.reason), 'public-ca', crl.at))])
  const answer = currentOcsp(answering, entityOf(answering, 'doctor-01'), ocsp.at)
  return { ...sound, evidence: { ...sound.evidence, ocspResponses: [answer] } }
}

const [before, now] = [hour(-1), hour(0)]
const revoked = indeterminate('REVOKED_NO_POE', 'CERTIFICATE_REVOKED')
const onHold = indeterminate('TRY_LATER', 'CERTIFICATE_ON_HOLD')

/** A revocation for good outlives younger words; a hold is lifted by one (RFC 5280, 3.3 and 5.3.1). */
export const contradictions: readonly Attack[] = [
  {
    id: 'responder-good-after-crl-revoked',
    row,
    what: 'a responder says good after a CRL had said revoked',
    build: (world) => told(world, { at: before, reason: 'superseded' }, { at: now, reason: null }),
    expect: revoked,
    twin: (world) => told(world, { at: before, reason: 'certificateHold' }, { at: now, reason: null }),
  },
  {
    id: 'crl-good-after-responder-revoked',
    row,
    what: 'a CRL says nothing after a responder had said revoked',
    build: (world) => told(world, { at: now, reason: null }, { at: before, reason: 'superseded' }),
    expect: revoked,
    twin: (world) => told(world, { at: now, reason: null }, { at: before, reason: 'certificateHold' }),
  },
  {
    id: 'hold-after-good',
    row,
    what: 'a CRL says on hold after a responder had said good',
    build: (world) => told(world, { at: now, reason: 'certificateHold' }, { at: before, reason: null }),
    expect: onHold,
    twin: (world) => told(world, { at: now, reason: null }, { at: before, reason: null }),
  },
  {
    id: 'hold-and-good-at-once',
    row,
    what: 'of the same moment, one says on hold and the other good',
    build: (world) => told(world, { at: now, reason: 'certificateHold' }, { at: now, reason: null }),
    expect: onHold,
    twin: (world) => told(world, { at: now, reason: null }, { at: now, reason: null }),
  },
]
