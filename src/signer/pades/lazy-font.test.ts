import { expect, it, vi } from 'vitest'
import { buildPdf } from '../../formats/pdf/testing/build-pdf.ts'
import { prepareAs } from './testing/sign-pdf.ts'

vi.mock('fontkit', () => {
  throw new Error('fontkit was loaded')
})

it('an invisible signature loads no font, a visible one does', async () => {
  const document = buildPdf('table')
  await expect(prepareAs('doctor-01', document)).resolves.toBeDefined()
  const visible = { page: 1, x: 0, y: 0, width: 200, height: 100 }
  await expect(prepareAs('doctor-01', document, { visible })).rejects.toThrow()
})
