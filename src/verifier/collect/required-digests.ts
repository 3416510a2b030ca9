import {
  attributeName,
  type DigestName,
  FormatError,
  parseDerPrefix,
  parseEvidenceRecord,
  parseSignedData,
  type SignerInfo,
} from '../../formats/index.ts'
import { recognize } from './recognize.ts'
import { openToken } from './timestamp-token.ts'

/**
 * The digests of detached content that a signature, token or evidence record (and records beside it) are about, in a fixed
 * order: whoever holds the content computes them in one pass. Empty where nothing detached is wanted, or where the file
 * cannot be read, which `collectFacts` then tells.
 */
export function requiredDigests(file: Uint8Array, evidenceRecords: readonly Uint8Array[] = []): DigestName[] {
  const names = [
    ...tryNames(() => namesIn(file)),
    ...evidenceRecords.flatMap((record) => tryNames(() => namesOfRecord(record))),
  ]
  return [...new Set(names)].sort()
}

function tryNames(read: () => DigestName[]): DigestName[] {
  try {
    return read()
  } catch (error) {
    if (error instanceof FormatError) return []
    throw error
  }
}

function namesIn(file: Uint8Array): DigestName[] {
  const { kind, bytes } = recognize(file)
  switch (kind) {
    case 'cms':
      return namesOfCms(bytes)
    case 'timestamp':
      return namesOfToken(bytes)
    case 'evidence-record':
      return namesOfRecord(bytes)
    default:
      return []
  }
}

const namesOfToken = (token: Uint8Array): DigestName[] => {
  const digest = openToken(token)?.tstInfo.digest
  return digest ? [digest] : []
}

const namesOfRecord = (record: Uint8Array): DigestName[] =>
  parseEvidenceRecord(record).chains.flatMap(({ archiveTimeStamps }) =>
    archiveTimeStamps.flatMap(({ digestAlgorithm, token }) =>
      digestAlgorithm ? (digestAlgorithm.digest ?? []) : namesOfToken(token),
    ),
  )

/** Nothing where the content is inside. */
function namesOfCms(bytes: Uint8Array): DigestName[] {
  const { eContent, signerInfos } = parseSignedData(parseDerPrefix(bytes, { mode: 'ber' }).bytes)
  return eContent ? [] : signerInfos.flatMap(namesOfSigner)
}

/** message-digest's, those of time-stamps over the content or its digest, and those of external evidence records. */
function namesOfSigner(info: SignerInfo): DigestName[] {
  const attributes = [...info.signedAttributes, ...info.unsignedAttributes]
  return [
    ...tryNames(() => [info.digest]),
    ...attributes.flatMap(({ oid, values }) => {
      const name = attributeName(oid)
      if (name === 'external-evidence-record') {
        return values.flatMap((value) => tryNames(() => namesOfRecord(value)))
      }
      const isOverContent = name === 'content-time-stamp' || name === 'archive-time-stamp-v3'
      return isOverContent ? values.flatMap(namesOfToken) : []
    }),
  ]
}
