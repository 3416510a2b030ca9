import {
  algorithmUse,
  type Certificate,
  FormatError,
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

/** Whether the value verifies with the key of `signer`; kept as long as `signed` lives. */
export function verifyValue(signed: Signed, signer: Certificate): ValueVerdict {
  const verdicts = known.get(signed) ?? new Map<string, ValueVerdict>()
  known.set(signed, verdicts)
  // the length tells a key that inherited its DSA parameters on a path from one that did not
  const name = `${signer.sha256} ${signer.publicKey.length}`
  let verdict = verdicts.get(name)
  if (verdict === undefined) {
    verdict = verifyNow(signed, signer)
    verdicts.set(name, verdict)
  }
  return verdict
}

function verifyNow(signed: Signed, signer: Certificate): ValueVerdict {
  try {
    const algorithm = signed.signatureAlgorithm
    if (algorithmUse(algorithm) === 'name') return 'unsupported'
    const holds = verifySignature(signer.keyObject, algorithm, signed.tbs, signed.signatureValue)
    return holds ? 'intact' : 'broken'
  } catch (error) {
    // an algorithm or key that cannot be read proves nothing
    if (error instanceof FormatError) return 'unsupported'
    throw error
  }
}
