import { der, digestBytes, encodeTimeStampResponse } from '../../formats/index.ts'
import { mergeSigners } from '../records/cades.ts'
import { change } from '../records/cades-parts.ts'
import { withValues } from './attributes.ts'
import {
  afterRevocation,
  honest,
  ignored,
  lie,
  signatureOf,
  signedByOther,
  stamped,
  tokenOver,
  twin,
} from './stamping.ts'
import { type Attack, failed, indeterminate, type Nuisance } from './types.ts'
import { content } from './world.ts'

const row = 'lying time-stamps'

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
]

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
