import { describe, expect, it } from 'vitest'
import { openPdf } from '../../formats/index.ts'
import { cpuOf } from '../../formats/pdf/testing/helpers.ts'
import { checkMaySign } from './check-may-sign.ts'
import { chooseFieldName } from './field-name.ts'
import { buildForm, buildSignedForm } from './testing/build-form.ts'
import { prepareAs } from './testing/sign-pdf.ts'

const refusedWith = (code: string, details: object) => expect.objectContaining({ code, details })

function nameFor(bytes: Uint8Array): string {
  const doc = openPdf(bytes)
  return chooseFieldName(doc, checkMaySign(doc), undefined)
}

const lockOf = (fields: string): string =>
  `<</TransformMethod/FieldMDP/TransformParams<</Action/Include/Fields ${fields}>>>>`

describe('a few kilobytes that stand for millions of locks', () => {
  const tooMany = refusedWith('ERR_PADES_LOCK_LIMIT', { limit: 100_000 })

  it('by one long list that all signatures share are refused, in 2 s of CPU', () => {
    const signed = Array.from({ length: 250 }, (_, i) => [20 + i, `<</FT/Sig/T(f${i})/V 6 0 R>>`] as const)
    const bytes = buildForm({
      catalog: `/AcroForm<</Fields[${signed.map(([num]) => `${num} 0 R`).join(' ')}]>>`,
      objects: {
        6: '<</Type/Sig/ByteRange[0 1 2 3]/Contents<00>/Reference 7 0 R>>',
        7: `[${'8 0 R '.repeat(100_000)}]`,
        8: lockOf('[(a)]'),
        ...Object.fromEntries(signed),
      },
    })
    expect(cpuOf(() => expect(() => nameFor(bytes)).toThrow(tooMany))).toBeLessThan(2000)
  })

  it('by one list of names that many transforms share are refused, in 2 s of CPU', () => {
    const names = Array.from({ length: 5000 }, (_, i) => `(Signature${i})`).join('')
    const bytes = buildForm({
      catalog: '/AcroForm<</Fields[5 0 R]>>',
      objects: {
        5: '<</FT/Sig/T(Old)/V 6 0 R>>',
        6: `<</Type/Sig/ByteRange[0 1 2 3]/Contents<00>/Reference[${'7 0 R '.repeat(3000)}]>>`,
        7: lockOf('8 0 R'),
        8: `[${names}]`,
      },
    })
    expect(cpuOf(() => expect(() => nameFor(bytes)).toThrow(tooMany))).toBeLessThan(2000)
  })
})

describe('locks on many names', () => {
  const names = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => `(Signature${from + i})`).join('')
  const locks = (...parameters: string[]) =>
    buildSignedForm(
      `/Reference[${parameters.map((text) => `<</TransformMethod/FieldMDP/TransformParams<<${text}>>>>`).join('')}]`,
    )

  it('are passed over in 2 s of CPU to the first name that is free', () => {
    const bytes = locks(`/Action/Include/Fields[${names(0, 50_000)}]`)
    expect(cpuOf(() => expect(nameFor(bytes)).toBe('Signature50000'))).toBeLessThan(2000)
  })

  it('bind all together', () => {
    const first = `/Action/Exclude/Fields[${names(1, 6)}]`
    const second = `/Action/Exclude/Fields[${names(3, 9)}]`
    expect(nameFor(locks(first, second))).toBe('Signature3')
    expect(nameFor(locks(first, second, '/Action/Include/Fields[(Signature3)]'))).toBe('Signature4')
    expect(() => nameFor(locks(first, `/Action/Exclude/Fields[${names(7, 9)}]`))).toThrow(
      refusedWith('ERR_PADES_FIELDS_LOCKED', {}),
    )
  })
})

describe('a certification whose /Reference is no array', () => {
  it('is honoured all the same', () => {
    const reference = '/Reference<</TransformMethod/DocMDP/TransformParams<</P 1>>>>'
    expect(() => nameFor(buildSignedForm(reference, '', '/Perms<</DocMDP 6 0 R>>'))).toThrow(
      refusedWith('ERR_PADES_CERTIFIED', { permission: 1 }),
    )
  })
})

describe('a catalogue with a string of ten million parentheses', () => {
  it('is written again in 2 s of CPU', async () => {
    const [open, close] = ['('.repeat(5_000_000), ')'.repeat(5_000_000)]
    const bytes = buildForm({ catalog: `/X(${open}${close})` })
    const before = process.cpuUsage()
    const prepared = await prepareAs('doctor-01', bytes)
    const { user, system } = process.cpuUsage(before)
    expect((user + system) / 1000).toBeLessThan(2000)
    expect(prepared.appended?.length).toBeGreaterThan(10_000_000)
  })
})
