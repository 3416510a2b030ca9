import type { KeyObject } from 'node:crypto'
import { algorithmName, type Certificate, type SignatureAlgorithm } from '../formats/index.ts'
import {
  type AlgorithmFacts,
  algorithmReliability,
  algorithmSuite,
  isReliableAt,
  withEd25519,
} from '../trust/index.ts'

/** TS 119 312, which our own signing goes by as the verdict does, and Ed25519, which it does not list. */
const suite = withEd25519(algorithmSuite('ts119312-v1.5.1'), ['certificate'])

/**
 * The name of the first algorithm by which a certificate of a path is signed that may not be relied on at `at` any more, or
 * null. How an anchor is signed counts for nothing.
 */
export function findWeakAlgorithm(path: readonly Certificate[], at: Date): string | null {
  for (const [index, certificate] of path.slice(0, -1).entries()) {
    const { signatureAlgorithm } = certificate
    const facts = factsOf(signatureAlgorithm, path[index + 1]!.keyObject)
    const reliability = algorithmReliability(suite, facts, 'certificate')
    if (!isReliableAt(reliability, at)) return reliability.element ?? algorithmName(signatureAlgorithm)
  }
  return null
}

const factsOf = (algorithm: SignatureAlgorithm, key: KeyObject): AlgorithmFacts => ({
  scheme: algorithm.scheme,
  digest: 'digest' in algorithm ? algorithm.digest : null,
  mgfDigest: algorithm.scheme === 'rsa-pss' ? algorithm.mgfDigest : null,
  keyBits: keyBitsOf(key),
})

/** A curve's name carries its size: `prime256v1`, `secp384r1`, `brainpoolP512r1`. */
function keyBitsOf({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject): number | null {
  if (type === 'ed25519') return 256
  if (details?.modulusLength !== undefined) return details.modulusLength
  const size = /\d{3}/.exec(details?.namedCurve ?? '')
  return size ? Number(size[0]) : null
}
