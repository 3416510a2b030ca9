import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodePem, parsePem } from './pem.ts'

const codeOf = (action: () => unknown): unknown => {
  try {
    return ['accepted', action()]
  } catch (error) {
    return (error as { code?: unknown }).code
  }
}
const one = encodePem('CERTIFICATE', Uint8Array.of(1, 2, 3))

describe('parsePem', () => {
  it('reads what encodePem writes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 200 }), { minLength: 1, maxLength: 4 }),
        (list) => {
          expect(parsePem(list.map((bytes) => encodePem('CERTIFICATE', bytes)).join('text\n'))).toEqual(list)
        },
      ),
    )
  })

  it('lines hold 64 characters', () => {
    const text = encodePem('CERTIFICATE', new Uint8Array(100))
    expect(text.split('\n').map((line) => line.length)).toEqual([27, 64, 64, 8, 25, 0])
  })

  it('blocks with another label are passed over, whatever they hold', () => {
    const key = '-----BEGIN PRIVATE KEY-----\n%%%\n-----END PRIVATE KEY-----\n'
    expect(parsePem(key + one)).toEqual([Uint8Array.of(1, 2, 3)])
    expect(parsePem(encodePem('X509 CRL', Uint8Array.of(9)), 'X509 CRL')).toEqual([Uint8Array.of(9)])
  })

  it('line ends of any system and explanatory text are read', () => {
    expect(parsePem(`subject: CN=Ấn Ký\r\n${one.replaceAll('\n', '\r\n')}`)).toHaveLength(1)
    expect(parsePem(one.replaceAll('\n', '\r'))).toHaveLength(1)
    expect(parsePem(one.replace('AQID', ' AQ\tID '))).toHaveLength(1)
  })

  it.each([
    ['nothing', ''],
    ['text alone', 'not PEM'],
    ['another label alone', encodePem('X509 CRL', Uint8Array.of(1))],
    ['a block that never ends', one.replace(/-----END.*/s, '')],
    ['an end without a beginning', `-----END CERTIFICATE-----\n${one}`],
    ['another label at the end', one.replace('END CERTIFICATE', 'END X509 CRL')],
    ['a beginning inside a block', one.replace('AQID', '-----BEGIN CERTIFICATE-----')],
    ['an empty block', one.replace('AQID\n', '')],
    ['letters that base64 lacks', one.replace('AQID', 'AQ-_')],
    ['a quantum cut off', one.replace('AQID', 'AQI')],
    ['padding in the middle', one.replace('AQID', 'AQ==AQID')],
    ['headers of encrypted PEM', one.replace('AQID', 'Proc-Type: 4,ENCRYPTED\n\nAQID')],
  ])('%s is refused', (_what, text) => {
    expect(codeOf(() => parsePem(text))).toBe('ERR_PEM_MALFORMED')
  })

  it('more than 4 Mi characters are refused', () => {
    expect(codeOf(() => parsePem(`${' '.repeat(4 * 1024 * 1024)}${one}`))).toBe('ERR_PEM_TOO_LARGE')
  })
})
