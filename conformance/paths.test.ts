import { describe, expect, test } from 'vitest'
import { reasonsOf } from './pkits-reasons.ts'

describe('reasons by title', () => {
  test.each([
    ['Invalid Bad CRL Signature Test4', ['CRL_SIGNATURE']],
    ['Invalid CA Signature Test2', ['SIGNATURE_INVALID']],
    ['Invalid Self-Issued pathLenConstraint Test16', ['PATH_LENGTH']],
    ['Invalid Self-Issued requireExplicitPolicy Test7', ['POLICY']],
    ['Invalid Mapping From anyPolicy Test7', ['POLICY_MAPPING_ANY']],
    ['Invalid Unknown CRL Entry Extension Test8', ['CRL_UNKNOWN_CRITICAL_ENTRY_EXTENSION']],
  ])('%s', (title, reasons) => {
    expect(reasonsOf(title)).toEqual(reasons)
  })

  test('a title that names nothing known allows no reason', () => {
    expect(reasonsOf('Invalid Test1')).toBeNull()
  })
})
