import { randomBytes } from 'node:crypto'
import type { SignatureAlgorithm } from '../../../formats/index.ts'
import {
  buildPki,
  chainOf,
  entityOf,
  type Pki,
  privateKeyOf,
  quickKeys,
  rootsOf,
  signBytes,
  testPki,
} from '../../../test-certs/index.ts'
import { checkBeforeRelease } from '../../check-before-release.ts'
import { finishSignature } from '../../finish-signature.ts'
import type { PadesOptions, PreparedSignature, SignerEnvironment } from '../../types.ts'
import { preparePades } from '../prepare-pades.ts'

export const now = new Date('2026-11-25T07:30:00Z')
export const environment: SignerEnvironment = { clock: () => now, random: (n) => randomBytes(n) }

const signers = ['doctor-01', 'nurse-02', 'doctor-p384', 'doctor-ed25519'] as const
export type TestSigner = (typeof signers)[number]

let pki: Promise<Pki> | null = null

/** The test PKI's signers, made once in a process. */
const testSigners = (): Promise<Pki> => {
  pki ??= buildPki(testPki, { ...environment, keys: quickKeys, only: signers })
  return pki
}

const algorithms: Readonly<Record<TestSigner, SignatureAlgorithm>> = {
  'doctor-01': { scheme: 'ecdsa', digest: 'sha256' },
  'nurse-02': { scheme: 'rsa-pss', digest: 'sha256', mgfDigest: 'sha256', saltLength: 32 },
  'doctor-p384': { scheme: 'ecdsa', digest: 'sha384' },
  'doctor-ed25519': { scheme: 'ed25519' },
}

export type SigningWish = Partial<Omit<PadesOptions, 'chain'>>

/** Prepares a signature of one of the test PKI's signers. */
export async function prepareAs(
  signer: TestSigner,
  document: Uint8Array,
  wish: SigningWish = {},
  env: SignerEnvironment = environment,
): Promise<PreparedSignature> {
  const chain = chainOf(await testSigners(), signer)
  return preparePades(document, { chain, algorithm: algorithms[signer], level: 'B-B', ...wish }, env)
}

/** The document with a finished signature that was checked before release. */
export async function signAs(
  signer: TestSigner,
  document: Uint8Array,
  wish: SigningWish = {},
  env: SignerEnvironment = environment,
): Promise<Buffer> {
  const prepared = await prepareAs(signer, document, wish, env)
  const data = Buffer.from(prepared.signedAttributes, 'base64')
  const key = privateKeyOf(entityOf(await testSigners(), signer))
  const finished = await finishSignature(prepared, signBytes(key, prepared.algorithm, data), null)
  await checkBeforeRelease({
    prepared,
    finished,
    document,
    contentDigest: null,
    issuers: rootsOf(await testSigners()).map(({ certificate }) => certificate),
    tsaCertificates: [],
    evidence: { data: [] },
    now: env.clock(),
  })
  return Buffer.concat([document, finished.bytes])
}
