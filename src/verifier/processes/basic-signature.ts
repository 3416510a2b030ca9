import { type BasicValidation, runBlocks } from '../checks/basic-validation.ts'
import { isPassed } from '../checks/block.ts'
import { type CaseFile, instant, signatureToken } from '../checks/case-file.ts'
import { initialiseContext } from '../checks/context-initialisation.ts'
import type { SignatureFacts } from '../facts.ts'
import { validateBasicTimestamp } from './timestamps.ts'

/** EN 319 102-1 V1.4.1, 5.3: a signature at the time of validation, as if nothing proved that it is older. */
export function validateBasicSignature(file: CaseFile, facts: SignatureFacts): BasicValidation {
  return file.once(`basic ${facts.id}`, () => {
    const token = signatureToken(facts)
    const contentTimes = facts.timestamps
      .map(file.timestamp)
      .filter(({ type }) => type === 'content')
      .filter((timestamp) => isPassed(validateBasicTimestamp(file, timestamp).conclusion))
      .map(({ time }) => instant(time))
    return runBlocks(file, token, initialiseContext(file, token, facts), contentTimes)
  })
}
