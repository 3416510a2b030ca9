import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { der } from '../../formats/index.ts'
import { checkPath } from './check-path.ts'
import {
  alternativeNames,
  constrainTo,
  cpuMs,
  extension,
  general,
  type Holder,
  issue,
} from './testing/issue.ts'

const { dns, email, uri, ip, directory, other, registered } = general

/** What a signer with these alternative names comes to under a CA constrained like this. */
function judge(constraints: Uint8Array, names: readonly Uint8Array[], subject: Subject = 'D'): string[] {
  const ca = issue({ subject: 'CA', ca: true, extensions: [constraints] })
  const extensions = names.length > 0 ? [alternativeNames(...names)] : []
  return codes(issue({ subject, by: ca, extensions }), ca)
}
type Subject = Parameters<typeof issue>[0]['subject']
const codes = (...path: readonly Holder[]): string[] =>
  checkPath(path.map(({ certificate }) => certificate)).problems.map(({ code }) => code)

describe.each<[string, Uint8Array, Uint8Array[], Uint8Array[]]>([
  [
    'dNSName',
    dns('example.com'),
    [
      dns('example.com'),
      dns('EXAMPLE.com'),
      dns('a.example.com'),
      dns('a.b.example.com.'),
      dns('*.example.com'),
    ],
    [
      dns('example.org'),
      dns('badexample.com'),
      dns('com'),
      dns('a..example.com'),
      dns(''),
      dns('-a.example.com'),
    ],
  ],
  ['dNSName of everything', dns(''), [dns('a.b')], [dns('a b')]],
  ['dNSName with a dot in front', dns('.example.com'), [dns('a.example.com')], [dns('example.com')]],
  ['dNSName with an asterisk in front', dns('*.example.com'), [dns('a.example.com')], [dns('example.com')]],
  [
    'dNSName of one host, and a wildcard that may be another',
    dns('a.example.com'),
    [dns('a.example.com')],
    [dns('*.example.com')],
  ],
  [
    'rfc822Name of one mailbox',
    email('a@example.com'),
    [email('a@example.com'), email('a@EXAMPLE.com')],
    [email('A@example.com'), email('b@example.com'), email('a@x.example.com'), email('example.com')],
  ],
  [
    'rfc822Name of a host',
    email('example.com'),
    [email('a@example.com'), email('"a@b"@example.com')],
    [
      email('a@x.example.com'),
      email('a@example.com@evil.org'),
      email('a@example.com\0.evil.org'),
      email('@example.com'),
    ],
  ],
  [
    'rfc822Name of a domain',
    email('.example.com'),
    [email('a@x.example.com')],
    [email('a@example.com'), email('a@badexample.com')],
  ],
  [
    'uniformResourceIdentifier of a host',
    uri('example.com'),
    [uri('https://example.com/a'), uri('http://a:b@EXAMPLE.com:80?x'), uri('ldap://example.com')],
    [
      uri('https://x.example.com/'),
      uri('https://evil.org/@example.com'),
      uri('https://evil.org#example.com'),
      uri('https://192.0.2.1/'),
      uri('https://[::1]/'),
      uri('urn:example.com'),
      uri('example.com'),
    ],
  ],
  [
    'uniformResourceIdentifier of a domain',
    uri('.example.com'),
    [uri('https://x.example.com/')],
    [uri('https://example.com/')],
  ],
  [
    'iPAddress',
    ip(192, 0, 2, 0, 255, 255, 255, 0),
    [ip(192, 0, 2, 7)],
    [ip(192, 0, 3, 7), ip(192, 0, 2), ip(...Array<number>(16).fill(0))],
  ],
  [
    'directoryName',
    directory([[{ oid: '2.5.4.6', value: 'VN' }]]),
    [directory([[{ oid: '2.5.4.6', value: 'VN' }], [{ oid: '2.5.4.3', value: 'x' }]])],
    [directory('x')],
  ],
])('permitted: %s', (kind, base, inside, outside) => {
  const subject: Subject = kind === 'directoryName' ? [[{ oid: '2.5.4.6', value: 'vn' }]] : 'D'

  it.each(inside.map((name, i) => [i, name] as const))('name %i within it is allowed', (_i, name) => {
    expect(judge(constrainTo([base]), [name], subject)).toEqual([])
  })

  it.each(outside.map((name, i) => [i, name] as const))(
    'name %i outside of it, or unreadable, is refused',
    (_i, name) => {
      expect(judge(constrainTo([base]), [name], subject)).toEqual(['NAME_CONSTRAINTS'])
    },
  )

  it('what it permits, an exclusion refuses', () => {
    expect(judge(constrainTo([base], [base]), [inside[0]!], subject)).toEqual(['NAME_CONSTRAINTS'])
  })
})

describe('excluded', () => {
  it.each<[string, Uint8Array, Uint8Array, boolean]>([
    ['a host below it', dns('example.com'), dns('a.example.com'), true],
    ['a host beside it', dns('example.com'), dns('example.org'), false],
    ['a wildcard that may stand for it', dns('a.example.com'), dns('*.example.com'), true],
    ['a wildcard above two labels', dns('a.b.example.com'), dns('*.example.com'), false],
    ['a name that cannot be read', dns('example.com'), dns('exa mple.org'), true],
    ['an address in it', ip(10, 0, 0, 0, 255, 0, 0, 0), ip(10, 1, 2, 3), true],
    [
      'an address of the other length',
      ip(10, 0, 0, 0, 255, 0, 0, 0),
      ip(...Array<number>(16).fill(10)),
      false,
    ],
    ['a name of another kind', dns('example.com'), email('a@example.com'), false],
  ])('%s', (_what, base, name, refused) => {
    expect(judge(constrainTo([], [base]), [name])).toEqual(refused ? ['NAME_CONSTRAINTS'] : [])
  })

  it('the subject itself, and a directory name beside it', () => {
    const base = constrainTo([], [directory('D')])
    expect(judge(base, [])).toEqual(['NAME_CONSTRAINTS'])
    expect(judge(base, [directory('D')], 'E')).toEqual(['NAME_CONSTRAINTS'])
    expect(judge(base, [], 'E')).toEqual([])
  })

  it('an e-mail address within the subject, with and without alternative names', () => {
    const subject: Subject = [[{ oid: '1.2.840.113549.1.9.1', value: 'a@example.com' }]]
    for (const names of [[], [dns('example.org')], [email('a@example.org')]]) {
      expect(judge(constrainTo([], [email('example.com')]), names, subject)).toEqual(['NAME_CONSTRAINTS'])
    }
  })
})

describe('along a path', () => {
  const build = (upper: Uint8Array, lower: Uint8Array, names: Uint8Array): string[] => {
    const root = issue({ subject: 'ROOT', ca: true, extensions: [upper] })
    const ca = issue({ subject: 'CA', by: root, ca: true, extensions: [lower] })
    return codes(issue({ subject: 'D', by: ca, extensions: [alternativeNames(names)] }), ca, root)
  }

  it('what is permitted is what every CA permits: not their union', () => {
    const [wide, narrow] = [constrainTo([dns('example.com')]), constrainTo([dns('a.example.com')])]
    expect(build(wide, narrow, dns('x.a.example.com'))).toEqual([])
    expect(build(wide, narrow, dns('b.example.com'))).toEqual(['NAME_CONSTRAINTS'])
    expect(build(narrow, wide, dns('b.example.com'))).toEqual(['NAME_CONSTRAINTS'])
    expect(build(constrainTo([dns('a.com')]), constrainTo([dns('b.com')]), dns('a.com'))).toEqual([
      'NAME_CONSTRAINTS',
    ])
  })

  it('of another kind they do not meet', () => {
    expect(build(constrainTo([email('example.com')]), constrainTo([dns('b.com')]), dns('b.com'))).toEqual([])
  })

  it('self-issued certificates are spared, but not the last', () => {
    const root = issue({ subject: 'ROOT', ca: true })
    const ca = issue({ subject: 'CA', by: root, ca: true, extensions: [constrainTo([], [directory('CA')])] })
    const rolled = issue({ subject: 'CA', by: ca, ca: true })
    expect(codes(issue({ subject: 'D', by: rolled }), rolled, ca, root)).toEqual([])
    expect(codes(rolled, ca, root)).toEqual(['NAME_CONSTRAINTS'])
  })
})

describe('what is not processed', () => {
  it.each<[string, Uint8Array, Uint8Array]>([
    ['otherName', other('1.2.3'), other('1.2.3')],
    ['otherName of another type', other('1.2.3'), other('1.2.4')],
    ['registeredID', registered('1.2.3'), registered('1.9')],
  ])(
    '%s: refused where the certificate has one, permitted or excluded; else nothing',
    (_what, base, name) => {
      for (const constraints of [constrainTo([base]), constrainTo([], [base])]) {
        expect(judge(constraints, [name])).toEqual(['NAME_CONSTRAINTS_UNSUPPORTED'])
        expect(judge(constraints, [dns('a.b')])).toEqual([])
      }
    },
  )

  it('a distance, which RFC 5280 forbids', () => {
    const subtree = der.sequence(dns('example.com'), der.implicit(0, der.integer(1)))
    const constraints = extension('2.5.29.30', true, der.sequence(der.implicit(1, der.sequence(subtree))))
    expect(judge(constraints, [dns('example.org')])).toEqual(['NAME_CONSTRAINTS_UNSUPPORTED'])
  })

  it.each([
    ['a mask with holes', ip(10, 0, 0, 0, 255, 0, 255, 0), ip(1, 2, 3, 4)],
    ['a network of seven octets', ip(10, 0, 0, 0, 255, 0, 0), ip(1, 2, 3, 4)],
    ['a host with a space', dns('exa mple.com'), dns('example.org')],
  ])('%s is malformed', (_what, base, name) => {
    expect(judge(constrainTo([], [base]), [name])).toEqual(['EXTENSION_MALFORMED'])
  })
})

it('thousands of names under thousands of constraints: given up, quickly', () => {
  const hosts = (prefix: string) => Array.from({ length: 2000 }, (_none, i) => dns(`${prefix}${i}.test`))
  const ca = issue({ subject: 'CA', ca: true, extensions: [constrainTo([], hosts('a'))] })
  const path = [issue({ subject: 'D', by: ca, extensions: [alternativeNames(...hosts('b'))] }), ca]
  const started = cpuMs()
  expect(codes(...path)).toEqual(['BUDGET_EXHAUSTED'])
  expect(cpuMs() - started).toBeLessThan(1000)
})

it('any host below a permitted one is permitted, and excluded where that is excluded', () => {
  const label = fc.stringMatching(/^[a-z]{1,8}$/)
  fc.assert(
    fc.property(
      fc.array(label, { minLength: 1, maxLength: 3 }),
      fc.array(label, { maxLength: 3 }),
      (base, front) => {
        const [root, host] = [dns(base.join('.')), dns([...front, ...base].join('.'))]
        expect(judge(constrainTo([root]), [host])).toEqual([])
        expect(judge(constrainTo([], [root]), [host])).toEqual(['NAME_CONSTRAINTS'])
      },
    ),
    { numRuns: 40 },
  )
})
