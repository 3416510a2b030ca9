import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'
import { describeWith, needs, vectorsFolder } from '../../../test/support/requirements.ts'
import { FormatError } from '../errors.ts'
import { findPage, IncrementalUpdate, listFields, listSignatures, openPdf, PdfDict } from './index.ts'
import { cpuOf } from './testing/helpers.ts'
import { checkWithQpdf } from './testing/qpdf.ts'

/** Refusals by design, as docs/disagreements.md has them. */
const byDesign: readonly string[] = ['ERR_PDF_STARTXREF', 'ERR_PDF_XREF_SIZE', 'ERR_PDF_XREF_HYBRID']

const list = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? list(path) : entry.name.toLowerCase().endsWith('.pdf') ? [path] : []
  })
const isClean = (path: string): boolean => spawnSync('qpdf', ['--check', path]).status === 0

describeWith([needs.vectors, needs.qpdf], 'PDF files of the third-party vectors', () => {
  const paths = list(vectorsFolder() ?? '.')
  const clean = new Set(paths.filter(isClean))

  test('each file that qpdf reads without complaint opens strictly, pages, form and signatures included', () => {
    const refused: string[] = []
    for (const path of clean) {
      try {
        const doc = openPdf(readFileSync(path))
        findPage(doc, -1)
        listSignatures(doc, { passCircles: true })
        for (let num = 1; num < doc.size; num++) {
          const place = doc.locate(num)
          if (place?.kind === 'object-stream') continue
          expect(place?.offset ?? 0).toBeLessThan(doc.bytes.length)
        }
      } catch (error) {
        if (!(error instanceof FormatError)) throw error
        if (!byDesign.includes(error.code)) refused.push(`${basename(path)}: ${error.code}`)
      }
    }
    expect(refused).toEqual([])
    expect(clean.size).toBeGreaterThan(0)
  })

  test('an update of each of them leaves qpdf without complaint', () => {
    const complaints: string[] = []
    for (const path of clean) {
      const bytes = readFileSync(path)
      try {
        const doc = openPdf(bytes)
        const update = new IncrementalUpdate(doc, (n) => new Uint8Array(n).fill(9))
        update.set(doc.catalogRef, doc.catalog.with({ PieceInfo: update.add(new PdfDict()) }))
        const said = checkWithQpdf(Buffer.concat([bytes, update.finish().bytes]))
        if (said !== '') complaints.push(`${basename(path)}: ${said}`)
      } catch (error) {
        if (!(error instanceof FormatError && byDesign.includes(error.code))) throw error
      }
    }
    expect(complaints).toEqual([])
  })

  test('every file, whole or broken, is read or refused with a reason within 2 s of CPU, strict and lenient', () => {
    for (const path of paths) {
      const bytes = readFileSync(path)
      for (const mode of ['strict', 'lenient'] as const) {
        const spent = cpuOf(() => {
          try {
            const doc = openPdf(bytes, { mode })
            for (const read of [() => findPage(doc, -1), () => listFields(doc), () => listSignatures(doc)])
              read()
          } catch (error) {
            if (!(error instanceof FormatError))
              throw new Error(`${basename(path)} ${mode}`, { cause: error })
          }
        })
        expect(spent).toBeLessThan(2000)
      }
    }
  })
})
