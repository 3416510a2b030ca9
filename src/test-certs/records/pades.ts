import type { Certificate, SignatureAlgorithm } from '../../formats/index.ts'
import {
  finishSignature,
  type PadesOptions,
  preparePades,
  selectAlgorithm,
  type TimestampAuthority,
} from '../../signer/index.ts'
import { currentCrl } from '../authority.ts'
import { type BuildOptions, buildPki, type Environment } from '../build.ts'
import { chainOf, entityOf, isAuthority, type Pki, privateKeyOf } from '../entity.ts'
import { quickKeys } from '../keys.ts'
import { currentOcsp } from '../ocsp-endpoint.ts'
import { type TestEntityName, testPki } from '../pki.ts'
import { signBytes } from '../sign.ts'
import { buildTimestampToken, TSA_POLICY } from '../timestamp.ts'
import { appendDocumentTimestamp, appendDss, type ValidationData } from './pades-append.ts'

export type PadesLevel = 'B-B' | 'B-T' | 'B-LT' | 'B-LTA'

/** Who signs, how and when. Times default to what the environment's clock says. */
export interface PadesRecordOptions {
  readonly level?: PadesLevel
  /** Default `doctor-01`. */
  readonly signer?: TestEntityName
  readonly wish?: { readonly scheme?: 'pss' | 'pkcs1' }
  /** Default `tsa`. */
  readonly tsa?: TestEntityName
  /** What the signature's options say beside. */
  readonly options?: Partial<Omit<PadesOptions, 'chain' | 'algorithm' | 'level'>>
  readonly vri?: boolean
}

/** The entities that records need unless told otherwise, with kept keys and certificates told from `env`'s clock. */
export const buildRecordPki = (
  env: Environment,
  only: readonly TestEntityName[] = ['doctor-01', 'nurse-02', 'tsa', 'ocsp'],
  options: Partial<BuildOptions> = {},
): Promise<Pki> => buildPki(testPki, { ...env, keys: quickKeys, only, ...options })

/**
 * `document` signed with PAdES up to `level` (EN 319 142-1, 6): a signature, its time-stamp, a DSS with VRI, a document
 * time-stamp. A document that is signed already gets a further signature.
 */
export async function signRecord(
  pki: Pki,
  document: Uint8Array,
  env: Environment,
  record: PadesRecordOptions = {},
): Promise<Buffer> {
  const { level = 'B-B', signer = 'doctor-01', tsa = 'tsa' } = record
  const signed = await addSignature(pki, document, env, { ...record, level: level === 'B-B' ? 'B-B' : 'B-T' })
  if (level === 'B-B' || level === 'B-T') return signed
  const data = validationDataOf(pki, [signer, tsa], env.clock())
  const password = record.options?.password
  const stored = appendDss(signed, data, env.random, {
    ...(record.vri !== undefined && { vri: record.vri }),
    ...(password !== undefined && { password }),
  })
  return level === 'B-LT' ? stored : addDocumentTimestamp(pki, stored, env, tsa, password)
}

/** A further round of EN 319 142-1, 5.5: evidence for the last time-stamp, and a document time-stamp over all. */
export async function renewRecord(
  pki: Pki,
  document: Uint8Array,
  env: Environment,
  tsa: TestEntityName = 'tsa',
): Promise<Buffer> {
  const data = validationDataOf(pki, [tsa], env.clock())
  return addDocumentTimestamp(pki, appendDss(document, data, env.random), env, tsa)
}

export const addDocumentTimestamp = (
  pki: Pki,
  document: Uint8Array,
  env: Environment,
  tsa: TestEntityName = 'tsa',
  password?: string,
): Promise<Buffer> =>
  appendDocumentTimestamp(document, testAuthority(pki, tsa, env), env.random, {
    ...(password !== undefined && { password }),
  })

async function addSignature(
  pki: Pki,
  document: Uint8Array,
  env: Environment,
  record: PadesRecordOptions & { readonly level: 'B-B' | 'B-T' },
): Promise<Buffer> {
  const { signer = 'doctor-01', tsa = 'tsa', level } = record
  const chain = chainOf(pki, signer).slice(0, -1)
  const { algorithm } = selectAlgorithm(chain[0]!, null, record.wish ?? {})
  const authority = level === 'B-T' ? testAuthority(pki, tsa, env) : null
  const timestampSize = await authority?.tokenSize('sha256')
  const prepared = await preparePades(
    document,
    {
      ...record.options,
      chain,
      algorithm,
      level,
      ...(timestampSize !== undefined && { timestampSize }),
    },
    env,
  )
  const value = signWith(pki, signer, algorithm, Buffer.from(prepared.signedAttributes, 'base64'))
  const { bytes } = await finishSignature(prepared, value, authority)
  return Buffer.concat([document, bytes])
}

const signWith = (pki: Pki, signer: string, algorithm: SignatureAlgorithm, data: Uint8Array): Uint8Array =>
  signBytes(privateKeyOf(entityOf(pki, signer)), algorithm, data)

/** A time-stamping authority of the test PKI, asked without a network; its time is that of `env`'s clock. */
export function testAuthority(pki: Pki, tsa: string, env: Environment): TimestampAuthority {
  const entity = entityOf(pki, tsa)
  const certificates: readonly Certificate[] = chainOf(pki, tsa).slice(0, -1)
  return {
    timestamp: async (imprint, digest) => {
      const genTime = env.clock()
      const token = buildTimestampToken({
        signer: entity.certificate,
        key: privateKeyOf(entity),
        certificates,
        imprint,
        digest,
        policy: TSA_POLICY,
        serialNumber: env.random(8),
        genTime,
        nonce: null,
      })
      return { token, genTime }
    },
    tokenSize: async () => 1536 + certificates.reduce((sum, { der }) => sum + der.length, 0),
  }
}

/**
 * Everything that judging the entities named needs at `now`: their paths with the root, the OCSP answer about each that
 * names a responder, the CRL of each issuer, and the responders' certificates.
 */
export function validationDataOf(pki: Pki, names: readonly string[], now: Date): ValidationData {
  const certificates = new Map<string, Uint8Array>()
  const crls = new Map<string, Uint8Array>()
  const ocspResponses: Uint8Array[] = []
  for (const name of names) {
    for (const certificate of chainOf(pki, name)) certificates.set(certificate.sha256, certificate.der)
    for (
      let entity = entityOf(pki, name);
      entity.issuer !== entity.name;
      entity = entityOf(pki, entity.issuer)
    ) {
      if (!crls.has(entity.issuer)) crls.set(entity.issuer, currentCrl(pki, entity.issuer, now))
      if (entity.certificate.ocspUrls.length > 0 && !isAuthority(entity))
        ocspResponses.push(currentOcsp(pki, entity, now))
    }
  }
  return { certificates: [...certificates.values()], crls: [...crls.values()], ocspResponses }
}
