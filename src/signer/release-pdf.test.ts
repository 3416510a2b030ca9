import { beforeAll, describe, expect, it } from 'vitest'
import type { Pki } from '../test-certs/index.ts'
import { checkBeforeRelease, type ReleaseInput } from './check-before-release.ts'
import { preparePades } from './pades/prepare-pades.ts'
import { plainPdf } from './testing/plain-pdf.ts'
import { buildSigners, codeOf, env, finishAs, signerOf } from './testing/world.ts'
import type { FinishedSignature, PreparedSignature } from './types.ts'

const document = plainPdf('bytes before the header\n')
const RELEASE = 'ERR_SIGNER_RELEASE_'
let pki: Pki
/** A finished signature as it should be. */
let pades: ReleaseInput

beforeAll(async () => {
  pki = await buildSigners(['nurse-02'])
  const { chain, algorithm } = signerOf(pki, 'nurse-02')
  pades = await release(await preparePades(document, { chain, algorithm, level: 'B-B' }, env))
})

const release = async (prepared: PreparedSignature): Promise<ReleaseInput> => ({
  prepared,
  finished: await finishAs(pki, 'nurse-02', prepared),
  document,
  contentDigest: null,
  issuers: signerOf(pki, 'nurse-02').issuers,
  tsaCertificates: [],
  evidence: { data: [] },
  now: new Date(),
})
const check = (input: ReleaseInput): Promise<string> => codeOf(() => checkBeforeRelease(input))
/** `input` with its finished signature changed. */
const withFinished = (input: ReleaseInput, change: Partial<FinishedSignature>): ReleaseInput => ({
  ...input,
  finished: { ...input.finished, ...change },
})

it('what was prepared, with bytes before the header, is released', async () => {
  expect(await check(pades)).toBe('none')
})

describe('the PDF is held to what was prepared', () => {
  const changedDocument = (at: number): Buffer => {
    const copy = Buffer.from(document)
    copy[at]! ^= 1
    return copy
  }
  const changedBytes = (at: number): ReleaseInput => {
    const bytes = Buffer.from(pades.finished.bytes)
    bytes[at]! ^= 1
    return withFinished(pades, { bytes })
  }
  const start = (): number => pades.prepared.contents!.start

  it.each<[string, () => ReleaseInput, string]>([
    ['no document', () => ({ ...pades, document: null }), 'PREFIX'],
    ['a document cut short', () => ({ ...pades, document: document.subarray(0, -1) }), 'PREFIX'],
    ['a longer document', () => ({ ...pades, document: Buffer.concat([document, Buffer.of(10)]) }), 'PREFIX'],
    ['a document with its first byte changed', () => ({ ...pades, document: changedDocument(0) }), 'PREFIX'],
    [
      'a document with its last byte changed',
      () => ({ ...pades, document: changedDocument(document.length - 1) }),
      'PREFIX',
    ],
    ['a changed byte before /Contents', () => changedBytes(start() - 2), 'STRUCTURE'],
    ['a changed byte at the end', () => changedBytes(pades.finished.bytes.length - 2), 'STRUCTURE'],
    [
      'a byte too many',
      () => withFinished(pades, { bytes: Buffer.concat([pades.finished.bytes, Buffer.of(10)]) }),
      'STRUCTURE',
    ],
    ['another CMS in /Contents', () => changedBytes(start() + 100), 'STRUCTURE'],
    [
      'something behind the CMS',
      () => withFinished(pades, { cms: pades.finished.cms.subarray(0), bytes: spoilPadding() }),
      'STRUCTURE',
    ],
    ['the CMS in capitals', () => withFinished(pades, { bytes: inCapitals() }), 'STRUCTURE'],
  ])('%s', async (_situation, input, code) => expect(await check(input())).toBe(RELEASE + code))

  const spoilPadding = (): Buffer => {
    const bytes = Buffer.from(pades.finished.bytes)
    const { contents } = pades.prepared
    // where nothing is left over the last digit belongs to the CMS, and is as wrong
    const last = contents!.start + contents!.length - 1
    bytes[last] = bytes[last] === 0x31 ? 0x32 : 0x31
    return bytes
  }
  const inCapitals = (): Buffer => {
    const bytes = Buffer.from(pades.finished.bytes)
    const { contents } = pades.prepared
    const text = bytes.toString('latin1', contents!.start, contents!.start + contents!.length)
    bytes.write(text.toUpperCase(), contents!.start, 'latin1')
    return bytes
  }

  /** A state whose `appended` was changed before anything was signed. */
  async function withAppended(change: (appended: Buffer) => void): Promise<ReleaseInput> {
    const appended = Buffer.from(pades.prepared.appended!, 'base64')
    change(appended)
    const prepared = { ...pades.prepared, appended: appended.toString('base64') }
    return release(prepared)
  }
  const overwrite =
    (pattern: RegExp, text: (found: string) => string) =>
    (appended: Buffer): void => {
      const found = pattern.exec(appended.toString('latin1'))!
      appended.write(text(found[0]), found.index, 'latin1')
    }
  /** One less, in as many digits. */
  const less = (digits: string): string => String(Number(digits) - 1).padStart(digits.length, '0')
  const inRange = (which: number) =>
    overwrite(/\/ByteRange ?\[[^\]]+\]/, (found) => {
      let i = -1
      return found.replace(/\d+/g, (digits) => (++i === which ? less(digits) : digits))
    })

  it.each<[string, (appended: Buffer) => void, string]>([
    ['a gap that begins a byte early', inRange(1), 'BYTE_RANGE'],
    ['a gap that ends a byte early', inRange(2), 'BYTE_RANGE'],
    ['a range that ends a byte early', inRange(3), 'BYTE_RANGE'],
    ['no /ByteRange', overwrite(/\/ByteRange/, () => '/ByteRangf'), 'BYTE_RANGE'],
    [
      'no signature dictionary',
      overwrite(/\/Type ?\/Sig\b/, (found) => found.replace('Sig', 'Sih')),
      'STRUCTURE',
    ],
    ['no /Contents', overwrite(/\/Contents/, () => '/Contentz'), 'BYTE_RANGE'],
    [
      'cross-references that lead elsewhere',
      overwrite(/startxref\s+\d+/, (found) => found.replace(/\d+/, less)),
      'STRUCTURE',
    ],
    ['no startxref', overwrite(/startxref/, () => 'startxreg'), 'STRUCTURE'],
  ])('%s is found in what is appended', async (_situation, change, code) => {
    expect(await check(await withAppended(change))).toBe(RELEASE + code)
  })
})
