import { describe, expect, test } from 'vitest'
import { judge } from '../../src/verifier/index.ts'
import { readDiagnosticData } from './diagnostic-data.ts'
import { stockPolicy } from './stock-policy.ts'
import { readValidationTime } from './validation-time.ts'
import { parseXml } from './xml.ts'

const algorithm = `<BasicSignature>
  <EncryptionAlgoUsedToSignThisToken>RSA</EncryptionAlgoUsedToSignThisToken>
  <KeyLengthUsedToSignThisToken>3072</KeyLengthUsedToSignThisToken>
  <DigestAlgoUsedToSignThisToken>SHA256</DigestAlgoUsedToSignThisToken>
  <SignatureIntact>true</SignatureIntact><SignatureValid>true</SignatureValid></BasicSignature>`

const diagnosticData = (
  changes: { readonly matcher?: string; readonly signer?: string } = {},
) => `<?xml version="1.0"?>
<dd:DiagnosticData xmlns:dd="urn:d"><DocumentName>a.pdf</DocumentName><ValidationDate>2024-05-01T10:00:00+02:00</ValidationDate>
<Signatures><Signature Id="S-1"><SignatureFormat>PAdES-BASELINE-B</SignatureFormat>
<ClaimedSigningTime>2024-05-01T08:00:00Z</ClaimedSigningTime>
<StructuralValidation valid="true"/>
<DigestMatchers>${
  changes.matcher ??
  '<DigestMatcher type="MESSAGE_DIGEST"><DigestMethod>SHA256</DigestMethod><DataFound>true</DataFound><DataIntact>true</DataIntact></DigestMatcher>'
}</DigestMatchers>
${algorithm}<SigningCertificate Certificate="C-1"/>
<FoundCertificates><RelatedCertificate Certificate="C-1"><CertificateRef><Origin>SIGNING_CERTIFICATE</Origin>
<IssuerSerial match="true"/><DigestAlgoAndValue match="true"><DigestMethod>SHA256</DigestMethod></DigestAlgoAndValue>
</CertificateRef></RelatedCertificate></FoundCertificates></Signature></Signatures>
<UsedCertificates><Certificate Id="C-1"><NotBefore>2024-01-01T00:00:00Z</NotBefore><NotAfter>2025-01-01T00:00:00Z</NotAfter>
<PublicKeySize>3072</PublicKeySize><CertificateExtensions><KeyUsages><keyUsageBit>nonRepudiation</keyUsageBit></KeyUsages></CertificateExtensions>
${algorithm}<CertificateChain><ChainItem Certificate="C-0"/></CertificateChain><Trusted>false</Trusted>${changes.signer ?? ''}</Certificate>
<Certificate Id="C-0"><NotBefore>2014-01-01T00:00:00Z</NotBefore><NotAfter>2034-01-01T00:00:00Z</NotAfter>
<PublicKeySize>3072</PublicKeySize>${algorithm}<SelfSigned>true</SelfSigned><Trusted>true</Trusted></Certificate></UsedCertificates>
</dd:DiagnosticData>`

const read = (xml: string) => parseXml(new TextEncoder().encode(xml))
const verdict = (xml: string) => {
  const data = read(xml)
  const at = readValidationTime('diagnosticData.getValidationDate()', data)!
  const { indication, subIndication } = judge(readDiagnosticData(data), stockPolicy, at).signatures[0]!
  return `${indication} ${subIndication}`
}

test('diagnostic data becomes facts', () => {
  const facts = readDiagnosticData(read(diagnosticData()))
  expect(facts.signatures).toMatchObject([
    {
      id: 'S-1',
      format: 'PAdES',
      level: 'B-B',
      signingCertificate: 'C-1',
      valueIntact: true,
      algorithm: { scheme: 'rsa-pkcs1', digest: 'sha256', keyBits: 3072 },
      digests: [{ kind: 'message-digest', digest: 'sha256', found: true, intact: true }],
      reference: { attributes: 1, digest: 'sha256', digestMatches: true, issuerSerialMatches: true },
    },
  ])
  expect(facts.certificates[0]).toMatchObject({
    trusted: false,
    paths: [{ certificates: ['C-1', 'C-0'], anchored: true, problems: [] }],
    statuses: [],
  })
})

describe('and facts are judged', () => {
  test('nothing is known of a revocation', () => {
    expect(verdict(diagnosticData())).toBe('INDETERMINATE CERTIFICATE_CHAIN_GENERAL_FAILURE')
  })

  test('data that was changed', () => {
    const matcher =
      '<DigestMatcher type="MESSAGE_DIGEST"><DigestMethod>SHA256</DigestMethod><DataFound>true</DataFound><DataIntact>false</DataIntact></DigestMatcher>'
    expect(verdict(diagnosticData({ matcher }))).toBe('TOTAL-FAILED HASH_FAILURE')
  })

  test('an entry of a manifest that is not at hand, beside one that is', () => {
    const entry = (found: boolean) =>
      `<DigestMatcher type="MANIFEST_ENTRY"><DigestMethod>SHA256</DigestMethod><DataFound>${found}</DataFound><DataIntact>${found}</DataIntact></DigestMatcher>`
    const digests = (matcher: string) =>
      readDiagnosticData(read(diagnosticData({ matcher }))).signatures[0]!.digests.map(({ found }) => found)
    expect(digests(entry(true) + entry(false))).toEqual([true])
    expect(digests(entry(false) + entry(false))).toEqual([false, false])
  })
})

test('times are read from the data, and others than those known are not guessed', () => {
  const data = read(diagnosticData())
  expect(readValidationTime('diagnosticData.getValidationDate()', data)).toEqual(
    new Date('2024-05-01T08:00:00Z'),
  )
  expect(readValidationTime('new Date()', data)).toBe(null)
  expect(readValidationTime('toString', data)).toBe(null)
  expect(readValidationTime(undefined, data)).toBe(null)
})

test('XML that is not well-formed is refused', () => {
  expect(() => read('<a><b></a>')).toThrow()
})
