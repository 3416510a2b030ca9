import { describe, expect, it } from 'vitest'
import { parseMediaType, requireMediaType } from './media-type.ts'

describe('media types', () => {
  it('are read with parameters, quoted or not', () => {
    const read = parseMediaType('Multipart/Form-Data; Boundary="a \\"b"; charset=utf-8 ')
    expect(read?.type).toBe('multipart/form-data')
    expect([...(read?.parameters ?? [])]).toEqual([
      ['boundary', 'a "b'],
      ['charset', 'utf-8'],
    ])
  })

  it.each(['', 'pdf', 'application/', '/pdf', 'a b/c', 'a/b; c', 'a/b; c="d', 'a/b; c=d; c=e', 'a/b, c/d'])(
    '%j is none',
    (text) => expect(parseMediaType(text)).toBeNull(),
  )

  it.each([
    [{}, 'ERR_API_MEDIA_TYPE_MISSING'],
    [{ 'content-type': 'pdf' }, 'ERR_API_MEDIA_TYPE_UNSUPPORTED'],
    [{ 'content-type': 'application/pdf', 'content-encoding': 'gzip' }, 'ERR_API_CONTENT_ENCODING'],
    [{ 'content-type': 'a/b', 'transfer-encoding': 'gzip, chunked' }, 'ERR_API_CONTENT_ENCODING'],
  ])('of the headers %j: %s', (headers, code) => {
    expect(() => requireMediaType(new Headers(headers as Record<string, string>), 'x')).toThrow(
      expect.objectContaining({ code }),
    )
  })

  it('go with the encoding identity', () => {
    const headers = new Headers({ 'content-type': 'text/plain', 'content-encoding': 'identity' })
    expect(requireMediaType(headers, 'x').type).toBe('text/plain')
  })
})
