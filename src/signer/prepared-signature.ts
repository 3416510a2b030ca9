import {
  type Certificate,
  type DigestName,
  digestNames,
  isBase64,
  parseCertificate,
  type SignatureAlgorithm,
} from '../formats/index.ts'
import { SignerError } from './errors.ts'
import { checkSigningAlgorithm, contentDigestOf } from './select-algorithm.ts'
import type { PreparedSignature } from './types.ts'

/** A prepared signature with its binary decoded. */
export interface OpenedSignature {
  readonly state: PreparedSignature
  readonly certificate: Certificate
  readonly chain: readonly Certificate[]
  readonly signedAttributes: Uint8Array
  /** PAdES only. */
  readonly pdf: {
    readonly appended: Buffer
    readonly contents: { readonly start: number; readonly length: number }
  } | null
}

/** More certificates than any path has. */
const MAX_CHAIN = 16

/**
 * A prepared signature read back from JSON, every field checked, none taken that is not known.
 *
 * Throws `ERR_SIGNER_STATE_INVALID` with the field's name. Not checked: that it is the state that was stored.
 */
export function parsePreparedSignature(value: unknown): PreparedSignature {
  if (typeof value !== 'object' || value === null) throw invalid('state')
  const state = value as Record<string, unknown>
  const pades = state['format'] === 'pades'
  const known = new Set([...commonFields, ...(pades ? padesFields : [])])
  const unknown = Object.keys(state).find((field) => !known.has(field))
  if (unknown !== undefined) throw invalid(unknown.slice(0, 40))
  const prepared = {
    format: oneOf(state, 'format', ['pades', 'cades']),
    level: oneOf(state, 'level', ['B-B', 'B-T']),
    digest: oneOf(state, 'digest', digestNames),
    algorithm: readAlgorithm(state['algorithm']),
    chain: readChain(state['chain']),
    signedAttributes: readText(state, 'signedAttributes', isBase64),
    documentLength: readCount(state, 'documentLength'),
    documentSha256: readText(state, 'documentSha256', isSha256),
    ...(pades && {
      appended: readText(state, 'appended', isBase64),
      contents: readContents(state['contents']),
    }),
  } as PreparedSignature
  openPrepared(prepared)
  return prepared
}

const commonFields = [
  'format',
  'level',
  'digest',
  'algorithm',
  'chain',
  'signedAttributes',
  'documentLength',
  'documentSha256',
]
const padesFields = ['appended', 'contents']
const isSha256 = (text: string): boolean => /^[0-9a-f]{64}$/.test(text)

const invalid = (field: string, cause?: unknown): SignerError =>
  new SignerError('ERR_SIGNER_STATE_INVALID', { details: { field }, cause })

function oneOf<T extends string>(state: Record<string, unknown>, field: string, values: readonly T[]): T {
  const found = values.find((value) => value === state[field])
  if (found === undefined) throw invalid(field)
  return found
}

function readText(
  state: Record<string, unknown>,
  field: string,
  isWellFormed: (text: string) => boolean,
): string {
  const text = state[field]
  if (typeof text !== 'string' || text === '' || !isWellFormed(text)) throw invalid(field)
  return text
}

function readCount(state: Record<string, unknown>, field: string): number {
  const count = state[field]
  if (!Number.isSafeInteger(count) || (count as number) < 0) throw invalid(field)
  return count as number
}

function readChain(value: unknown): string[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > MAX_CHAIN) throw invalid('chain')
  if (!value.every((item) => typeof item === 'string' && isBase64(item))) throw invalid('chain')
  return value as string[]
}

function readContents(value: unknown): { start: number; length: number } {
  if (typeof value !== 'object' || value === null) throw invalid('contents')
  const fields = value as Record<string, unknown>
  if (Object.keys(fields).length !== 2) throw invalid('contents')
  return { start: readCount(fields, 'start'), length: readCount(fields, 'length') }
}

function readAlgorithm(value: unknown): SignatureAlgorithm {
  if (typeof value !== 'object' || value === null) throw invalid('algorithm')
  const { scheme, digest, mgfDigest, saltLength, ...rest } = value as Record<string, unknown>
  if (Object.keys(rest).length > 0) throw invalid('algorithm')
  const asDigest = (name: unknown): DigestName => {
    const found = digestNames.find((known) => known === name)
    if (!found) throw invalid('algorithm')
    return found
  }
  const isBare = mgfDigest === undefined && saltLength === undefined
  switch (scheme) {
    case 'ed25519':
      if (!isBare || digest !== undefined) break
      return { scheme }
    case 'rsa-pkcs1':
    case 'ecdsa':
      if (!isBare) break
      return { scheme, digest: asDigest(digest) }
    case 'rsa-pss':
      if (!Number.isSafeInteger(saltLength) || (saltLength as number) < 0) break
      return {
        scheme,
        digest: asDigest(digest),
        mgfDigest: asDigest(mgfDigest),
        saltLength: saltLength as number,
      }
  }
  throw invalid('algorithm')
}

/**
 * Decodes a prepared signature and holds its parts against each other. Throws `ERR_SIGNER_STATE_INVALID`.
 */
export function openPrepared(state: PreparedSignature): OpenedSignature {
  const chain = state.chain.map(readCertificate)
  const [certificate] = chain
  if (!certificate) throw invalid('chain')
  try {
    checkSigningAlgorithm(certificate, state.algorithm)
  } catch (cause) {
    throw invalid('algorithm', cause)
  }
  if (contentDigestOf(state.algorithm) !== state.digest) throw invalid('digest')
  const signedAttributes = Buffer.from(state.signedAttributes, 'base64')
  // a SET, and so no document or digest that somebody wants signed
  if (signedAttributes[0] !== 0x31) throw invalid('signedAttributes')
  return { state, certificate, chain, signedAttributes, pdf: openPdfPart(state) }
}

function openPdfPart(state: PreparedSignature): OpenedSignature['pdf'] {
  const { appended: text, contents } = state
  if (state.format === 'cades') {
    if (text !== undefined || contents !== undefined) throw invalid('format')
    return null
  }
  if (!text || !contents) throw invalid('format')
  const appended = Buffer.from(text, 'base64')
  const { start, length } = contents
  const end = start + length
  if (length === 0 || length % 2 !== 0 || appended[start - 1] !== 0x3c || appended[end] !== 0x3e) {
    throw invalid('contents')
  }
  for (let at = start; at < end; at++) if (appended[at] !== 0x30) throw invalid('contents')
  return { appended, contents }
}

const certificates = new Map<string, Certificate>()
const MAX_KEPT = 512

/** A certificate by its base64, kept: reading it and its key anew costs more than a signature's verification. */
function readCertificate(text: string): Certificate {
  const kept = certificates.get(text)
  if (kept) return kept
  let certificate: Certificate
  try {
    certificate = parseCertificate(new Uint8Array(Buffer.from(text, 'base64')))
  } catch (cause) {
    throw invalid('chain', cause)
  }
  if (certificates.size >= MAX_KEPT) certificates.clear()
  certificates.set(text, certificate)
  return certificate
}
