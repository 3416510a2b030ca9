import { type Certificate, concat, der, encodeSignatureAlgorithm } from '../../formats/index.ts'
import { CRL_LIFE_MS, crlInputOf } from '../authority.ts'
import {
  buildCrl,
  type CrlInput,
  deltaCrlIndicator,
  issuingDistributionPoint,
  unknownCriticalExtension,
} from '../crl.ts'
import { entityOf, type Pki, privateKeyOf } from '../entity.ts'
import { profiles } from '../pki.ts'
import { signatureAlgorithmFor, signBytes } from '../sign.ts'
import type { AttackCase } from './attack-case.ts'
import { certify, publicKeyOf } from './certificates.ts'
import { type Attack, type AttackRow, type Expectation, indeterminate } from './types.ts'
import { type AttackWorld, signedAt } from './world.ts'

/** A record about whose signer `crls` alone tell, beside what they are signed with. */
export async function withCrls(
  world: AttackWorld,
  crls: readonly Uint8Array[],
  changes: Partial<AttackCase> & { readonly further?: readonly Certificate[] } = {},
): Promise<AttackCase> {
  const { further = [], ...rest } = changes
  const at = rest.at ?? signedAt
  const data = world.data(at, ['public-ca'])
  const evidence = {
    certificates: [...data.certificates, ...further.map((certificate) => certificate.der)],
    crls: [...data.crls, ...crls],
    ocspResponses: [],
  }
  return world.judged(await world.sign(), { evidence, ...rest })
}

/** What the issuing CA says at `at`, with the doctor revoked where `revoked` is given. */
export function crlOf(world: AttackWorld, at: Date = signedAt, revoked: Date | null = null): CrlInput {
  const input = crlInputOf(world.pki, 'public-ca', at)
  return revoked ? { ...input, entries: [...input.entries, entryOf(world, revoked)] } : input
}

const entryOf = (world: AttackWorld, at: Date): CrlInput['entries'][number] => ({
  serialNumber: world.certificate('doctor-01').serialNumber,
  revocation: { at, reason: 'keyCompromise' },
})

/**
 * A CRL of so many entries of sixteen-octet serial numbers, in no order, the doctor's the last of them where `revoked`:
 * put together as bytes, since one by one takes minutes.
 */
export function hugeCrl(world: AttackWorld, count: number, revoked: boolean): Uint8Array {
  const { issuer, key } = crlOf(world)
  const algorithm = signatureAlgorithmFor(key)
  const template = entry(Buffer.alloc(16, 0x41))
  const entries = Buffer.alloc(template.length * count, template)
  for (let at = 0, number = 0; number < count; number++, at += template.length) {
    // an odd factor goes through all of them, in no order
    entries.writeUInt32BE(Math.imul(number, 0x9e3779b1) >>> 0, at + 6)
  }
  const own = revoked ? [entry(world.certificate('doctor-01').serialNumber)] : []
  const tbs = der.sequence(
    der.integer(1),
    encodeSignatureAlgorithm(algorithm),
    issuer.subject.der,
    der.time(signedAt),
    der.time(new Date(signedAt.getTime() + CRL_LIFE_MS)),
    der.tlv(0x30, concat([entries, ...own])),
  )
  return der.sequence(tbs, encodeSignatureAlgorithm(algorithm), der.bitString(signBytes(key, algorithm, tbs)))
}

const entry = (serialNumber: Uint8Array): Uint8Array =>
  der.sequence(der.integer(serialNumber), der.time(new Date('2026-01-01T00:00:00Z')))

/** A CA of the issuing CA's name with another key, certified by `issuer`. */
export function namesake(pki: Pki, world: AttackWorld, issuer: string) {
  const key = privateKeyOf(entityOf(pki, 'nurse-02'))
  const certificate = certify(world, {
    issuer,
    subject: world.certificate('public-ca').subject.der,
    publicKey: publicKeyOf(key),
    profile: profiles.issuingCa,
    ...(issuer === 'further' && { key }),
  })
  return { key, certificate }
}

const row = 'CRLs: huge, endless, unsorted, of others, delta'
const signerRow = 'CRL signers without authority'
const refused = (why: string): Expectation =>
  indeterminate('CERTIFICATE_CHAIN_GENERAL_FAILURE', 'REVOCATION_DATA_UNACCEPTABLE', why)
const absent = indeterminate('CERTIFICATE_CHAIN_GENERAL_FAILURE', 'REVOCATION_DATA_ABSENT')
const revokedExpectation = indeterminate('REVOKED_NO_POE', 'CERTIFICATE_REVOKED')

const plain = (world: AttackWorld): Promise<AttackCase> => withCrls(world, [buildCrl(crlOf(world))])

const publishing = (
  id: string,
  theRow: AttackRow,
  what: string,
  crl: (world: AttackWorld) => Uint8Array,
  expect: Expectation,
  twin: Attack['twin'] = plain,
): Attack => ({ id, row: theRow, what, build: (world) => withCrls(world, [crl(world)]), expect, twin })

export const crlAttacks: readonly Attack[] = [
  publishing(
    'crl-200000-unsorted',
    row,
    'two hundred thousand entries in no order, the revoked signer the last',
    (world) => hugeCrl(world, 200_000, true),
    revokedExpectation,
    (world) => withCrls(world, [hugeCrl(world, 200_000, false)]),
  ),
  publishing(
    'crl-too-large',
    row,
    'three million empty entries: more than is read',
    (world) => {
      const { issuer, key } = crlOf(world)
      const algorithm = signatureAlgorithmFor(key)
      const tbs = der.sequence(
        der.integer(1),
        encodeSignatureAlgorithm(algorithm),
        issuer.subject.der,
        der.time(signedAt),
        der.tlv(0x30, Buffer.alloc(6_000_000, Buffer.of(0x30, 0))),
      )
      return der.sequence(
        tbs,
        encodeSignatureAlgorithm(algorithm),
        der.bitString(signBytes(key, algorithm, tbs)),
      )
    },
    absent,
  ),
  publishing(
    'crl-endless',
    row,
    'entries of indefinite length that never end',
    (world) => {
      const { issuer, key } = crlOf(world)
      const algorithm = encodeSignatureAlgorithm(signatureAlgorithmFor(key))
      return concat([
        Buffer.from('30803080', 'hex'),
        der.integer(1),
        algorithm,
        issuer.subject.der,
        der.time(signedAt),
        Buffer.from('3080'.repeat(100_000), 'hex'),
      ])
    },
    absent,
  ),
  publishing(
    'crl-unsorted',
    row,
    'a revoked signer before others whose serial numbers are lower',
    (world) => {
      const { entries, ...input } = crlOf(world, signedAt, world.day(-1))
      return buildCrl({
        ...input,
        entries: [...entries].sort((a, b) => Buffer.compare(b.serialNumber, a.serialNumber)),
      })
    },
    revokedExpectation,
    (world) => {
      const { entries, ...input } = crlOf(world)
      return withCrls(world, [buildCrl({ ...input, entries: [...entries].reverse() })])
    },
  ),
  publishing(
    'crl-other-issuer',
    row,
    'the CRL of another CA',
    (world) => buildCrl(crlInputOf(world.pki, 'government-ca', signedAt)),
    absent,
  ),
  publishing(
    'crl-delta-alone',
    row,
    'a delta CRL without the complete one',
    (world) => buildCrl({ ...crlOf(world), extensions: [deltaCrlIndicator(1)] }),
    refused('CRL_DELTA_WITHOUT_BASE'),
  ),
  publishing(
    'crl-of-another-scope',
    row,
    'a CRL about CA certificates alone',
    (world) => buildCrl({ ...crlOf(world), extensions: [issuingDistributionPoint({ only: 'caCerts' })] }),
    refused('CRL_SCOPE_CA_ONLY'),
  ),
  publishing(
    'crl-unknown-critical',
    row,
    'a CRL with a critical extension that nobody knows',
    (world) => buildCrl({ ...crlOf(world), extensions: [unknownCriticalExtension()] }),
    refused('CRL_UNKNOWN_CRITICAL_EXTENSION'),
  ),
  publishing(
    'crl-stale',
    row,
    'a CRL whose nextUpdate passed three weeks ago',
    (world) => buildCrl(crlOf(world, world.day(-28))),
    indeterminate('TRY_LATER', 'REVOCATION_DATA_STALE'),
  ),
  publishing(
    'crl-future',
    row,
    'a CRL whose thisUpdate lies a month ahead',
    (world) => buildCrl(crlOf(world, world.day(30))),
    refused('REVOCATION_DATA_DATED_AHEAD'),
  ),
  publishing(
    'crl-bad-signature',
    signerRow,
    'one bit of the signature turned over',
    (world) => buildCrl({ ...crlOf(world), badSignature: true }),
    refused('CRL_SIGNATURE'),
  ),
  publishing(
    'crl-signed-by-subscriber',
    signerRow,
    'a CRL in the name of the CA, signed by a subscriber of it',
    (world) => buildCrl({ ...crlOf(world), key: privateKeyOf(entityOf(world.pki, 'nurse-02')) }),
    refused('CRL_SIGNATURE'),
  ),
  {
    id: 'crl-signed-by-impostor',
    row: signerRow,
    what: 'a CRL of a self-signed CA of the same name, whose certificate is brought along',
    build: (world) => {
      const { key, certificate } = namesake(world.pki, world, 'further')
      return withCrls(world, [buildCrl({ ...crlOf(world), issuer: certificate, key })], {
        further: [certificate],
      })
    },
    expect: refused('REVOCATION_SIGNER_UNTRUSTED'),
    twin: plain,
  },
  {
    id: 'crl-signed-under-another-anchor',
    row: signerRow,
    what: 'a CRL of a CA of the same name under another anchor, which is trusted too (RFC 5280, 6.3.3 (f))',
    build: (world) => {
      const { key, certificate } = namesake(world.pki, world, 'government-root')
      const government = entityOf(world.pki, 'government-root').certificate
      return withCrls(
        world,
        [
          buildCrl({ ...crlOf(world), issuer: certificate, key }),
          buildCrl(crlInputOf(world.pki, 'government-root', signedAt)),
        ],
        { further: [certificate], anchors: [world.root, government] },
      )
    },
    expect: refused('REVOCATION_SIGNER_OTHER_ANCHOR'),
    // a CA of the same name under the same anchor is the same authority with a second key (PKITS 4.4.19)
    twin: (world) => {
      const { key, certificate } = namesake(world.pki, world, 'national-root')
      const government = entityOf(world.pki, 'government-root').certificate
      return withCrls(world, [buildCrl({ ...crlOf(world), issuer: certificate, key })], {
        further: [certificate],
        anchors: [world.root, government],
      })
    },
  },
]
