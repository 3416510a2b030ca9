import { describe, expect, it } from 'vitest'
import { openPdf } from '../../formats/index.ts'
import { basicObjects } from '../../formats/pdf/testing/build-pdf.ts'
import { checkMaySign } from './check-may-sign.ts'
import { chooseFieldName } from './field-name.ts'
import { buildForm, buildSignedForm } from './testing/build-form.ts'

const check = (bytes: Uint8Array) => checkMaySign(openPdf(bytes))
const refusedWith = (code: string, details: object = {}) => expect.objectContaining({ code, details })

/** The name of the field that a signature would get. */
function nameFor(bytes: Uint8Array, wish?: string): string {
  const doc = openPdf(bytes)
  return chooseFieldName(doc, checkMaySign(doc), wish)
}

const transform = (method: string, parameters: string): string =>
  `/Reference[<</Type/SigRef/TransformMethod/${method}/TransformParams<</Type/TransformParams${parameters}>>>>]`

describe('a certified document', () => {
  it.each([
    ['P = 2', '/P 2'],
    ['P = 3', '/P 3'],
    ['no P, which means 2', ''],
  ])('with %s may be signed', (_, p) => {
    expect(check(buildSignedForm(transform('DocMDP', p), '', '/Perms<</DocMDP 6 0 R>>'))).toEqual([])
  })

  it.each([
    ['P = 1', '/P 1', 1],
    ['a P nobody knows', '/P 4', 4],
    ['a P that is no number', '/P/Three', '?'],
  ])('with %s may not', (_, p, permission) => {
    const code = refusedWith('ERR_PADES_CERTIFIED', { permission })
    expect(() => check(buildSignedForm(transform('DocMDP', p), '', '/Perms<</DocMDP 6 0 R>>'))).toThrow(code)
  })

  it('may not where only its signature says so, not the catalogue', () => {
    expect(() => check(buildSignedForm(transform('DocMDP', '/P 1')))).toThrow(
      refusedWith('ERR_PADES_CERTIFIED', { permission: 1 }),
    )
  })

  it('may not where only the catalogue leads to the signature', () => {
    const bytes = buildForm({
      catalog: '/Perms<</DocMDP 6 0 R>>',
      objects: { 6: `<</Type/Sig/ByteRange[0 1 2 3]/Contents<00>${transform('DocMDP', '/P 1')}>>` },
    })
    expect(() => check(bytes)).toThrow(refusedWith('ERR_PADES_CERTIFIED', { permission: 1 }))
  })

  it("may not where a signed field's lock says P = 1", () => {
    expect(() =>
      check(buildSignedForm('', '/Lock<</Type/SigFieldLock/Action/Include/Fields[(a)]/P 1>>')),
    ).toThrow(refusedWith('ERR_PADES_CERTIFIED', { permission: 1 }))
  })
})

describe('locks of earlier signatures', () => {
  it.each([
    ['a FieldMDP transform', transform('FieldMDP', '/Action/All'), ''],
    ["the signed field's lock", '', '/Lock<</Action/All>>'],
    ['an action nobody knows', transform('FieldMDP', '/Action/Some'), ''],
  ])('on all fields, by %s, forbid a further signature', (_, signature, field) => {
    const bytes = buildSignedForm(signature, field)
    expect(() => nameFor(bytes)).toThrow(refusedWith('ERR_PADES_FIELDS_LOCKED'))
    expect(() => nameFor(bytes, 'New')).toThrow(refusedWith('ERR_PADES_FIELDS_LOCKED'))
  })

  it('on all fields but named ones let only a field of such a name be added', () => {
    const bytes = buildSignedForm(transform('FieldMDP', '/Action/Exclude/Fields[(Nurse)]'))
    expect(nameFor(bytes, 'Nurse')).toBe('Nurse')
    expect(() => nameFor(bytes, 'Doctor')).toThrow(refusedWith('ERR_PADES_FIELD_LOCKED'))
    expect(() => nameFor(bytes)).toThrow(refusedWith('ERR_PADES_FIELDS_LOCKED'))
  })

  it('on named fields let any other be added', () => {
    const bytes = buildSignedForm(transform('FieldMDP', '/Action/Include/Fields[(Signature1)(Signature2)]'))
    expect(nameFor(bytes)).toBe('Signature3')
    expect(() => nameFor(bytes, 'Signature1')).toThrow(refusedWith('ERR_PADES_FIELD_LOCKED'))
  })

  it('bind where they stand in the widget of a field', () => {
    const bytes = buildForm({
      catalog: '/AcroForm<</Fields[5 0 R]>>',
      objects: {
        5: '<</FT/Sig/T(Old)/V 6 0 R/Kids[7 0 R]>>',
        6: '<</Type/Sig/ByteRange[0 1 2 3]/Contents<00>>>',
        7: '<</Subtype/Widget/Parent 5 0 R/Rect[0 0 0 0]/Lock<</Action/Include/Fields[(Signature1)]>>>>',
      },
    })
    expect(nameFor(bytes)).toBe('Signature2')
  })

  it('of a field that is not signed do not bind', () => {
    const bytes = buildForm({
      catalog: '/AcroForm<</Fields[5 0 R]>>',
      objects: { 5: '<</FT/Sig/T(Old)/Lock<</Action/All/P 1>>>>' },
    })
    expect(nameFor(bytes)).toBe('Signature1')
  })
})

describe('the name of the new field', () => {
  const bytes = buildForm({
    catalog: '/AcroForm<</Fields[5 0 R 6 0 R]>>',
    objects: {
      5: '<</FT/Tx/T(Signature1)>>',
      6: '<</T(Signature2)/Kids[7 0 R]>>',
      7: '<</FT/Tx/T(a)/Parent 6 0 R>>',
    },
  })

  it('is the first free one, fields with children counted', () => {
    expect(nameFor(bytes)).toBe('Signature3')
  })

  it('may be asked for, with every Vietnamese letter', () => {
    expect(nameFor(bytes, 'Chữ ký bác sĩ'.normalize('NFD'))).toBe('Chữ ký bác sĩ')
  })

  it.each(['Signature1', 'Signature2'])('%s is refused as taken', (wish) => {
    expect(() => nameFor(bytes, wish)).toThrow(refusedWith('ERR_PADES_FIELD_EXISTING_UNSUPPORTED'))
  })

  it.each([
    ['empty', ''],
    ['with a period', 'a.b'],
    ['with a control character', 'a\nb'],
    ['with a letter that nobody sees', 'Signature1\u200b'],
    ['written backwards', '\u202ea'],
    ['with half a surrogate pair', 'a\ud800'],
    ['too long', 'x'.repeat(128)],
  ])('%s is refused', (_, wish) => {
    expect(() => nameFor(bytes, wish)).toThrow(refusedWith('ERR_PADES_FIELD_NAME', { limit: 127 }))
  })
})

describe('usage rights', () => {
  const withRights = (rights: string): Buffer =>
    buildForm({
      catalog: '/Perms<</UR3 5 0 R>>',
      objects: { 5: `<</Type/Sig/ByteRange[0 1 2 3]/Contents<00>${transform('UR3', rights)}>>` },
    })

  it('that include adding and signing fields allow a signature', () => {
    expect(check(withRights('/Form[/Add/FillIn]/Signature[/Modify]'))).toEqual([])
  })

  it.each([
    ['filling in alone', '/Form[/FillIn]/Signature[/Modify]'],
    ['adding fields without signing', '/Form[/Add]'],
    ['comments alone', '/Annots[/Create]'],
  ])('for %s do not', (_, rights) => {
    expect(() => check(withRights(rights))).toThrow(refusedWith('ERR_PADES_USAGE_RIGHTS', { right: 'UR3' }))
  })
})

describe('an XFA form', () => {
  const config = (render: string): string =>
    `<config xmlns="http://www.xfa.org/schema/xci/3.0/"><acrobat><acrobat7><dynamicRender>${render}</dynamicRender></acrobat7></acrobat></config>`
  const packet = (text: string): string => `<</Length ${text.length}>>\nstream\n${text}\nendstream`

  it('that is static may be signed', () => {
    const objects = { 5: packet(config('forbidden')) }
    expect(check(buildForm({ catalog: '/AcroForm<</Fields[]/XFA[(config)5 0 R]>>', objects }))).toEqual([])
  })

  it.each([
    ['by its configuration', '/AcroForm<</Fields[]/XFA[(preamble)6 0 R(config)5 0 R]>>'],
    ['by its one stream', '/AcroForm<</Fields[]/XFA 5 0 R>>'],
    ['by the catalogue', '/NeedsRendering true/AcroForm<</Fields[]/XFA 6 0 R>>'],
  ])('that is dynamic %s may not', (_, catalog) => {
    const objects = { 5: packet(config('required')), 6: packet('<x/>') }
    expect(() => check(buildForm({ catalog, objects }))).toThrow(refusedWith('ERR_PADES_XFA_UNSUPPORTED'))
  })

  const formOf = (...packets: Uint8Array[]): Buffer => {
    const names = packets.map((_, i) => `(p${i}) ${10 + i} 0 R`).join(' ')
    const build = basicObjects().object(
      1,
      `<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[]/XFA[${names}]>>>>`,
    )
    for (const [i, data] of packets.entries()) build.stream(10 + i, '', data)
    return build.table().bytes
  }
  const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')
  const text = (inner: string) => Buffer.from(`<config>${inner}</config>`)

  it.each([
    ['in UTF-16, low byte first', [utf16(config('required'))]],
    ['in UTF-16, high byte first', [utf16(config('required')).swap16()]],
    ['under an attribute', [text('<dynamicRender a=">">required</dynamicRender>')]],
    ['behind a comment', [text('<dynamicRender><!-- x -->required</dynamicRender>')]],
    ['as character data', [text('<dynamicRender><![CDATA[required]]></dynamicRender>')]],
    ['as an entity', [text('<dynamicRender>&#114;equired</dynamicRender>')]],
    ['under any prefix', [text('<x-y.z:dynamicRender>required</x-y.z:dynamicRender>')]],
    ['behind much white space', [text(`<dynamicRender>${' '.repeat(500)}required</dynamicRender>`)]],
    ['across two packets', [Buffer.from('<config><dynamicRen'), Buffer.from('der>required</dynamicRender>')]],
    [
      'across two packets, between name and value',
      [Buffer.from('<dynamicRender>'), Buffer.from('required<')],
    ],
    ['among very many words', [text('<dynamicRender/>'.repeat(101))]],
  ])('that says so %s may not be signed', (_, packets) => {
    expect(() => check(formOf(...packets))).toThrow(refusedWith('ERR_PADES_XFA_UNSUPPORTED'))
  })

  it.each([
    ['in UTF-16', [utf16(config('forbidden')).swap16()]],
    ['by an empty element', [text('<dynamicRender/><a/>')]],
    ['by saying nothing', [text('<dynamicRender> </dynamicRender>'), text('<template>required</template>')]],
    ['before a comment', [text('<dynamicRender>forbidden</dynamicRender><!-- required -->')]],
    ['at the very end', [Buffer.from('<x:dynamicRender>\n forbidden </x:dynamicRender>')]],
  ])('that is static %s may be signed', (_, packets) => {
    expect(check(formOf(...packets))).toEqual([])
  })
})

describe('a form tree that is circular', () => {
  it('does not hinder a signature, nor hide a lock', () => {
    const form = (signature: string): Buffer =>
      buildForm({
        catalog: '/AcroForm<</Fields[5 0 R]>>',
        objects: {
          5: '<</T(a)/Kids[6 0 R 7 0 R]>>',
          6: '<</T(b)/Kids[5 0 R]/Parent 5 0 R>>',
          7: `<</FT/Sig/T(c)/Parent 5 0 R/V<</Type/Sig/ByteRange[0 1 2 3]/Contents<00>${signature}>>>>`,
        },
      })
    expect(nameFor(form(''))).toBe('Signature1')
    expect(() => nameFor(form(transform('FieldMDP', '/Action/All')))).toThrow(
      refusedWith('ERR_PADES_FIELDS_LOCKED'),
    )
  })
})

describe('limits of our own reader', () => {
  it('a document with 256 signatures gets no further one', () => {
    const fields = Array.from(
      { length: 256 },
      (_, i) => `<</FT/Sig/T(f${i})/V<</ByteRange[0 1 2 3]/Contents<00>>>>>`,
    )
    const bytes = buildForm({ catalog: `/AcroForm<</Fields[${fields.join('')}]>>` })
    expect(() => check(bytes)).toThrow(refusedWith('ERR_PADES_SIGNATURE_LIMIT', { limit: 256 }))
  })

  it('a document with 1,024 revisions gets no further one', () => {
    const builder = basicObjects().table()
    for (let i = 1; i < 1024; i++) builder.object(5, `(${i})`).table({ size: 6 })
    expect(() => check(builder.bytes)).toThrow(refusedWith('ERR_PADES_REVISION_LIMIT', { limit: 1024 }))
  })
})
