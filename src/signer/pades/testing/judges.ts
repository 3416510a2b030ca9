import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const run = (command: string, args: readonly string[]): string =>
  execFileSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'pipe'] })

/** Calls `body` with the path of a file that holds `bytes`, in a folder that is gone afterwards. */
export function withFile<T>(bytes: Uint8Array, body: (path: string, folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'pades-'))
  try {
    const path = join(folder, 'file.pdf')
    writeFileSync(path, bytes)
    return body(path, folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Throws with qpdf's complaint unless it has none, warnings included. */
export const checkWithQpdf = (bytes: Uint8Array, password = ''): void =>
  withFile(bytes, (path) => void run('qpdf', [`--password=${password}`, '--check', path]))

/** The document as qpdf writes it with these options. */
export const rewriteWithQpdf = (bytes: Uint8Array, options: readonly string[]): Buffer =>
  withFile(bytes, (path, folder) => {
    const out = join(folder, 'out.pdf')
    run('qpdf', [path, ...options, out])
    return readFileSync(out)
  })

export interface PopplerVerdict {
  readonly field: string
  readonly signer: string
  readonly verdict: string
  readonly coversAll: boolean
}

/** What pdfsig says of each signature; trust is not asked. */
export function judgeWithPdfsig(bytes: Uint8Array, password?: string): PopplerVerdict[] {
  const options = password === undefined ? [] : ['-upw', password, '-opw', password]
  const text = withFile(bytes, (path) => run('pdfsig', ['-nocert', ...options, path]))
  return text
    .split(/^Signature #\d+:$/m)
    .slice(1)
    .map((part) => ({
      field: /Field Name: (.*)/.exec(part)?.[1] ?? '',
      signer: /Common Name: (.*)/.exec(part)?.[1] ?? '',
      verdict: /Signature Validation: (.*)/.exec(part)?.[1] ?? '',
      coversAll: part.includes('Total document signed'),
    }))
}

/** A page in shades of grey, row by row from the top. */
export interface Raster {
  readonly width: number
  readonly height: number
  readonly pixels: Uint8Array
}

/** Renders a page with pdftoppm at `dpi`. */
export function render(bytes: Uint8Array, dpi: number, page = 1): Raster {
  const file = withFile(bytes, (path) =>
    execFileSync('pdftoppm', ['-gray', '-r', `${dpi}`, '-f', `${page}`, '-l', `${page}`, path], {
      maxBuffer: 1 << 28,
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  )
  const header = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(file.toString('latin1', 0, 64))
  if (!header) throw new Error('pdftoppm gave no picture')
  return { width: Number(header[1]), height: Number(header[2]), pixels: file.subarray(header[0].length) }
}

export interface Area {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** Part of a picture; beyond its edges it is white. */
export function crop(raster: Raster, { left, top, width, height }: Area): Raster {
  const pixels = new Uint8Array(width * height).fill(255)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [fromX, fromY] = [left + x, top + y]
      if (fromX < 0 || fromY < 0 || fromX >= raster.width || fromY >= raster.height) continue
      pixels[y * width + x] = raster.pixels[fromY * raster.width + fromX]!
    }
  }
  return { width, height, pixels }
}

/** How much is drawn: the sum of blackness, a black pixel counting as one. */
export const inkOf = ({ pixels }: Raster): number =>
  pixels.reduce((sum, value) => sum + (255 - value), 0) / 255

/** By how much two pictures of one size differ, as `inkOf` counts. */
export function differenceOf(a: Raster, b: Raster): number {
  if (a.width !== b.width || a.height !== b.height) throw new Error('pictures of two sizes')
  return a.pixels.reduce((sum, value, i) => sum + Math.abs(value - b.pixels[i]!), 0) / 255
}

/** The text of a page as pdftotext finds it. */
export const extractText = (bytes: Uint8Array): string =>
  withFile(bytes, (path) => run('pdftotext', ['-raw', path, '-']))
