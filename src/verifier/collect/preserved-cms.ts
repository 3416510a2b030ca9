import {
  type AttributeName,
  attributeName,
  concat,
  type DerElement,
  der,
  parseDer,
  readOctetString,
  readOid,
  readSequence,
  readSet,
} from '../../formats/index.ts'

const recordNames: readonly (AttributeName | null)[] = [
  'internal-evidence-record',
  'external-evidence-record',
]

/**
 * What a record in the unsigned attribute number `attribute` (0…) of the SignerInfo `signer` (0…) may have preserved: the CMS
 * without any record attribute, without this one and those behind it, or without this one alone; each as it stands with its
 * lengths made good (RFC 4998, appendix A) and in DER (TS 119 122-3 V1.1.1, 5.2). Each form once.
 */
export function preservedForms(cms: Uint8Array, signer: number, attribute: number): Uint8Array[] {
  const root = parseDer(cms, { mode: 'ber' })
  const around = wayTo(root, signer)
  const set = around?.at(-1)
  if (!around || !set) return []
  const choices = [
    (child: DerElement) => isRecord(child),
    (child: DerElement, at: number) => at >= attribute && isRecord(child),
    (_child: DerElement, at: number) => at === attribute,
  ]
  const forms = new Map<string, Uint8Array>()
  for (const isLeftOut of choices) {
    const asStands = rebuild(
      around,
      set.children.filter((child, at) => !isLeftOut(child, at)),
    )
    for (const form of [asStands, encodeInDer(parseDer(asStands, { mode: 'ber' }))]) {
      forms.set(Buffer.from(form).toString('latin1'), form)
    }
  }
  return [...forms.values()]
}

const isRecord = (attribute: DerElement): boolean => {
  const oid = attribute.children[0]
  return oid !== undefined && recordNames.includes(attributeName(readOid(oid)))
}

/** From ContentInfo down to the unsignedAttrs [1] of a SignerInfo; null where there are none. */
function wayTo(root: DerElement, signer: number): DerElement[] | null {
  const content = root.children[1]
  const signedData = content?.children[0]
  const infos = signedData?.children.at(-1)
  const info = infos && readSet(infos)[signer]
  const set = info && readSequence(info).at(-1)
  if (!content || !signedData || !infos || !info || !set?.is('context', 1)) return null
  return [root, content, signedData, infos, info, set]
}

/** The last of `around` with these `children`, or none where there are none; all else as it was but for lengths. */
function rebuild(around: readonly DerElement[], children: readonly DerElement[]): Uint8Array {
  const set = around.at(-1)!
  let inner = set
  let bytes =
    children.length > 0
      ? wrap(
          set,
          children.map((child) => child.bytes),
        )
      : new Uint8Array(0)
  for (const outer of around.slice(0, -1).reverse()) {
    const parts = outer.children.map((child) => (child === inner ? bytes : child.bytes))
    bytes = wrap(outer, parts)
    inner = outer
  }
  return bytes
}

/** Contents under the identifier of `element`; an indefinite length stays one. */
function wrap({ bytes, indefinite }: DerElement, parts: readonly Uint8Array[]): Uint8Array {
  const content = concat(parts)
  if (!indefinite) return der.tlv(bytes[0]!, content)
  return concat([Uint8Array.of(bytes[0]!, 0x80), content, Uint8Array.of(0, 0)])
}

const OCTET_STRING = 4
const SET = 17

/** An element of low tag numbers in DER: definite lengths, unsplit octet strings, sets in order (X.690, 10 and 11). */
function encodeInDer(element: DerElement): Uint8Array {
  const identifier = element.bytes[0]!
  if (!element.constructed) return der.tlv(identifier, element.content)
  if (element.is('universal', OCTET_STRING)) return der.octetString(readOctetString(element))
  const parts = element.children.map(encodeInDer)
  return element.is('universal', SET) ? der.setOf(...parts) : der.tlv(identifier, concat(parts))
}
