import { createHash } from 'node:crypto'
import type { Certificate, SignatureAlgorithm } from '../../formats/index.ts'
import { createDigest } from '../../formats/index.ts'
import {
  type BuildOptions,
  buildPki,
  chainOf,
  entityOf,
  type Pki,
  privateKeyOf,
  quickKeys,
  signBytes,
  type TestEntityName,
  testPki,
} from '../../test-certs/index.ts'
import { liveEnvironment } from '../../test-certs/testing/environment.ts'
import { finishSignature } from '../finish-signature.ts'
import type { TimestampAuthority } from '../ports.ts'
import { selectAlgorithm } from '../select-algorithm.ts'
import type { CadesContent, FinishedSignature, PreparedSignature } from '../types.ts'

export const env = liveEnvironment

/** The entities named and their issuers, with real dates and quick keys. */
export const buildSigners = (
  only: readonly TestEntityName[],
  options: Partial<BuildOptions> = {},
): Promise<Pki> => buildPki(testPki, { ...env, keys: quickKeys, only, ...options })

export interface TestSigner {
  readonly name: string
  /** Without the root. */
  readonly chain: readonly Certificate[]
  readonly certificate: Certificate
  readonly issuers: readonly Certificate[]
  /** What is selected without a wish. */
  readonly algorithm: SignatureAlgorithm
}

export function signerOf(
  pki: Pki,
  name: string,
  wish: Parameters<typeof selectAlgorithm>[2] = {},
): TestSigner {
  const chain = chainOf(pki, name)
  const certificate = chain[0]!
  const { algorithm } = selectAlgorithm(certificate, null, wish)
  return { name, chain: chain.slice(0, -1), certificate, issuers: chain.slice(-1), algorithm }
}

/** The value that the key of `name` makes for a prepared signature. */
export const valueFor = (pki: Pki, name: string, prepared: PreparedSignature): Uint8Array =>
  signBytes(
    privateKeyOf(entityOf(pki, name)),
    prepared.algorithm,
    Buffer.from(prepared.signedAttributes, 'base64'),
  )

export const finishAs = (
  pki: Pki,
  name: string,
  prepared: PreparedSignature,
  timestamps: TimestampAuthority | null = null,
): Promise<FinishedSignature> => finishSignature(prepared, valueFor(pki, name, prepared), timestamps)

/** Content that is asked for its digests only. */
export const contentOf = (bytes: Uint8Array): CadesContent => ({
  digestOf: async (name) => createDigest(name).update(bytes).digest(),
  length: bytes.length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
})

/** The code with which `work` is refused, or `none`. */
export async function codeOf(work: () => unknown): Promise<string> {
  try {
    await work()
    return 'none'
  } catch (error) {
    return (error as { code?: string }).code ?? String(error)
  }
}
