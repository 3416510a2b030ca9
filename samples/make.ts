// Makes the sample records anew: `node scripts/run.mjs samples/make.ts [NAME…]`.
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeHybrid } from './programs/hybrid.ts'
import {
  printWithChromium,
  printWithLibreOffice,
  redrawWithGhostscript,
  rewriteWithQpdf,
} from './programs/print.ts'
import { run } from './programs/run.ts'

const packed = ['--object-streams=generate', '--recompress-flate', '--compression-level=9']
const owner = 'chu-so-huu'

type Recipe = (folder: string, output: string) => void

/** The form of a page that lies on its side: turned back when it is shown. */
const turned = (record: string, rotate: string): Recipe => {
  return (folder, output) => rewriteWithQpdf(printWithChromium(record, folder), output, [rotate])
}

const recipes: Readonly<Record<string, Recipe>> = {
  'don-thuoc': (folder, output) => copyFileSync(printWithChromium('don-thuoc', folder), output),
  'phieu-xet-nghiem': (folder, output) =>
    copyFileSync(printWithLibreOffice('phieu-xet-nghiem', folder), output),
  'phieu-dong-y': (folder, output) => copyFileSync(printWithLibreOffice('phieu-dong-y', folder), output),
  'giay-chuyen-tuyen': (folder, output) =>
    copyFileSync(redrawWithGhostscript(printWithChromium('giay-chuyen-tuyen', folder), folder), output),
  'benh-an-noi-khoa': (folder, output) =>
    rewriteWithQpdf(printWithChromium('benh-an-noi-khoa', folder), output, packed),
  'giay-ra-vien': (folder, output) =>
    writeFileSync(output, writeHybrid(readFileSync(printWithChromium('giay-ra-vien', folder)))),
  'ket-qua-dien-tim': turned('ket-qua-dien-tim', '--rotate=90'),
  'phieu-cham-soc': turned('phieu-cham-soc', '--rotate=270:2'),
  'phieu-xet-nghiem-linearized': (folder, output) =>
    rewriteWithQpdf(printWithLibreOffice('phieu-xet-nghiem', folder), output, ['--linearize', ...packed]),
  'don-thuoc-aes256': (folder, output) =>
    rewriteWithQpdf(printWithChromium('don-thuoc', folder), output, [
      ...['--encrypt', '', owner, '256', '--extract=n', '--'],
      '--object-streams=generate',
    ]),
  'don-thuoc-aes128': (folder, output) =>
    rewriteWithQpdf(printWithChromium('don-thuoc', folder), output, [
      ...['--encrypt', '', owner, '128', '--use-aes=y', '--print=low', '--'],
    ]),
  'don-thuoc-rc4': (folder, output) =>
    rewriteWithQpdf(printWithChromium('don-thuoc', folder), output, [
      ...['--allow-weak-crypto', '--encrypt', '', owner, '128', '--use-aes=n', '--'],
    ]),
}

const asked = process.argv.slice(2)
for (const [record, make] of Object.entries(recipes)) {
  if (asked.length > 0 && !asked.includes(record)) continue
  const folder = mkdtempSync(join(tmpdir(), 'samples-'))
  try {
    const output = join(import.meta.dirname, `${record}.pdf`)
    make(folder, output)
    run('qpdf', ['--check', output])
    console.log(`${record}.pdf ${statSync(output).size}`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
