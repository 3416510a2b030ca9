import { describe, expect, test } from 'vitest'
import { describeWith, needs } from '../../../test/support/requirements.ts'
import type { PdfDocument } from './document.ts'
import { findPage, openPdf, PdfDict, type PdfRef, type PdfStream, PdfString } from './index.ts'
import { basicObjects } from './testing/build-pdf.ts'
import { cpuOf, lenient, ref, refusal, refused, text } from './testing/helpers.ts'
import { qpdf } from './testing/qpdf.ts'

const plain = basicObjects()
  .object(5, '(secret (five))')
  .object(7, '<</Five 5 0 R>>')
  .object(1, '<</Type/Catalog/Pages 2 0 R/PieceInfo 7 0 R/Metadata 8 0 R>>')
  .stream(8, '/Type/Metadata/Subtype/XML', '<x:xmpmeta/>')
  .table({ trailer: '/ID[<00112233445566778899aabbccddeeff><00112233445566778899aabbccddeeff>]' }).bytes

const five = (doc: PdfDocument): unknown => {
  const info = doc.resolve(doc.catalog.get('PieceInfo'))
  const reference = info instanceof PdfDict ? info.get('Five') : null
  const value = doc.resolve(reference)
  return value instanceof PdfString ? Buffer.from(value.bytes).toString('latin1') : value
}
const content = (doc: PdfDocument): string => {
  const stream = doc.resolve(findPage(doc, 1).dict.get('Contents')) as PdfStream
  return Buffer.from(doc.decode(stream)).toString('latin1').trim()
}

const handlers = [
  ['RC4-40', ['--encrypt', 'USER', 'OWNER', '40', '--']],
  ['RC4-128', ['--encrypt', 'USER', 'OWNER', '128', '--use-aes=n', '--']],
  ['RC4-128', ['--encrypt', 'USER', 'OWNER', '128', '--force-V4', '--']],
  ['AES-128', ['--encrypt', 'USER', 'OWNER', '128', '--use-aes=y', '--']],
  ['AES-128', ['--encrypt', 'USER', 'OWNER', '128', '--use-aes=y', '--cleartext-metadata', '--']],
  ['AES-256', ['--encrypt', 'USER', 'OWNER', '256', '--force-R5', '--']],
  ['AES-256', ['--encrypt', 'USER', 'OWNER', '256', '--']],
  ['AES-256', ['--encrypt', 'USER', 'OWNER', '256', '--cleartext-metadata', '--']],
] as const

const make = (args: readonly string[], user: string, owner: string, packed: boolean) =>
  qpdf(
    plain,
    '--allow-weak-crypto',
    ...(packed ? ['--object-streams=generate'] : []),
    ...args.map((arg) => (arg === 'USER' ? user : arg === 'OWNER' ? owner : arg)),
  )

describeWith(needs.qpdf, 'encrypted files made by qpdf', () => {
  describe.each(handlers)('%s (%j)', (handler, args) => {
    for (const packed of [false, true]) {
      const structure = packed ? 'object streams' : 'table'

      test(`${structure}: an empty user password opens without one, as user`, () => {
        const doc = openPdf(make(args, '', 'của-chủ', packed))
        expect(doc.encryption).toMatchObject({ handler, asOwner: false })
        expect(five(doc)).toBe('secret (five)')
        expect(content(doc)).toBe('BT ET')
      })

      test(`${structure}: the user's and the owner's password open, another and none do not`, () => {
        const bytes = make(args, 'khách', 'chủ', packed)
        const asUser = openPdf(bytes, { password: 'khách' })
        expect([asUser.encryption?.asOwner, five(asUser), content(asUser)]).toEqual([
          false,
          'secret (five)',
          'BT ET',
        ])
        expect(refused(bytes)).toBe('ERR_PDF_PASSWORD_REQUIRED')
        for (const password of ['', 'Khách', 'chủ ', 'x'.repeat(200)]) {
          expect(refused(bytes, { password })).toBe('ERR_PDF_PASSWORD_INCORRECT')
          expect(refused(bytes, { password, mode: 'lenient' })).toBe('ERR_PDF_PASSWORD_INCORRECT')
        }
        const asOwner = openPdf(bytes, { password: 'chủ' })
        expect([asOwner.encryption?.asOwner, five(asOwner)]).toEqual([true, 'secret (five)'])
      })
    }
  })

  test('permissions are read as they stand', () => {
    const restricted = ['--encrypt', '', 'o', '256', '--modify=none', '--annotate=n', '--form=n', '--']
    const doc = openPdf(qpdf(plain, ...restricted))
    expect(doc.encryption?.permissions).toBeLessThan(0)
    // Bits 4, 6 and 9 of ISO 32000-2, table 22.
    expect((doc.encryption?.permissions ?? 0) & 0b100101000).toBe(0)
  })

  test('permissions that were altered in an AES-256 file are refused', () => {
    const bytes = qpdf(plain, '--encrypt', '', 'o', '256', '--modify=none', '--').toString('latin1')
    const [whole, number] = /\/P (-\d+)/.exec(bytes) ?? ['', '']
    const altered = whole.replace(number, String(Number(number) ^ 8))
    expect(refused(Buffer.from(bytes.replace(whole, altered), 'latin1'))).toBe('ERR_PDF_PERMISSIONS')
  })

  test('a string of an AES file that is cut short is refused; lenient reading names it', () => {
    const bytes = qpdf(plain, '--encrypt', '', 'o', '256', '--').toString('latin1')
    const [, num, hex] = /(\d+) 0 obj\n<([0-9a-f]{64})>\nendobj/.exec(bytes) ?? []
    const cut = Buffer.from(bytes.replace(`<${hex}>`, `<${hex?.slice(0, -2)}>  `), 'latin1')
    expect(refusal(() => openPdf(cut).get(ref(Number(num))))).toBe('ERR_PDF_DECRYPT')
    const doc = lenient(cut)
    text(doc, Number(num))
    expect(doc.forgiven).toEqual(['ERR_PDF_DECRYPT'])
  })
})

describe('encryption settings that are refused', () => {
  const o = `<${'00'.repeat(48)}>`
  const standard = `/Filter/Standard/O ${o}/U ${o}/OE ${o}/UE ${o}/Perms ${o}/P -4`
  const cases = [
    [
      'public-key security',
      '/Filter/Adobe.PubSec/SubFilter/adbe.pkcs7.s5/V 4',
      'ERR_PDF_PUBLIC_KEY_SECURITY_UNSUPPORTED',
    ],
    [
      'public-key security of another filter',
      '/Filter/X/SubFilter/adbe.pkcs7.s4',
      'ERR_PDF_PUBLIC_KEY_SECURITY_UNSUPPORTED',
    ],
    ['another handler', '/Filter/X', 'ERR_PDF_ENCRYPTION_UNSUPPORTED'],
    ['V 3', `${standard}/V 3/R 3`, 'ERR_PDF_ENCRYPTION_UNSUPPORTED'],
    ['V 6', `${standard}/V 6/R 7`, 'ERR_PDF_ENCRYPTION_UNSUPPORTED'],
    ['R 2 with V 5', `${standard}/V 5/R 2`, 'ERR_PDF_ENCRYPTION_UNSUPPORTED'],
    [
      'an unknown crypt filter method',
      `${standard}/V 4/R 4/CF<</A<</CFM/AESV9>>>>/StmF/A`,
      'ERR_PDF_ENCRYPTION_UNSUPPORTED',
    ],
    [
      'AES-256 in V 4',
      `${standard}/V 4/R 4/CF<</A<</CFM/AESV3>>>>/StmF/A/StrF/A`,
      'ERR_PDF_ENCRYPTION_UNSUPPORTED',
    ],
    ['a crypt filter that is not there', `${standard}/V 4/R 4/StmF/A`, 'ERR_PDF_ENCRYPT_DICTIONARY'],
    ['/CF no dictionary', `${standard}/V 4/R 4/CF 7`, 'ERR_PDF_ENCRYPT_DICTIONARY'],
    ['no /R', `${standard}/V 2`, 'ERR_PDF_ENCRYPT_DICTIONARY'],
    ['no /P', '/Filter/Standard/V 2/R 3', 'ERR_PDF_ENCRYPT_DICTIONARY'],
    ['a key of 17 bytes', `${standard}/V 2/R 3/Length 136`, 'ERR_PDF_ENCRYPT_DICTIONARY'],
    ['/O too short', '/Filter/Standard/V 2/R 3/P -4/O<00>/U<00>', 'ERR_PDF_ENCRYPT_DICTIONARY'],
    ['no /Filter', '/V 2/R 3', 'ERR_PDF_ENCRYPT_DICTIONARY'],
    ['a password that is not the empty one', `${standard}/V 2/R 3`, 'ERR_PDF_PASSWORD_REQUIRED'],
    ['AES-256 settings of zeros', `${standard}/V 5/R 6`, 'ERR_PDF_PASSWORD_REQUIRED'],
  ] as const
  test.each(cases)('%s', (_, dict, code) => {
    for (const encrypt of [`/Encrypt<<${dict}>>`, '/Encrypt 9 0 R']) {
      const bytes = basicObjects().object(9, `<<${dict}>>`).table({ trailer: encrypt }).bytes
      expect(refused(bytes)).toBe(code)
      expect(refused(bytes, { mode: 'lenient' })).toBe(code)
    }
  })

  test('/Encrypt that refers to nothing is refused, since an update could fill it; null and lenient reading are not', () => {
    const bytes = basicObjects().table({ trailer: '/Encrypt 7 0 R' }).bytes
    expect(refused(bytes)).toBe('ERR_PDF_ENCRYPT_DICTIONARY')
    expect(lenient(bytes).encryption).toBeNull()
    expect(refused(basicObjects().table({ trailer: '/Encrypt null' }).bytes)).toBe('nothing')
  })

  test('/Encrypt that is no dictionary is refused', () => {
    for (const value of ['[]', '(x)', '5 0 R'])
      expect(
        refused(
          basicObjects()
            .object(5, '7')
            .table({ trailer: `/Encrypt ${value}` }).bytes,
        ),
      ).toBe('ERR_PDF_ENCRYPT_DICTIONARY')
  })
})

describeWith(needs.qpdf, 'streams too large to be kept', () => {
  test('that are decrypted again and again end at the limit of work, in 2 s of CPU', () => {
    const id = '/ID[<00112233445566778899aabbccddeeff><00112233445566778899aabbccddeeff>]'
    const data = Buffer.alloc(17 * 1024 * 1024, 'x')
    const build = basicObjects().object(1, '<</Type/Catalog/Pages 2 0 R/Own[5 0 R 7 0 R]>>')
    const bytes = build.stream(5, '', data).stream(7, '', data).table({ trailer: id }).bytes
    const doc = openPdf(
      qpdf(bytes, '--stream-data=preserve', '--allow-weak-crypto', '--encrypt', '', 'OWNER', '40', '--'),
    )
    const often = () => {
      const own = doc.catalog.get('Own') as readonly PdfRef[]
      for (let i = 0; i < 10_000; i++) doc.resolve(own[i % 2])
    }
    expect(cpuOf(() => expect(refusal(often)).toBe('ERR_PDF_WORK_LIMIT'))).toBeLessThan(2000)
  })
})
