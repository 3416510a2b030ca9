import type { Conclusion } from '../judgement.ts'
import { Block } from './block.ts'
import type { CaseFile, Token } from './case-file.ts'

/**
 * EN 319 102-1 V1.4.1, 5.2.7: the signed data is there and unchanged, and the value verifies with the signing certificate's
 * key. A value that nobody could verify, its algorithm being unknown, is not one that failed.
 */
export function verifyCryptographically(file: CaseFile, { facts, context }: Token): Conclusion {
  const block = new Block('cryptographic-verification', '5.2.7', facts.id)
  const { checks } = file.contextPolicy(context)
  for (const { kind, found, intact } of facts.digests) {
    block.weigh(found, checks.dataFound, () => ({
      sub: 'SIGNED_DATA_NOT_FOUND',
      code: 'DATA_NOT_FOUND',
      clause: '5.2.7.4',
      details: { kind },
    }))
    block.weigh(intact, checks.dataIntact, () => ({
      sub: 'HASH_FAILURE',
      code: 'DATA_CHANGED',
      clause: '5.2.7.4',
      details: { kind },
    }))
  }
  if (facts.valueIntact === null) {
    block.fail({
      sub: 'CRYPTO_CONSTRAINTS_FAILURE',
      code: 'VALUE_NOT_VERIFIABLE',
      clause: '5.2.7.4',
      details: { algorithm: facts.algorithmText },
    })
  }
  block.weigh(facts.valueIntact !== false, checks.valueIntact, () => ({
    sub: 'SIG_CRYPTO_FAILURE',
    code: 'VALUE_BROKEN',
    clause: '5.2.7.4',
  }))
  return block.conclude()
}
