import { evidenceRecordInput, parseDer } from '../../formats/index.ts'
import { encodeInDer } from './der-form.ts'

/**
 * What an evidence record in the unsigned attribute number `attribute` (0…) of the SignerInfo `signer` (0…) may have
 * preserved: the CMS before it, as it was encoded (RFC 4998, appendix A), or all in DER (TS 119 122-3 V1.1.1, 5.2). Each form
 * once.
 */
export function preservedForms(cms: Uint8Array, signer: number, attribute: number): Uint8Array[] {
  const asEncoded = evidenceRecordInput(cms, signer, attribute)
  const inDer = encodeInDer(parseDer(asEncoded, { mode: 'ber' }))
  return Buffer.compare(asEncoded, inDer) === 0 ? [asEncoded] : [asEncoded, inDer]
}
