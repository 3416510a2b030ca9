import type { SigningCertificateReferenceFacts } from '../../src/verifier/index.ts'
import { isRow } from '../file-inputs.ts'
import { type Assertion, each, type Outcome, signaturesOf, together, unknownAssertion } from './assertion.ts'

interface Named {
  readonly signingCertificate: string | null
  readonly reference: SigningCertificateReferenceFacts
}

/** Whether the certificate was found, and is the one that the signed attributes name. */
export const isIdentified = ({ signingCertificate, reference }: Named): boolean =>
  signingCertificate !== null && reference.digestMatches && reference.issuerSerialMatches !== false

/** EU DSS counts certificates that the attribute names, not attributes. */
export const isReferenceUnique = ({ reference }: Named): boolean => reference.names === 1

const parts: Readonly<Record<string, (signature: Named) => boolean>> = {
  identified: isIdentified,
  refPresent: ({ reference }) => reference.names > 0,
  refUnique: isReferenceUnique,
  refDigestMatch: ({ reference }) => reference.digestMatches,
}

/** What is asserted of how signatures name their certificates. */
export const signingCertificate: Assertion = (asserted, seen): Outcome => {
  const outcomes = Object.entries(isRow(asserted) ? asserted : {}).map(([name, value]): [string, Outcome] => {
    const signatures = signaturesOf(seen)
    if (name === 'certificate') {
      const found = signatures.map((signature) => signature.signingCertificate)
      return [name, { got: found, agrees: found.every((id) => id === value) }]
    }
    const part = parts[name]
    return [name, part ? each(signatures.map(part), value) : unknownAssertion]
  })
  return together(outcomes)
}
