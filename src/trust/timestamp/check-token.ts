import { type Certificate, digestLength, type TimeStampToken } from '../../formats/index.ts'
import { matchTsaName } from './check-tsa-name.ts'
import type { TimestampFinding, TokenFindingCode } from './types.ts'

/**
 * What RFC 3161 alone demands of a token, beyond any SignedData (2.4.1, 2.4.2): one signer, an imprint as long as its digest,
 * no critical extension, since it defines none (RFC 5280, 4.2), and a tsa that is one of the signer's names, whatever the
 * order of its parts.
 *
 * `signer`: null where it was not found. Not checked: the signature, the imprint against any data.
 */
export function findTokenProblems(
  { signedData, tstInfo }: TimeStampToken,
  signer: Certificate | null,
): TimestampFinding<TokenFindingCode>[] {
  const findings: TimestampFinding<TokenFindingCode>[] = []
  const report = (code: TokenFindingCode, clause: string, detail: string | null = null): void => {
    findings.push({ code, clause, detail })
  }
  const { digest, imprint, extensions } = tstInfo
  const signers = signedData.signerInfos.length
  const critical = extensions.find((extension) => extension.critical)
  if (signers !== 1) report('TIMESTAMP_SIGNER_COUNT', 'RFC 3161, 2.4.2', String(signers))
  if (imprint.length !== digestLength(digest)) {
    report('TIMESTAMP_IMPRINT_LENGTH', 'RFC 3161, 2.4.1', String(imprint.length))
  }
  if (critical) report('TIMESTAMP_EXTENSION_CRITICAL', 'RFC 3161, 2.4.2', critical.oid)
  if (signer && matchTsaName(tstInfo, signer) === 'other') report('TIMESTAMP_TSA_NAME', 'RFC 3161, 2.4.2')
  return findings
}
