import {
  digestBytes,
  FormatError,
  isEqual,
  parseTimeStampToken,
  type SignerInfo,
  type TimeStampToken,
} from '../../formats/index.ts'
import { accuracyMs, findTokenProblems } from '../../trust/index.ts'
import type { DigestFacts, TimestampFacts } from '../facts.ts'
import type { TokenContext } from './context.ts'
import {
  addAttributeValue,
  addCertificates,
  addSignedDataRevocations,
  type EmbeddedCollector,
} from './embedded.ts'
import { memoizeDigest } from './memoize-digest.ts'
import { examineSigner } from './signer-info.ts'

/** A time-stamp token that could be read, with its first signer. */
export interface OpenToken extends TimeStampToken {
  readonly bytes: Uint8Array
  readonly signer: SignerInfo
}

/** null where it is no TimeStampToken, has no signer, or names an imprint digest that is not known here. */
export function openToken(bytes: Uint8Array): OpenToken | null {
  try {
    const token = parseTimeStampToken(bytes)
    const signer = token.signedData.signerInfos[0]
    return signer ? { ...token, bytes, signer } : null
  } catch (error) {
    if (error instanceof FormatError) return null
    throw error
  }
}

/** Facts of a TimeStampToken, put into the registry; null where it cannot be read (its finder reports that). */
export function collectToken(bytes: Uint8Array, context: TokenContext): TimestampFacts | null {
  const token = openToken(bytes)
  return token && collectOpenToken(token, context)
}

/** The same of a token that was opened already. */
export function collectOpenToken(token: OpenToken, context: TokenContext): TimestampFacts {
  const { registry } = context
  const { signedData, tstInfo, signer } = token
  const out: EmbeddedCollector = { embedded: [...(context.extraEmbedded ?? [])], findings: [] }
  addCertificates(out, registry, signedData.certificates, 'time-stamp')
  addSignedDataRevocations(out, registry, signedData, 'time-stamp')
  for (const attribute of signer.unsignedAttributes) {
    for (const value of attribute.values) addAttributeValue(out, registry, attribute, value)
  }
  const content = signedData.eContent!
  const { certificate, findings, digests, ...signed } = examineSigner({
    info: signer,
    pool: registry.pool,
    contentType: signedData.eContentType,
    digestKind: 'message-digest',
    contentDigest: memoizeDigest((name) => digestBytes(name, content)),
    content: () => content,
    digestAlgorithms: signedData.digestAlgorithms,
    mustHaveAttributes: true,
  })
  if (certificate) registry.markSigner(certificate)
  const accuracy = accuracyMs(tstInfo)
  const facts: TimestampFacts = {
    id: registry.uniqueId('T', token.bytes),
    ...signed,
    digests: [describeImprint(token, context), ...(context.digests ?? []), ...digests],
    type: context.type,
    source: context.source,
    time: tstInfo.genTime.toISOString(),
    // a whole number, and no less than what the token states
    accuracyMs: accuracy && Math.ceil(accuracy),
    policy: tstInfo.policy,
    findings: [
      ...(context.findings ?? []),
      ...out.findings,
      ...findTokenProblems(token, certificate),
      ...findings,
    ],
    covers: context.covers,
    embedded: out.embedded,
    pdf: context.pdf ?? null,
  }
  registry.addTimestamp(facts)
  return facts
}

function describeImprint({ tstInfo }: OpenToken, context: TokenContext): DigestFacts {
  const expected = context.imprintOf(tstInfo.digest)
  return {
    kind: 'message-imprint',
    digest: tstInfo.digest,
    found: expected !== null,
    intact: expected !== null && isEqual(expected, tstInfo.imprint),
  }
}
