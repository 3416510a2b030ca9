import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { describeWith, needs } from '../../../test/support/requirements.ts'
import { openPdf } from '../../formats/index.ts'
import { buildPdf, kinds } from '../../formats/pdf/testing/build-pdf.ts'
import { buildSignedForm } from './testing/build-form.ts'
import { checkWithQpdf, judgeWithPdfsig, rewriteWithQpdf } from './testing/judges.ts'
import { prepareAs, type SigningWish, signAs } from './testing/sign-pdf.ts'

const visible = { page: 1, x: 40, y: 40, width: 160, height: 70, title: 'Trưởng khoa' }
const samples = new URL('../../../samples/', import.meta.url)
const readSample = (name: string): Buffer => readFileSync(new URL(name, samples))

/** Signs as three persons, one after another, and lets qpdf and pdfsig judge each step. */
async function signThrice(document: Buffer, wish: SigningWish = {}): Promise<Buffer> {
  const steps = [
    ['nurse-02', 'ĐIỀU DƯỠNG THỬ NGHIỆM 02', wish],
    ['doctor-01', 'BÁC SĨ THỬ NGHIỆM 01', { ...wish, reason: 'Phê duyệt', visible }],
    ['doctor-p384', 'BÁC SĨ THỬ NGHIỆM 03', { ...wish, visible: { ...visible, page: -1, x: 220 } }],
  ] as const
  let bytes = document
  for (const [i, [signer, , options]] of steps.entries()) {
    const signed = await signAs(signer, bytes, options)
    expect(signed.subarray(0, bytes.length).equals(bytes)).toBe(true)
    bytes = signed
    checkWithQpdf(bytes, wish.password)
    expect(judgeWithPdfsig(bytes, wish.password)).toEqual(
      steps.slice(0, i + 1).map(([, name], k) => ({
        field: `Signature${k + 1}`,
        signer: name,
        verdict: 'Signature is Valid.',
        coversAll: k === i,
      })),
    )
  }
  return bytes
}

describeWith(
  [needs.qpdf, needs.pdfsig],
  'three signatures one after another, judged by qpdf and pdfsig',
  () => {
    it.each(kinds)('hold in a PDF written with a %s', async (kind) => {
      await signThrice(buildPdf(kind))
    })

    it.each(readdirSync(samples).filter((name) => name.endsWith('.pdf')))(
      'hold in the sample %s',
      async (name) => {
        await signThrice(readSample(name))
      },
    )

    it('hold where bytes stand before the header and after the end', async () => {
      await signThrice(Buffer.concat([Buffer.from('junk\n'), buildPdf('table'), Buffer.from('\nfooter')]))
    })
  },
)

describeWith([needs.qpdf, needs.pdfsig], 'signatures in encrypted PDFs, judged by pdfsig', () => {
  const document = readSample('phieu-xet-nghiem.pdf')
  const encrypt = (user: string, options: readonly string[], before: readonly string[] = []): Buffer =>
    rewriteWithQpdf(document, [...before, '--encrypt', user, 'owner', ...options, '--'])
  const weak = ['--allow-weak-crypto']

  it.each([
    ['RC4-40', ['40'], weak],
    ['RC4-128', ['128', '--use-aes=n'], weak],
    ['AES-128', ['128', '--use-aes=y'], weak],
    ['AES-256', ['256'], []],
  ])('hold with %s and a password', async (_, options, before) => {
    const encrypted = encrypt('user', options, before)
    const signed = await signThrice(encrypted, { password: 'user' })
    const [was, is] = [encrypted, signed].map((bytes) => openPdf(bytes, { password: 'user' }))
    expect(is!.trailer.get('Encrypt')).toEqual(was!.trailer.get('Encrypt'))
    await signThrice(encrypted, { password: 'owner' })
  })

  it('are refused without the password', async () => {
    await expect(prepareAs('doctor-01', encrypt('user', ['256']))).rejects.toThrow(
      expect.objectContaining({ code: 'ERR_PDF_PASSWORD_REQUIRED' }),
    )
  })

  it('are refused with a wrong password', async () => {
    await expect(prepareAs('doctor-01', encrypt('user', ['256']), { password: 'x' })).rejects.toThrow(
      expect.objectContaining({ code: 'ERR_PDF_PASSWORD_INCORRECT' }),
    )
  })

  it.each(['none', 'assembly', 'form', 'annotate'])(
    'are refused to a user who may modify: %s; the owner may sign',
    async (modify) => {
      const encrypted = encrypt('', ['256', `--modify=${modify}`])
      await expect(prepareAs('doctor-01', encrypted)).rejects.toThrow(
        expect.objectContaining({ code: 'ERR_PADES_PERMISSIONS' }),
      )
      await signThrice(encrypted, { password: 'owner' })
    },
  )

  it('are allowed to a user who may neither print nor copy', async () => {
    await signThrice(encrypt('', ['256', '--print=none', '--extract=n']))
  })
})

describeWith([needs.qpdf], 'a certified document', () => {
  const certified = (p: number): Buffer =>
    buildSignedForm(
      `/Reference[<</Type/SigRef/TransformMethod/DocMDP/TransformParams<</Type/TransformParams/P ${p}/V/1.2>>>>]`,
      '',
      '/Perms<</DocMDP 6 0 R>>',
    )

  it.each([2, 3])('that allows it is signed, with P = %i', async (p) => {
    checkWithQpdf(await signAs('doctor-01', certified(p), { visible }))
  })

  it('that allows nothing is refused', async () => {
    await expect(prepareAs('doctor-01', certified(1))).rejects.toThrow(
      expect.objectContaining({ code: 'ERR_PADES_CERTIFIED' }),
    )
  })
})
