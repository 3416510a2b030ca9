import type { KeyObject } from 'node:crypto'
import {
  algorithmUse,
  type Certificate,
  type SignatureAlgorithm,
  verifySignature,
} from '../../formats/index.ts'

/** What carries a signature value: a CRL, a BasicOCSPResponse, a certificate. */
export interface Signed {
  readonly tbs: Uint8Array
  readonly signatureAlgorithm: SignatureAlgorithm
  readonly signatureValue: Uint8Array
}

export type ValueVerdict = 'intact' | 'broken' | 'unsupported'

/** Verdicts by what was signed and by whose key: the same CRL is asked about with every certificate of a CA. */
const known = new WeakMap<Signed, Map<string, ValueVerdict>>()

/**
 * Whether the value verifies with the key of `signer` (or with `key`, where its certificate leaves parameters out); kept as
 * long as `signed` lives.
 */
export function verifyValue(signed: Signed, signer: Certificate, key?: KeyObject): ValueVerdict {
  const verdicts = known.get(signed) ?? new Map<string, ValueVerdict>()
  known.set(signed, verdicts)
  const name = key ? `${signer.sha256} inherited` : signer.sha256
  let verdict = verdicts.get(name)
  if (verdict === undefined) {
    verdict = verifyNow(signed, signer, key)
    verdicts.set(name, verdict)
  }
  return verdict
}

function verifyNow(signed: Signed, signer: Certificate, key: KeyObject | undefined): ValueVerdict {
  try {
    const algorithm = signed.signatureAlgorithm
    if (algorithmUse(algorithm) === 'name') return 'unsupported'
    const holds = verifySignature(key ?? signer.keyObject, algorithm, signed.tbs, signed.signatureValue)
    return holds ? 'intact' : 'broken'
  } catch {
    // an algorithm or key that cannot be read proves nothing
    return 'unsupported'
  }
}
