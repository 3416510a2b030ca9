import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type DerElement, defaultDerLimits, der, parseDer, parseDerPrefix } from './index.ts'

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'))

/** Everything is read, so that a fault deep inside shows. */
function readAll(element: DerElement): number {
  return element.constructed ? element.children.reduce((sum, child) => sum + readAll(child), 1) : 1
}
const readHex = (text: string, mode: 'der' | 'ber' = 'der'): number => readAll(parseDer(hex(text), { mode }))

const codeOf = (action: () => unknown): unknown => {
  try {
    action()
  } catch (error) {
    return (error as { code?: unknown }).code
  }
  return 'accepted'
}

describe('parseDer in DER mode', () => {
  it.each([
    ['nothing at all', '', 'ERR_DER_TRUNCATED'],
    ['an identifier without a length', '30', 'ERR_DER_TRUNCATED'],
    ['contents that end too early', '0403aabb', 'ERR_DER_TRUNCATED'],
    ['a long length that is cut off', '0482ff', 'ERR_DER_TRUNCATED'],
    ['a child longer than its parent', '3003 0402 aa', 'ERR_DER_TRUNCATED'],
    ['a tag of many octets that is cut off', 'bf81', 'ERR_DER_TRUNCATED'],
    ['bytes behind the element', '050000', 'ERR_DER_TRAILING_DATA'],
    ['an indefinite length', '3080 0500 0000', 'ERR_DER_LENGTH'],
    ['a long form where the short one would do', '048101aa', 'ERR_DER_LENGTH'],
    ['a length with a leading zero octet', `048200ff${'00'.repeat(255)}`, 'ERR_DER_LENGTH'],
    ['the reserved length octet', 'ff', 'ERR_DER_TRUNCATED'],
    ['the reserved length FF', '04ff00', 'ERR_DER_LENGTH'],
    ['a length of seven octets', '048701000000000000', 'ERR_DER_LENGTH'],
    ['a length of 2^40', '0486010000000000', 'ERR_DER_TRUNCATED'],
    ['an OCTET STRING in segments', '2403 0401 aa', 'ERR_DER_CONSTRUCTED_STRING'],
    ['a UTF8String in segments', '2c03 0c01 61', 'ERR_DER_CONSTRUCTED_STRING'],
    ['a constructed INTEGER', '2203 0201 01', 'ERR_DER_CONSTRUCTED_STRING'],
    ['a primitive SEQUENCE', '1000', 'ERR_DER_TAG'],
    ['a primitive SET', '1100', 'ERR_DER_TAG'],
    ['end-of-contents octets where an element is due', '0000', 'ERR_DER_TAG'],
    ['a small tag number in the long form', '9f1e00', 'ERR_DER_TAG'],
    ['a tag number with a leading zero', '9f801f00', 'ERR_DER_TAG'],
    ['a tag number beyond 28 bits', '9f8fffffff7f00', 'ERR_DER_TAG'],
  ])('%s is refused', (_what, text, code) => {
    expect(codeOf(() => readHex(text))).toBe(code)
  })

  it('faults deep inside show when that part is read, not before', () => {
    const outer = parseDer(hex('3004 3002 0401'))
    expect(codeOf(() => outer.children[0]!.children)).toBe('ERR_DER_TRUNCATED')
  })

  it('a primitive element has no children', () => {
    expect(codeOf(() => parseDer(hex('0500')).children)).toBe('ERR_DER_UNEXPECTED_TAG')
  })

  it('views are on the original bytes, nothing is copied', () => {
    const bytes = hex('3006 0401aa a10105')
    const [child] = parseDer(bytes.subarray(0, 8)).children
    expect(child!.content).toEqual(hex('aa'))
    expect(child!.bytes.buffer).toBe(bytes.buffer)
    expect(child!.bytes.byteOffset).toBe(bytes.byteOffset + 2)
  })

  it('tag classes and large tag numbers are read', () => {
    const element = parseDer(hex('ff 8f ff ff 7f 00'))
    expect([element.tagClass, element.tag, element.constructed]).toEqual(['private', 0x1ffffff, true])
    expect(parseDer(hex('5f 1f 00')).tagClass).toBe('application')
  })

  it('parseDerPrefix leaves what follows', () => {
    expect(parseDerPrefix(hex('0500 0000 0000')).bytes).toEqual(hex('0500'))
    expect(codeOf(() => parseDerPrefix(hex('04')))).toBe('ERR_DER_TRUNCATED')
  })
})

describe('parseDer in BER mode', () => {
  it.each([
    ['an indefinite length', '3080 0500 0000', 2],
    ['indefinite lengths inside one another', '3080 3080 0500 0000 0000', 3],
    ['a length longer than needed', '04820001aa', 1],
    ['an OCTET STRING in segments', '2480 0401aa 0401bb 0000', 3],
  ])('%s is read', (_what, text, nodes) => {
    expect(readHex(text, 'ber')).toBe(nodes)
  })

  it.each([
    ['an indefinite length that never ends', '3080 0500', 'ERR_DER_TRUNCATED'],
    ['an inner one that never ends', '3080 3080 0500 0000', 'ERR_DER_TRUNCATED'],
    ['an indefinite length of a primitive', '0480 aa 0000', 'ERR_DER_LENGTH'],
    ['a constructed INTEGER', '2203 0201 01', 'ERR_DER_CONSTRUCTED_STRING'],
    ['a primitive SEQUENCE', '1000', 'ERR_DER_TAG'],
    ['one end-of-contents octet of two', '3080 0500 00', 'ERR_DER_TAG'],
    ['bytes behind the end-of-contents octets', '3080 0000 00', 'ERR_DER_TRAILING_DATA'],
  ])('%s is refused', (_what, text, code) => {
    expect(codeOf(() => readHex(text, 'ber'))).toBe(code)
  })

  it('contents end before the end-of-contents octets, bytes behind them', () => {
    const element = parseDer(hex('3080 0500 0000'), { mode: 'ber' })
    expect(element.indefinite).toBe(true)
    expect(element.content).toEqual(hex('0500'))
    expect(element.bytes).toHaveLength(6)
  })
})

describe('limits', () => {
  const nested = (levels: number): Uint8Array => {
    let bytes = der.nullValue()
    for (let i = 0; i < levels; i++) bytes = der.sequence(bytes)
    return bytes
  }

  it('64 levels are read, 65 are not', () => {
    expect(readAll(parseDer(nested(64)))).toBe(65)
    expect(codeOf(() => readAll(parseDer(nested(65))))).toBe('ERR_DER_DEPTH')
  })

  it('indefinite lengths count as levels before anything inside is read', () => {
    const deep = Buffer.from('3080'.repeat(100_000), 'hex')
    expect(codeOf(() => parseDer(deep, { mode: 'ber' }))).toBe('ERR_DER_DEPTH')
  })

  it('elements are counted over all levels', () => {
    const bytes = der.sequence(der.sequence(der.nullValue(), der.nullValue()), der.nullValue())
    const limits = { maxDepth: 64, maxNodes: 5 }
    expect(readAll(parseDer(bytes, { limits }))).toBe(5)
    expect(codeOf(() => readAll(parseDer(bytes, { limits: { ...limits, maxNodes: 4 } })))).toBe(
      'ERR_DER_NODES',
    )
  })

  it('a megabyte of empty elements is refused quickly', () => {
    const bytes = der.sequence(
      new Uint8Array(2 * defaultDerLimits.maxNodes + 2).map((_o, i) => (i % 2 ? 0 : 5)),
    )
    const started = performance.now()
    expect(codeOf(() => parseDer(bytes).children)).toBe('ERR_DER_NODES')
    expect(performance.now() - started).toBeLessThan(2000)
  })

  it('indefinite lengths side by side take linear time', () => {
    const bytes = Buffer.concat([hex('3080'), Buffer.from('30800000'.repeat(100_000), 'hex'), hex('0000')])
    const started = performance.now()
    expect(readAll(parseDer(bytes, { mode: 'ber' }))).toBe(100_001)
    expect(performance.now() - started).toBeLessThan(2000)
  })
})

describe('any bytes', () => {
  it('are read or refused with a code, never anything else; what is read is what stood there', () => {
    const mode = fc.constantFrom('der' as const, 'ber' as const)
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), mode, (bytes, mode) => {
        try {
          const element = parseDer(bytes, { mode })
          expect(element.bytes).toEqual(bytes)
          readAll(element)
        } catch (error) {
          expect(String((error as { code?: unknown }).code)).toMatch(/^ERR_DER_/)
        }
      }),
      { numRuns: 2000 },
    )
  })

  it('one octet changed in sound DER never makes anything but an element or a refusal', () => {
    const sound = der.sequence(der.integer(5), der.setOf(der.oid('2.5.4.3'), der.utf8String('Ấn Ký')))
    for (let at = 0; at < sound.length; at++) {
      for (let value = 0; value < 256; value++) {
        const bytes = sound.slice()
        bytes[at] = value
        const code = codeOf(() => readAll(parseDer(bytes)))
        expect(String(code)).toMatch(/^(accepted|ERR_DER_)/)
      }
    }
  })
})
