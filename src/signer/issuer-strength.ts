import { algorithmName, type Certificate } from '../formats/index.ts'
import {
  algorithmReliability,
  algorithmSuite,
  describeAlgorithm,
  isReliableAt,
  keyBits,
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
    const facts = describeAlgorithm(signatureAlgorithm, keyBits(path[index + 1]!.keyObject))
    const reliability = algorithmReliability(suite, facts, 'certificate')
    if (!isReliableAt(reliability, at)) return reliability.element ?? algorithmName(signatureAlgorithm)
  }
  return null
}
