import { describe, expect, it } from 'vitest'
import { ApiError } from '../errors.ts'
import { parseMediaType } from './media-type.ts'
import { parseMultipart } from './multipart.ts'

const type = parseMediaType('multipart/form-data; boundary="x-1"')!

async function* inPieces(text: string, size: number) {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function parse(text: string, size = 7, mediaType = type) {
  const parts: [string, string | null, string][] = []
  for await (const part of parseMultipart(mediaType, inPieces(text, size))) {
    const chunks: Uint8Array[] = []
    for await (const chunk of part.body) chunks.push(Buffer.from(chunk))
    parts.push([part.name, part.mediaType?.type ?? null, Buffer.concat(chunks).toString()])
  }
  return parts
}

const part = (name: string, body: string, headers = '') =>
  `--x-1\r\nContent-Disposition: form-data; name="${name}"${headers}\r\n\r\n${body}\r\n`

describe('multipart bodies', () => {
  it.each([1, 2, 3, 7, 64, 4096])('are read the same in pieces of %i bytes', async (size) => {
    const text = `${part('options', '{"a":1}')}${part('document', 'x\r\n--x-\r\n\r\n-', '; filename="tệp.pdf"\r\nContent-Type: application/pdf')}--x-1--\r\n`
    expect(await parse(text, size)).toEqual([
      ['options', null, '{"a":1}'],
      ['document', 'application/pdf', 'x\r\n--x-\r\n\r\n-'],
    ])
  })

  it('skip what a reader leaves of a part', async () => {
    const text = `${part('first', 'long body')}${part('second', 'b')}--x-1--`
    const names: string[] = []
    for await (const { name } of parseMultipart(type, inPieces(text, 5))) names.push(name)
    expect(names).toEqual(['first', 'second'])
  })

  it('give an empty part as empty', async () => {
    expect(await parse(`${part('empty', '')}--x-1--`)).toEqual([['empty', null, '']])
  })

  it('may stop the source that is not read to its end', async () => {
    let stopped = false
    async function* source() {
      try {
        yield Buffer.from(part('a', 'b'))
        yield Buffer.from('--x-1--\r\n')
        yield Buffer.from('epilogue')
      } finally {
        stopped = true
      }
    }
    for await (const _ of parseMultipart(type, source()));
    expect(stopped).toBe(true)
  })

  it.each([
    ['no boundary at all', 'multipart/form-data', part('a', 'b')],
    ['a boundary that is too long', `multipart/form-data; boundary=${'x'.repeat(71)}`, part('a', 'b')],
    ['a preamble', undefined, `hello\r\n${part('a', 'b')}--x-1--`],
    ['nothing', undefined, ''],
    ['another boundary', undefined, '--y\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--y--'],
    ['an end before the closing boundary', undefined, part('a', 'b')],
    ['an end inside the head', undefined, '--x-1\r\nContent-Disposition: form-da'],
    ['a part without a name', undefined, '--x-1\r\nContent-Disposition: form-data\r\n\r\nb\r\n--x-1--'],
    ['a part without disposition', undefined, '--x-1\r\nContent-Type: text/plain\r\n\r\nb\r\n--x-1--'],
    ['an attachment', undefined, '--x-1\r\nContent-Disposition: attachment; name="a"\r\n\r\nb\r\n--x-1--'],
    ['a header twice', undefined, part('a', 'b', '\r\nContent-Disposition: form-data; name="c"')],
    ['a header without colon', undefined, part('a', 'b', '\r\nnonsense')],
    ['a transfer encoding', undefined, part('a', 'b', '\r\nContent-Transfer-Encoding: base64')],
    ['a malformed type', undefined, part('a', 'b', '\r\nContent-Type: pdf')],
    ['something behind a boundary', undefined, `--x-1 hello\r\n${part('a', 'b')}`],
    ['an endless head', undefined, part('a', 'b', `\r\nX: ${'x'.repeat(9000)}`)],
    ['17 parts', undefined, `${part('a', 'b').repeat(17)}--x-1--`],
  ])('with %s are refused', async (_, mediaType, text) => {
    const used = mediaType ? parseMediaType(mediaType)! : type
    const error = await parse(text, 16, used).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ApiError)
    expect(error).toMatchObject({ code: 'ERR_API_MULTIPART_MALFORMED' })
  })
})
