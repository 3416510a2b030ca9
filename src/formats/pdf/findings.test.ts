import { constants, deflateRawSync, deflateSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { describeWith, needs } from '../../../test/support/requirements.ts'
import {
  findPage,
  IncrementalUpdate,
  listSignatures,
  openPdf,
  PdfDict,
  type PdfStream,
  PdfString,
} from './index.ts'
import { basicObjects, buildPdf, kinds, PdfBuilder } from './testing/build-pdf.ts'
import { runInChild } from './testing/child.ts'
import { cpuOf, lenient, ref, refusal, refused, text } from './testing/helpers.ts'
import { checkWithQpdf, qpdf } from './testing/qpdf.ts'

const random = (n: number): Uint8Array => new Uint8Array(n).fill(7)

/** Packed data that unpacks to so many times ten MiB of zeros; its check sum, which nobody gets to, is wrong. */
function zeros(times: number): Buffer {
  const block = deflateRawSync(Buffer.alloc(10 * 1024 * 1024), {
    level: 9,
    finishFlush: constants.Z_FULL_FLUSH,
  })
  const blocks = Array.from({ length: times }, () => block)
  return Buffer.concat([Buffer.from('789c', 'hex'), ...blocks, Buffer.from('030000000000', 'hex')])
}

/** The whole file after an update that adds one object and writes the catalogue anew. */
function updateCatalog(bytes: Uint8Array, password?: string): Buffer {
  const doc = openPdf(bytes, password === undefined ? {} : { password })
  const change = new IncrementalUpdate(doc, random)
  change.set(doc.catalogRef, doc.catalog.with({ PieceInfo: change.add(new PdfDict()) }))
  return Buffer.concat([bytes, change.finish().bytes])
}

describe('finding 1: shadow objects', () => {
  const build = () => basicObjects().stream(4, '', 'BT (record) Tj ET')

  test('a duplicate that no cross-reference names is never read, wherever it stands', () => {
    const shown = build().object(5, '(shown)')
    const shadows = [
      shown.raw('5 0 obj\n(shadow)\nendobj\n').table().bytes,
      Buffer.concat([buildPdf('table'), Buffer.from('5 0 obj\n(shadow)\nendobj\n')]),
    ]
    for (const bytes of shadows) {
      expect(['shown', 'five']).toContain(text(openPdf(bytes), 5))
      expect(['shown', 'five']).toContain(text(lenient(bytes), 5))
    }
    const before = basicObjects(new PdfBuilder().raw('5 0 obj\n(shadow)\nendobj\n')).object(5, '(shown)')
    expect(text(openPdf(before.table().bytes), 5)).toBe('shown')
  })

  test('an update copies the catalogue that is shown, not its shadow', () => {
    const bytes = build().raw('1 0 obj\n<</Type/Catalog/Pages 9 0 R/Shadow true>>\nendobj\n').table().bytes
    const after = openPdf(updateCatalog(bytes))
    expect(after.catalog.get('Pages')).toEqual(ref(2))
    expect(after.catalog.has('Shadow')).toBe(false)
  })

  test('an object of an older revision is read in its newest version', () => {
    const bytes = build().object(5, '(old)').table().object(5, '(new)').table().bytes
    expect(text(openPdf(bytes), 5)).toBe('new')
  })
})

describe('finding 2: nothing is rewritten', () => {
  const signed = () => {
    const build = basicObjects().object(9, '<</Type/Sig/ByteRange[0 1 2 3]/Contents <00ff> >>')
    build.object(8, '<</FT/Sig/T(a)/V 9 0 R>>')
    return build.object(1, '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[8 0 R]>>>>').table().bytes
  }
  test.each([
    ['bytes before the header', () => Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\n\r\n'), signed()])],
    ['a footer after %%EOF', () => Buffer.concat([signed(), Buffer.from('\n--\nmail gateway\n')])],
    ['neither', signed],
  ])('%s: the update only appends, and the earlier signature stays where it was', (_, make) => {
    const bytes = make()
    const whole = updateCatalog(bytes)
    expect(whole.subarray(0, bytes.length).equals(bytes)).toBe(true)
    expect(listSignatures(openPdf(whole))[0]?.contentsSpan).toEqual(
      listSignatures(openPdf(bytes))[0]?.contentsSpan,
    )
  })

  test('a file with a broken cross-reference is refused, not repaired', () => {
    const bytes = Buffer.from(buildPdf('table').toString('latin1').replace('\nxref', '\n%\nxref'), 'latin1')
    expect(refused(bytes)).toBe('ERR_PDF_XREF_NOT_FOUND')
    expect(refusal(() => new IncrementalUpdate(lenient(bytes), random))).toBe('ERR_PDF_UPDATE_LENIENT')
  })
})

describeWith(needs.qpdf, 'finding 3: encryption', () => {
  const source = basicObjects()
    .object(9, '<</Type/Sig/ByteRange[0 1 2 3]/Contents <00ff>/Reason(why)>>')
    .object(8, '<</FT/Sig/T(a)/V 9 0 R>>')
    .object(1, '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[8 0 R]>>>>')
    .table({ trailer: '/ID[<00><00>]' }).bytes

  test.each([
    ['AES-256', ['--encrypt', 'u', 'o', '256', '--']],
    ['AES-128', ['--allow-weak-crypto', '--encrypt', 'u', 'o', '128', '--use-aes=y', '--']],
    ['RC4-128', ['--allow-weak-crypto', '--encrypt', 'u', 'o', '128', '--']],
  ])(
    '%s: an update keeps the /Encrypt reference and writes neither it nor the earlier signature again',
    (_, args) => {
      const bytes = qpdf(source, ...args)
      const before = openPdf(bytes, { password: 'u' })
      const whole = updateCatalog(bytes, 'u')
      const after = openPdf(whole, { password: 'u' })
      const encrypt = before.encryption?.ref
      expect(encrypt).toBeTruthy()
      expect(after.trailer.get('Encrypt')).toEqual(encrypt)
      expect(after.locate(encrypt?.num ?? 0)).toEqual(before.locate(encrypt?.num ?? 0))
      const signature = listSignatures(before)[0]
      expect(after.locate(signature?.ref?.num ?? 0)).toEqual(before.locate(signature?.ref?.num ?? 0))
      expect(listSignatures(after)[0]?.contents).toEqual(signature?.contents)
      expect(checkWithQpdf(whole, 'u')).toBe('')
    },
  )
})

describe('finding 5: bombs', () => {
  const bombed = (dict: string, data: Uint8Array) => {
    const build = basicObjects()
    const at = build.length
    return build.stream(6, `/Type/XRef/W[1 4 2]/Root 1 0 R${dict}`, data).raw(`startxref\n${at}\n%%EOF\n`)
      .bytes
  }
  const open = 'return pdf.openPdf(bytes).size'

  test('a cross-reference stream of 600 KB that unpacks to 600 MB: refused in 2 s of CPU and 64 MiB', () => {
    const large = zeros(60)
    for (const dict of ['/Size 7', '/Size 8388607']) {
      const run = runInChild(bombed(`${dict}/Filter/FlateDecode`, large), open)
      expect(run.result).toMatch(/ERR_PDF_INFLATE_LIMIT/)
      expect(run.cpuMs).toBeLessThan(2000)
      expect(run.growthMiB).toBeLessThan(dict === '/Size 7' ? 64 : 256)
    }
  })

  test('a file of 1 KB whose packed data is packed three times over: refused in 2 s of CPU and 256 MiB', () => {
    const packed = deflateSync(deflateSync(zeros(60), { level: 9 }), { level: 9 })
    const filters = '/Filter[/FlateDecode/FlateDecode/FlateDecode]'
    const xref = bombed(`/Size 7${filters}`, packed)
    const content = basicObjects().stream(4, filters, packed).table().bytes
    expect(xref.length).toBeLessThan(2048)
    const read = `const doc = pdf.openPdf(bytes); return doc.decode(doc.get(new pdf.PdfRef(4, 0))).length`
    for (const [bytes, body] of [
      [xref, open],
      [content, read],
    ] as const) {
      const run = runInChild(bytes, body)
      expect(run.result).toBe('ERR_PDF_INFLATE_LIMIT')
      expect(run.cpuMs).toBeLessThan(2000)
      expect(run.growthMiB).toBeLessThan(256)
    }
  })

  test('a page tree that leads back to itself is refused, from the front and from the end', () => {
    const loop = basicObjects().object(2, '<</Type/Pages/Count 1/Kids[10 0 R]>>')
    const doc = openPdf(loop.object(10, '<</Type/Pages/Count 1/Kids[2 0 R]>>').table().bytes)
    expect(refusal(() => findPage(doc, 1))).toBe('ERR_PDF_PAGE_TREE')
    expect(refusal(() => findPage(doc, -1))).toBe('ERR_PDF_PAGE_TREE')
  })
})

describe('finding 6: what Acrobat wants of an update', () => {
  test.each(kinds)('%s: the section is of the kind of the file’s; a hybrid counts as a table', (kind) => {
    const bytes = buildPdf(kind)
    const added = updateCatalog(bytes).toString('latin1', bytes.length)
    const isStream = openPdf(bytes).xrefKind === 'stream'
    expect(added.includes('/Type /XRef')).toBe(isStream)
    expect(/^xref$/m.test(added)).toBe(!isStream)
  })

  test.each(kinds)('%s: objects that did not change are not written again', (kind) => {
    const bytes = buildPdf(kind)
    const doc = openPdf(bytes)
    const added = updateCatalog(bytes).toString('latin1', bytes.length)
    const written = [...added.matchAll(/^(\d+) 0 obj$/gm)].map(([, num]) => Number(num))
    const xref = doc.xrefKind === 'stream' ? [doc.size + 1] : []
    expect(written.sort((a, b) => a - b)).toEqual([doc.catalogRef.num, doc.size, ...xref])
  })

  test('the section of an update is not in more pieces than its object numbers are', () => {
    const doc = openPdf(buildPdf('table'))
    const change = new IncrementalUpdate(doc, random)
    for (let i = 0; i < 20; i++) change.add(new PdfString(Uint8Array.of(i)))
    const runs = Buffer.from(change.finish().bytes)
      .toString('latin1')
      .match(/^\d+ \d+$/gm)
    expect(runs).toEqual([`${doc.size} 20`])
  })
})

describe('finding of the timings: work grows with the file, not faster', () => {
  const array = (count: number) => {
    const bytes = basicObjects()
      .object(5, `[${'123 '.repeat(count)}]`)
      .table().bytes
    return cpuOf(() => openPdf(bytes).get(ref(5)))
  }
  test('flat arrays are read in linear time', () => {
    array(100_000)
    const [small, large] = [Math.max(2, array(45_000)), array(450_000)]
    expect(large / small).toBeLessThan(40)
  })

  test('opening a file of a hundred thousand objects reads none of them', () => {
    const build = basicObjects()
    for (let i = 10; i < 100_000; i++) build.object(i, '<</A[1 2 3]/B(text)/C<</D/E>>>>')
    const bytes = build.table().bytes
    expect(cpuOf(() => openPdf(bytes).catalog)).toBeLessThan(2000)
  })

  test('opening 20 MB of small objects costs about as much as hashing them, and next to no memory', () => {
    const build = basicObjects()
    const text = 'x'.repeat(130)
    for (let i = 10; i < 95_000; i++)
      build.object(i, `<</Type/StructElem/S/P/P ${i} 0 R/K[${i} 1 2]/Alt(${text})>>`)
    const body = `
      const { createHash } = process.getBuiltinModule('node:crypto')
      const cost = (run) => {
        const { user, system } = process.cpuUsage()
        run()
        const after = process.cpuUsage()
        return (after.user + after.system - user - system) / 1000
      }
      const best = (run) => Math.min(...Array.from({ length: 5 }, () => cost(run)))
      const open = best(() => pdf.openPdf(bytes).catalog)
      return { open, hash: best(() => createHash('sha256').update(bytes).digest()) }`
    const { result, growthMiB } = runInChild(build.table().bytes, body)
    const { open, hash } = result as { open: number; hash: number }
    expect(open / hash).toBeLessThan(3)
    expect(growthMiB).toBeLessThan(32)
  })

  test('an object stream is unpacked once for all its members', () => {
    const members = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [i + 10, `(${i})`]))
    const doc = openPdf(basicObjects().objectStream(7, members).xrefStream(6).bytes)
    const all = () => {
      for (let i = 0; i < 20_000; i++) expect(text(doc, i + 10)).toBe(String(i))
    }
    expect(cpuOf(all)).toBeLessThan(5000)
    expect((doc.get(ref(4)) as PdfStream).raw).toHaveLength(5)
  })
})
