import { readFileSync } from 'node:fs'
import * as asn1js from 'asn1js'
import { ContentInfo, SignedData } from 'pkijs'

/** A signature cut out of a PDF without our own reader: found by its /ByteRange, which always stands in the clear. */
export interface SignatureParts {
  readonly end: number
  readonly cms: Uint8Array
  readonly content: Uint8Array
}

const byteRange = /\/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]/g

export function cutSignatures(file: string): SignatureParts[] {
  const bytes = readFileSync(file)
  const found = new Map<number, SignatureParts>()
  for (const match of bytes.toString('latin1').matchAll(byteRange)) {
    const [start, length, restart, rest] = match.slice(1).map(Number) as [number, number, number, number]
    const end = restart + rest
    if (start !== 0 || restart < length || end > bytes.length) continue
    const hex = bytes.toString('latin1', length, restart).replace(/[<>\s]/g, '')
    const cms = trimPadding(Buffer.from(hex, 'hex'))
    if (cms) {
      const content = Buffer.concat([bytes.subarray(0, length), bytes.subarray(restart, end)])
      found.set(end, { end, cms, content })
    }
  }
  return [...found.values()].sort((a, b) => a.end - b.end)
}

/** /Contents is padded with zeros: the CMS is as long as its outermost DER length says. */
function trimPadding(padded: Buffer): Uint8Array | null {
  if (padded[0] !== 0x30) return null
  const first = padded[1] ?? 0
  if (first === 0x80) return padded
  if (first < 0x80) return padded.subarray(0, 2 + first)
  const count = first & 0x7f
  return padded.subarray(0, 2 + count + padded.readUIntBE(2, count))
}

const timeStampToken = '1.2.840.113549.1.9.16.2.14'

/** The signature time-stamp of the first signer with the value it is over, read by another library than ours. */
export function cutTimestamp(cms: Uint8Array): { token: Uint8Array; value: Uint8Array } | null {
  const parsed = asn1js.fromBER(cms)
  if (parsed.offset === -1) return null
  const signed = new SignedData({ schema: new ContentInfo({ schema: parsed.result }).content })
  const signer = signed.signerInfos[0]
  const attribute = signer?.unsignedAttrs?.attributes.find(({ type }) => type === timeStampToken)
  if (!signer || !attribute) return null
  return {
    token: new Uint8Array(attribute.values[0].toBER()),
    value: signer.signature.valueBlock.valueHexView,
  }
}
