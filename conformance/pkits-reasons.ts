import type { PathProblemCode, StatusProblemCode } from '../src/trust/index.ts'

/** Code of a refusal; where the status is unknown, of why it is. */
export type ReasonCode = PathProblemCode | StatusProblemCode

interface TitleRule {
  readonly title: RegExp
  readonly reasons: readonly ReasonCode[]
}

/**
 * Which reasons a test's title allows for its refusal, written from the titles before any was run. The first rule whose words
 * stand in the title counts. Where a title names a mechanism and not a fault, what that mechanism can fail with is allowed.
 */
export const titleRules: readonly TitleRule[] = [
  { title: /Bad CRL Signature/, reasons: ['CRL_SIGNATURE'] },
  { title: /Bad CRL Issuer Name|Missing CRL|Wrong CRL/, reasons: ['NO_REVOCATION_DATA', 'CRL_ISSUER'] },
  { title: /Unknown CRL Entry Extension/, reasons: ['CRL_UNKNOWN_CRITICAL_ENTRY_EXTENSION'] },
  { title: /Unknown CRL Extension/, reasons: ['CRL_UNKNOWN_CRITICAL_EXTENSION'] },
  { title: /CRL nextUpdate/, reasons: ['STALE'] },
  { title: /Revoked|Serial Number/, reasons: ['REVOKED'] },
  {
    title: /Separate Certificate and CRL Keys/,
    reasons: ['REVOKED', 'CRL_SIGNER_UNKNOWN', 'CRL_SIGNATURE', 'SIGNER_UNTRUSTED'],
  },
  { title: /Signature/, reasons: ['SIGNATURE_INVALID'] },
  { title: /notBefore/, reasons: ['NOT_YET_VALID'] },
  { title: /notAfter/, reasons: ['EXPIRED'] },
  { title: /Name Chaining/, reasons: ['NAME_CHAINING'] },
  { title: /pathLenConstraint/, reasons: ['PATH_LENGTH'] },
  { title: /basicConstraints|cA False/, reasons: ['NOT_A_CA'] },
  { title: /keyCertSign False/, reasons: ['KEY_USAGE'] },
  { title: /cRLSign False/, reasons: ['CRL_SIGNER_KEY_USAGE'] },
  { title: /Mapping (?:From|To) anyPolicy/, reasons: ['POLICY_MAPPING_ANY'] },
  { title: /Polic(?:y|ies)|Qualifier/i, reasons: ['POLICY'] },
  { title: /nameConstraints/, reasons: ['NAME_CONSTRAINTS'] },
  { title: /Unknown Critical Certificate Extension/, reasons: ['UNKNOWN_CRITICAL_EXTENSION'] },
  { title: /onlyContainsUserCerts/, reasons: ['CRL_SCOPE_USER_ONLY'] },
  { title: /onlyContainsCACerts/, reasons: ['CRL_SCOPE_CA_ONLY'] },
  { title: /onlyContainsAttributeCerts/, reasons: ['CRL_SCOPE_ATTRIBUTE_ONLY'] },
  { title: /onlySomeReasons/, reasons: ['REVOKED', 'CRL_REASONS_INCOMPLETE'] },
  { title: /distributionPoint/, reasons: ['REVOKED', 'CRL_SCOPE_NAME'] },
  {
    title: /indirectCRL|cRLIssuer/,
    reasons: [
      'REVOKED',
      'NO_REVOCATION_DATA',
      'CRL_ISSUER',
      'CRL_NOT_INDIRECT',
      'CRL_SIGNER_UNKNOWN',
      'CRL_SCOPE_NAME',
    ],
  },
  { title: /deltaCRLIndicator No Base/, reasons: ['CRL_DELTA_WITHOUT_BASE'] },
  { title: /delta-CRL/, reasons: ['REVOKED', 'STALE', 'CRL_DELTA_WITHOUT_BASE'] },
  { title: /Self-Issued CRL Signing Key/, reasons: ['REVOKED', 'KEY_USAGE', 'NOT_A_CA'] },
  { title: /Self-Issued (?:Old With New|New With Old)/, reasons: ['REVOKED'] },
]

/** The reasons allowed; null: the title has no words that we know, and its refusal is agreed with by nothing. */
export const reasonsOf = (title: string): readonly ReasonCode[] | null =>
  titleRules.find((rule) => rule.title.test(title))?.reasons ?? null
