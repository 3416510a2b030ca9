import { concat, type DerElement, parseDer } from '../../der/index.ts'

/**
 * The same value in BER: constructed elements with indefinite lengths, primitive ones with a length octet more than
 * needed, OCTET STRINGs of more than `segment` octets in segments. What is inside OCTET STRINGs stays DER, and so does
 * each element for which `keep` is true.
 */
export function toBer(
  bytes: Uint8Array,
  segment = 8,
  keep: (element: DerElement) => boolean = () => false,
): Uint8Array {
  const convert = (element: DerElement): Uint8Array => {
    if (keep(element)) return element.bytes
    const identifier = element.bytes[0]!
    if (element.constructed) return indefinite(identifier, element.children.map(convert))
    if (element.is('universal', 4) && element.content.length > segment) {
      const segments: Uint8Array[] = []
      for (let at = 0; at < element.content.length; at += segment) {
        segments.push(longer(0x04, element.content.subarray(at, at + segment)))
      }
      return indefinite(0x24, segments)
    }
    return longer(identifier, element.content)
  }
  return convert(parseDer(bytes))
}

const indefinite = (identifier: number, parts: readonly Uint8Array[]): Uint8Array =>
  concat([Uint8Array.of(identifier, 0x80), ...parts, Uint8Array.of(0, 0)])

const longer = (identifier: number, content: Uint8Array): Uint8Array =>
  concat([
    Uint8Array.of(identifier, 0x83, content.length >> 16, (content.length >> 8) & 255, content.length & 255),
    content,
  ])
