import { describe, expect, it } from 'vitest'
import { checkUrl, parseNetAllow } from './net-guard.ts'

const codeOf = async (work: () => Promise<unknown>): Promise<unknown> =>
  work().then(
    () => 'none',
    (error: { code?: unknown }) => error.code,
  )

const nobody = parseNetAllow([])
const names: Readonly<Record<string, string[]>> = {
  'tsa.example': ['8.8.8.8', '2606:4700::1111'],
  'inside.example': ['10.0.0.7'],
  'half.example': ['8.8.8.8', '10.0.0.7'],
  'odd.example': ['not an address'],
}
const lookup = async (host: string): Promise<readonly string[]> => names[host] ?? []
const check = (url: string, allow = nobody) => checkUrl(new URL(url), allow, lookup)

describe('checkUrl', () => {
  it.each([
    ['http://8.8.8.8/tsa', ['8.8.8.8']],
    ['https://tsa.example/', ['8.8.8.8', '2606:4700:0:0:0:0:0:1111']],
    ['https://TSA.example.:8443/', ['8.8.8.8', '2606:4700:0:0:0:0:0:1111']],
    ['http://[2606:4700::1111]/', ['2606:4700:0:0:0:0:0:1111']],
  ])('%s is allowed and gives its addresses', async (url, addresses) => {
    expect(await check(url)).toEqual(addresses)
  })

  it.each([
    'http://127.0.0.1/',
    'http://127.1/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://169.254.169.254/latest/meta-data',
    'http://10.0.0.7/',
    'https://inside.example/',
    'https://half.example/',
    'https://odd.example/',
    'https://unknown.example/',
    'http://localhost/',
  ])('%s is forbidden', async (url) => {
    expect(await codeOf(() => check(url))).toBe('ERR_TRUST_URL_FORBIDDEN')
  })

  it.each(['ftp://8.8.8.8/', 'file:///etc/passwd', 'data:,x', 'javascript:1'])(
    '%s is of no scheme that is fetched',
    async (url) => expect(await codeOf(() => check(url))).toBe('ERR_TRUST_URL_SCHEME'),
  )

  it.each([
    ['http://127.0.0.1/', ['127.0.0.1']],
    ['http://[::1]/', ['::1']],
    ['https://inside.example/', ['inside.example']],
    ['https://inside.example/', ['10.0.0.0/8']],
    ['https://half.example/', ['10.0.0.7']],
  ])('%s is allowed where %o is listed', async (url, entries) => {
    expect((await check(url, parseNetAllow(entries))).length).toBeGreaterThan(0)
  })

  it.each([
    ['http://127.0.0.2/', ['127.0.0.1']],
    ['https://inside.example/', ['example']],
    ['http://10.0.0.7/', ['inside.example']],
    ['https://unknown.example/', ['unknown.example']],
  ])('%s stays forbidden where %o is listed', async (url, entries) => {
    expect(await codeOf(() => check(url, parseNetAllow(entries)))).toBe('ERR_TRUST_URL_FORBIDDEN')
  })
})

describe('parseNetAllow', () => {
  it.each([
    '',
    ' ',
    '10.0.0.1/8',
    '999.0.0.1',
    '1.2.3',
    'http://tsa',
    'tsa:80',
    '*.example',
    '-a',
    'a..b',
    '10.0.0.0/99',
  ])('the entry %j is refused', (entry) =>
    expect(() => parseNetAllow([entry])).toThrow(
      expect.objectContaining({ code: 'ERR_TRUST_NET_ALLOW_INVALID' }),
    ),
  )

  it('reads hosts, addresses and networks', () => {
    const { hosts, networks } = parseNetAllow(['TSA.hospital.example', ' 127.0.0.1 ', 'fd00::/8'])
    expect([...hosts]).toEqual(['tsa.hospital.example'])
    expect(networks.map(({ prefix }) => prefix)).toEqual([32, 8])
  })
})
