/** Red, green and blue of sRGB in the profile connection space (IEC 61966-2-1, adapted to D50). */
const colorants: Readonly<Record<string, readonly [number, number, number]>> = {
  rXYZ: [0.436, 0.2225, 0.0139],
  gXYZ: [0.3851, 0.7169, 0.0971],
  bXYZ: [0.1431, 0.0606, 0.7141],
}
const tolerance = 0.004
const curveTolerance = 0.01
const maxTags = 64

/**
 * Whether an ICC profile (ISO 15076-1) is one of sRGB, by its colours and curves: one that other colours could not be
 * made of. Tables that would take their place are not allowed.
 */
export function isSrgbProfile(profile: Uint8Array): boolean {
  const data = Buffer.from(profile.buffer, profile.byteOffset, profile.byteLength)
  if (data.length < 132 || data.toString('latin1', 36, 40) !== 'acsp') return false
  if (data.toString('latin1', 16, 20) !== 'RGB ' || data.toString('latin1', 20, 24) !== 'XYZ ') return false
  const tags = readTags(data)
  if (!tags || [...tags.keys()].some((name) => /^(?:A2B|B2A|D2B|B2D)/.test(name))) return false
  return (
    Object.entries(colorants).every(([name, color]) => isColor(tags.get(name), color)) &&
    ['rTRC', 'gTRC', 'bTRC'].every((name) => isCurve(tags.get(name)))
  )
}

function readTags(data: Buffer): Map<string, Buffer> | null {
  const count = data.readUInt32BE(128)
  if (count > maxTags || data.length < 132 + count * 12) return null
  const tags = new Map<string, Buffer>()
  for (let at = 132; at < 132 + count * 12; at += 12) {
    const name = data.toString('latin1', at, at + 4)
    const [start, length] = [data.readUInt32BE(at + 4), data.readUInt32BE(at + 8)]
    if (tags.has(name) || start + length > data.length) return null
    tags.set(name, data.subarray(start, start + length))
  }
  return tags
}

function isColor(tag: Buffer | undefined, color: readonly [number, number, number]): boolean {
  if (!tag || tag.length < 20 || tag.toString('latin1', 0, 4) !== 'XYZ ') return false
  return color.every((value, i) => Math.abs(tag.readInt32BE(8 + 4 * i) / 65_536 - value) <= tolerance)
}

const srgb = (value: number): number => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)

/** The curve of sRGB, as parameters or as a table of at least 256 values (ISO 15076-1, 10.6 and 10.18). */
function isCurve(tag: Buffer | undefined): boolean {
  if (!tag || tag.length < 12) return false
  const type = tag.toString('latin1', 0, 4)
  if (type === 'para') return isParametricCurve(tag)
  if (type !== 'curv') return false
  const count = tag.readUInt32BE(8)
  if (count < 256 || tag.length < 12 + 2 * count) return false
  for (let i = 0; i < count; i++) {
    const value = tag.readUInt16BE(12 + 2 * i) / 65_535
    if (Math.abs(value - srgb(i / (count - 1))) > curveTolerance) return false
  }
  return true
}

function isParametricCurve(tag: Buffer): boolean {
  if (tag.readUInt16BE(8) !== 3 || tag.length < 32) return false
  const [g, a, b, c, d] = [12, 16, 20, 24, 28].map((at) => tag.readInt32BE(at) / 65_536) as [
    number,
    number,
    number,
    number,
    number,
  ]
  const curve = (value: number): number => (value >= d ? (a * value + b) ** g : c * value)
  return Array.from({ length: 65 }, (_, i) => i / 64).every(
    (value) => Math.abs(curve(value) - srgb(value)) <= curveTolerance,
  )
}
