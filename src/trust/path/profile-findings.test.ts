import { describe, expect, it } from 'vitest'
import { der } from '../../formats/index.ts'
import { profileFindings } from './profile-findings.ts'
import { alternativeNames, extension, general, type Holder, issue, keyUsageOf } from './testing/issue.ts'

const keyId = (octet: number): Uint8Array =>
  extension('2.5.29.14', false, der.octetString(Uint8Array.of(octet)))
const authority = (octet: number, critical = false): Uint8Array =>
  extension('2.5.29.35', critical, der.sequence(der.implicit(0, der.octetString(Uint8Array.of(octet)))))
const root = issue({ subject: 'ROOT', ca: true, extensions: [keyId(1)] })
const codes = (...path: readonly Holder[]): string[] =>
  profileFindings(path.map(({ certificate }) => certificate)).map(({ code }) => code)

describe('profileFindings', () => {
  it('nothing of what keeps to the profile', () => {
    const ca = issue({
      subject: 'CA',
      by: root,
      ca: true,
      keyUsage: keyUsageOf(5),
      extensions: [keyId(2), authority(1)],
    })
    const names = alternativeNames(general.dns('*.a.test'), general.dns('b.test'))
    expect(codes(issue({ subject: 'D', by: ca, extensions: [authority(2), names] }), ca, root)).toEqual([])
  })

  it.each<[string, Uint8Array[], string]>([
    ['a critical key identifier', [authority(1, true)], 'AUTHORITY_KEY_IDENTIFIER_CRITICAL'],
    ['no key identifier', [keyId(3)], 'AUTHORITY_KEY_IDENTIFIER_MISSING'],
    [
      'a host with an underscore',
      [authority(1), alternativeNames(general.dns('a_b.test'))],
      'SUBJECT_ALT_NAME_HOST',
    ],
    [
      'an address as a host',
      [authority(1), alternativeNames(general.dns('192.0.2.1'))],
      'SUBJECT_ALT_NAME_HOST',
    ],
    [
      'purposes without any',
      [authority(1), extension('2.5.29.37', false, der.sequence())],
      'EXT_KEY_USAGE_EMPTY',
    ],
  ])('%s', (_what, extensions, code) => {
    expect(codes(issue({ subject: 'D', by: root, extensions }), root)).toEqual([code])
  })

  it('what an issuer must have, and an end entity need not', () => {
    const bare = issue({
      subject: 'CA',
      by: root,
      ca: true,
      keyUsage: keyUsageOf(0),
      extensions: [authority(1)],
    })
    const signer = issue({ subject: 'D', by: bare, keyUsage: keyUsageOf(5), extensions: [authority(2)] })
    expect(codes(signer, bare, root)).toEqual([
      'KEY_CERT_SIGN_WITHOUT_CA',
      'SUBJECT_KEY_IDENTIFIER_MISSING',
      'KEY_CERT_SIGN_MISSING',
    ])
  })

  it('an alternative name that cannot be read is no finding: it is refused elsewhere', () => {
    const odd = issue({
      subject: 'D',
      by: root,
      extensions: [authority(1), extension('2.5.29.17', false, der.nullValue())],
    })
    expect(codes(odd, root)).toEqual([])
  })
})
