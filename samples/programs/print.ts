import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { lettersTable } from './letters.ts'
import { run } from './run.ts'

const records = join(import.meta.dirname, '..', 'records')

/** Puts a record's HTML, with the table of letters where it asks for one, and its style sheet into `folder`. */
function layOut(record: string, folder: string): string {
  const page = join(folder, `${record}.html`)
  const html = readFileSync(join(records, `${record}.html`), 'utf8')
  writeFileSync(page, html.replace('<!-- letters -->', lettersTable()))
  copyFileSync(join(records, 'sheet.css'), join(folder, 'sheet.css'))
  return page
}

/** Chromium's "save as PDF": Skia, tagged, a classic cross-reference table. */
export function printWithChromium(record: string, folder: string): string {
  const output = join(folder, `${record}.chromium.pdf`)
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--no-pdf-header-footer']
  run('chromium', [...flags, `--print-to-pdf=${output}`, `file://${layOut(record, folder)}`])
  return output
}

/** LibreOffice Writer's export; the input fields of a form become PDF form fields. */
export function printWithLibreOffice(record: string, folder: string): string {
  const page = layOut(record, folder)
  const profile = `-env:UserInstallation=file://${join(folder, 'office-profile')}`
  run('soffice', [
    profile,
    '--headless',
    '--infilter=HTML (StarWriter)',
    '--convert-to',
    'pdf:writer_pdf_Export',
    '--outdir',
    folder,
    page,
  ])
  return join(folder, `${basename(page, '.html')}.pdf`)
}

/** Ghostscript's pdfwrite, as PDF printers drive it: the page is drawn anew from what another program printed. */
export function redrawWithGhostscript(input: string, folder: string): string {
  const output = join(folder, `${basename(input, '.pdf')}.ghostscript.pdf`)
  const flags = ['-q', '-dSAFER', '-dBATCH', '-dNOPAUSE', '-sDEVICE=pdfwrite', '-dCompatibilityLevel=1.6']
  run('gs', [...flags, `-sOutputFile=${output}`, input])
  return output
}

/** qpdf with the flags given. */
export function rewriteWithQpdf(input: string, output: string, flags: readonly string[]): void {
  run('qpdf', [...flags, input, output])
}
