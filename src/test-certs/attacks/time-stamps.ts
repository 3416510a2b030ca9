import {
  attributeOids,
  type Certificate,
  der,
  digestBytes,
  encodeTimeStampResponse,
  parseSignedData,
  spliceUnsignedAttribute,
} from '../../formats/index.ts'
import { makeCertificate } from '../build.ts'
import { chainOf, entityOf, type Pki, privateKeyOf } from '../entity.ts'
import { profiles, type TestEntityName } from '../pki.ts'
import { mergeSigners } from '../records/cades.ts'
import { change } from '../records/cades-parts.ts'
import { buildTimestampToken, type TokenInput, TSA_POLICY } from '../timestamp.ts'
import { withCertificates } from './assemble.ts'
import { withValues } from './attributes.ts'
import { certify, publicKeyOf } from './certificates.ts'
import {
  type Attack,
  type AttackCase,
  type AttackRow,
  type Expectation,
  failed,
  indeterminate,
  type Nuisance,
} from './types.ts'
import { type AttackWorld, content, signedAt } from './world.ts'

const row = 'lying time-stamps'
const authorityRow = 'certificates of time-stamping authorities'

type Twist = (input: TokenInput, world: AttackWorld) => Partial<TokenInput>
const honest: Twist = () => ({})

/** A token over `value` that is true but for `twist`. */
function tokenOver(
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

const signatureOf = (cms: Uint8Array): Uint8Array => parseSignedData(cms).signerInfos[0]!.signature

const stamped = (cms: Uint8Array, token: Uint8Array): Uint8Array =>
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

const twin = async (world: AttackWorld): Promise<AttackCase> => {
  const cms = await world.sign()
  return afterRevocation(world, stamped(cms, tokenOver(world, signatureOf(cms), honest)))
}

const ignored = (why: string): Expectation => indeterminate('REVOKED_NO_POE', 'TIMESTAMP_NOT_VALID', why)

const lie = (
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
const authority = (world: AttackWorld, changes: Partial<Parameters<typeof certify>[1]>): Certificate =>
  certify(world, {
    issuer: 'public-ca',
    subject: world.certificate('tsa').subject.der,
    publicKey: world.certificate('tsa').publicKey,
    profile: profiles.timestamping,
    ...changes,
  })

const signedByOther =
  (changes: (world: AttackWorld) => Partial<Parameters<typeof certify>[1]>): Twist =>
  (_, world) => {
    const signer = authority(world, changes(world))
    return { signer, certificates: [signer, world.certificate('public-ca')] }
  }

export const timestampAttacks: readonly Attack[] = [
  lie(
    'imprint-of-other-data',
    row,
    'a token over something else',
    () => ({ imprint: digestBytes('sha256', content) }),
    ignored('HASH_FAILURE'),
  ),
  {
    id: 'token-copied',
    row,
    what: 'the token of one signature copied to another in the same file',
    build: async (world) => {
      const [first, second] = [await world.sign({ signer: 'nurse-02' }), await world.sign()]
      const token = tokenOver(world, signatureOf(first), honest)
      return afterRevocation(world, stamped(second, token))
    },
    expect: ignored('HASH_FAILURE'),
    twin: async (world) => {
      const [first, second] = [await world.sign({ signer: 'nurse-02' }), await world.sign()]
      return afterRevocation(
        world,
        mergeSigners(
          stamped(first, tokenOver(world, signatureOf(first), honest)),
          stamped(second, tokenOver(world, signatureOf(second), honest)),
        ),
      )
    },
  },
  lie(
    'token-bad-signature',
    row,
    'one bit of the signature turned over',
    () => ({ badSignature: true }),
    ignored('SIG_CRYPTO_FAILURE'),
  ),
  lie(
    'token-other-reference',
    row,
    'the signed reference names another certificate',
    (_, world) => ({ essCertificate: world.certificate('nurse-02') }),
    ignored('NO_SIGNING_CERTIFICATE_FOUND'),
  ),
  lie(
    'token-without-reference',
    row,
    'no signed reference to the certificate',
    () => ({ essCertificate: null }),
    ignored('SIG_CONSTRAINTS_FAILURE'),
  ),
  lie(
    'token-future',
    row,
    'a time that lies ahead',
    (_, world) => ({ genTime: world.day(400) }),
    indeterminate('REVOKED_NO_POE', 'CERTIFICATE_REVOKED'),
  ),
  lie(
    'token-before-certificate',
    row,
    'a time from before the signer had a certificate',
    (_, world) => ({ genTime: world.day(-31) }),
    ignored('SIG_CONSTRAINTS_FAILURE'),
  ),
  {
    id: 'token-before-signer',
    row,
    what: 'the same by an authority that was there before the signer',
    build: async (world) => {
      const cms = await world.sign()
      const twist = signedByOther(() => ({ notBefore: '-300d' }))
      const token = tokenOver(world, signatureOf(cms), (input, w) => ({
        ...twist(input, w),
        genTime: world.day(-100),
      }))
      return afterRevocation(world, stamped(cms, token))
    },
    expect: failed('NOT_YET_VALID', 'SIGNED_BEFORE_VALIDITY'),
    twin,
  },
  {
    id: 'token-of-refusal',
    row,
    what: 'a response that refuses, with a token in it, in place of the token',
    build: async (world) => {
      const cms = await world.sign()
      const token = tokenOver(world, signatureOf(cms), honest)
      return afterRevocation(world, stamped(cms, encodeTimeStampResponse({ status: 2, token })))
    },
    expect: indeterminate('REVOKED_NO_POE', 'TIME_STAMP_UNREADABLE'),
    twin,
  },
  {
    id: 'token-two-signers',
    row,
    what: 'a token that two authorities signed',
    build: async (world) => {
      const cms = await world.sign()
      const token = tokenOver(world, signatureOf(cms), honest)
      const other = tokenOver(world, signatureOf(cms), honest, 'tsa-eku-mixed')
      return afterRevocation(world, stamped(cms, mergeSigners(token, other)))
    },
    expect: ignored('FORMAT_FAILURE'),
    twin,
  },
  {
    id: 'token-content-changed',
    row,
    what: 'the time in a token changed after it was signed',
    build: async (world) => {
      const cms = await world.sign()
      const token = change(tokenOver(world, signatureOf(cms), honest), ({ encapsulated }) => {
        const text = Buffer.from(encapsulated)
        text.write('20260101', text.indexOf('20260315'), 'latin1')
        return { encapsulated: text }
      })
      return afterRevocation(world, stamped(cms, token))
    },
    expect: ignored('HASH_FAILURE'),
    twin,
  },
  lie(
    'authority-purpose-absent',
    authorityRow,
    'no extended key usage',
    honest,
    ignored('CHAIN_CONSTRAINTS_FAILURE'),
    'tsa-eku-absent',
  ),
  lie(
    'authority-purpose-not-critical',
    authorityRow,
    'extended key usage that is not critical',
    honest,
    ignored('CHAIN_CONSTRAINTS_FAILURE'),
    'tsa-eku-not-critical',
  ),
  lie(
    'authority-purpose-mixed',
    authorityRow,
    'a second purpose',
    honest,
    ignored('CHAIN_CONSTRAINTS_FAILURE'),
    'tsa-eku-mixed',
  ),
  lie(
    'authority-expired',
    authorityRow,
    'expired when it stamped',
    honest,
    ignored('CERTIFICATE_CHAIN_GENERAL_FAILURE'),
    'tsa-expired',
  ),
  lie(
    'authority-untrusted',
    authorityRow,
    'certified by a self-made CA of the true name',
    honest,
    ignored('NO_CERTIFICATE_CHAIN_FOUND'),
    'tsa-untrusted',
  ),
  lie(
    'authority-revoked',
    authorityRow,
    'revoked for a lost key before it stamped',
    honest,
    ignored('REVOKED_NO_POE'),
    'tsa-revoked',
  ),
  {
    id: 'authority-borrowed-chain',
    row: authorityRow,
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
    row: authorityRow,
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
    row: authorityRow,
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
      row: authorityRow,
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

/** Claims that nobody need believe: they change no verdict, and are told. */
export const claims: readonly Nuisance[] = [
  {
    id: 'claimed-after-time-stamp',
    what: 'a signing time claimed a month after the time-stamp',
    build: async (world) => {
      const cms = await world.sign({
        signedAttributes: withValues('signing-time', () => [der.time(world.day(30))]),
      })
      return afterRevocation(world, stamped(cms, tokenOver(world, signatureOf(cms), honest)))
    },
    remark: 'SIGNING_TIME_AFTER_PROOF',
  },
  {
    id: 'claimed-before-certificate',
    what: 'a signing time claimed from before the certificate began',
    build: async (world) => {
      const cms = await world.sign({
        signedAttributes: withValues('signing-time', () => [der.time(world.day(-300))]),
      })
      return afterRevocation(world, stamped(cms, tokenOver(world, signatureOf(cms), honest)))
    },
    remark: 'SIGNING_TIME_OUT_OF_VALIDITY',
  },
]
