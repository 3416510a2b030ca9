import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Certificate } from '../../src/formats/index.ts'
import { createTimestampPool, type TimestampAuthority } from '../../src/signer/index.ts'
import {
  buildPki,
  type CertificateRequest,
  chainOf,
  currentCrl,
  currentOcsp,
  type Environment,
  entityOf,
  hospitals,
  isAuthority,
  issueCertificate,
  type Pki,
  privateKeyOf,
  profiles,
  quickKeys,
  type Responders,
  type SubjectDeclaration,
  staffSubject,
  startResponders,
  testPki,
} from '../../src/test-certs/index.ts'
import type { GivenEvidence } from '../../src/verifier/index.ts'

/** The test PKI with its live TSA, and what the oracles are told of it. */
export interface World {
  readonly env: Environment
  readonly pki: Pki
  readonly responders: Responders
  readonly timestamps: TimestampAuthority
  readonly tsaCertificates: readonly Certificate[]
  /** Files of the anchors and of the CAs' CRLs. */
  readonly trust: readonly string[]
  readonly crl: readonly string[]
  readonly anchors: readonly Certificate[]
  /** What can be known at a time of everything that was issued, in files and for us. */
  evidenceAt(pki: Pki, at: Date): Evidence
  /** As it stood when the world was made. */
  readonly evidence: Evidence
  /** Files for foreign signers: key and certificates of an entity. */
  keyFiles(entity: string): { readonly key: string; readonly chain: readonly string[] }
}

/** Revocation data, for the oracles as paths, for us as bytes. */
export interface Evidence {
  readonly at: Date
  readonly crl: readonly string[]
  readonly ocsp: readonly string[]
  readonly given: GivenEvidence
}

/**
 * Entities that only these tests need: a server's certificate, a curve that the test PKI does not declare, and a CA and a
 * signer in ASCII, since programs differ on names beyond it.
 */
function addOthers(pki: Pki, env: Environment): void {
  const add = (
    request: Omit<CertificateRequest, 'publicKey' | 'key' | 'notBefore' | 'notAfter'>,
    key: KeyObject,
  ) => {
    const publicKey = createPublicKey(key).export({ type: 'spki', format: 'der' })
    issueCertificate(pki, { ...request, publicKey, key, notBefore: '-30d', notAfter: '+2y' }, env)
  }
  const subject = (number: string) =>
    staffSubject(`BÁC SĨ THỬ NGHIỆM ${number}`, `0000000000${number}`, hospitals.a)
  const ec = (namedCurve: string): KeyObject => generateKeyPairSync('ec', { namedCurve }).privateKey
  const rsa = (): KeyObject => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  const purposes = ['serverAuth'] as const
  const server = { ...profiles.staff, extKeyUsage: { critical: false, purposes } }
  const issuer = 'public-ca'
  add({ name: 'server', issuer, subject: subject('31'), profile: server }, ec('P-256'))
  add({ name: 'brainpool', issuer, subject: subject('32'), profile: profiles.staff }, ec('brainpoolP256r1'))
  const named = (name: string): SubjectDeclaration => [
    ['C', 'VN'],
    ['CN', name],
  ]
  const authority = { name: 'ascii-ca', issuer: 'national-root', subject: named('CA THU NGHIEM') }
  add({ ...authority, profile: profiles.issuingCa }, rsa())
  add(
    { name: 'ascii', issuer: 'ascii-ca', subject: named('NGUOI KY THU NGHIEM'), profile: profiles.staff },
    rsa(),
  )
}

export async function createWorld(folder: string): Promise<World> {
  const env: Environment = { clock: () => new Date(), random: (n) => randomBytes(n) }
  const responders = await startResponders(env)
  const pki = await buildPki(testPki, { ...env, keys: quickKeys, url: responders.url })
  addOthers(pki, env)
  responders.use(pki)
  mkdirSync(folder, { recursive: true })
  const write = (name: string, bytes: Uint8Array): string => {
    const path = join(folder, name)
    writeFileSync(path, bytes)
    return path
  }
  const certificates = new Map<string, string>()
  for (const { name, certificate } of pki.entities.values()) {
    certificates.set(name, write(`${name}.cer`, certificate.der))
  }
  const tsaCertificates = [entityOf(pki, 'tsa').certificate]
  const evidenceAt = (state: Pki, at: Date): Evidence => {
    const authorities = [...state.entities.values()].filter((entity) => isAuthority(entity) && entity.key)
    const crls = authorities.map(({ name }) => [name, currentCrl(state, name, at)] as const)
    const answers = [...state.entities.values()]
      .filter(({ certificate }) => certificate.ocspUrls.length > 0)
      .map((entity) => [entity.name, currentOcsp(state, entity, at)] as const)
    const suffix = at.getTime()
    return {
      at,
      crl: crls.map(([name, bytes]) => write(`${name}-${suffix}.crl`, bytes)),
      ocsp: answers.map(([name, bytes]) => write(`${name}-${suffix}.ocsp`, bytes)),
      given: {
        certificates: authorities.map(({ certificate }) => certificate.der),
        crls: crls.map(([, bytes]) => bytes),
        ocspResponses: answers.map(([, bytes]) => bytes),
      },
    }
  }
  const evidence = evidenceAt(pki, env.clock())
  const keyFiles = new Map<string, ReturnType<World['keyFiles']>>()
  return {
    env,
    anchors: [entityOf(pki, 'national-root').certificate],
    evidence,
    evidenceAt,
    pki,
    responders,
    tsaCertificates,
    timestamps: createTimestampPool({
      urls: [responders.tsaUrl],
      trusted: tsaCertificates,
      deadlineMs: 20_000,
      fetch,
      lookup: async (host) => [host],
      netAllow: ['127.0.0.1'],
      ...env,
    }),
    trust: [certificates.get('national-root')!],
    crl: evidence.crl.filter((path) => /\/(national-root|public-ca|ascii-ca)-/.test(path)),
    keyFiles: (entity) => {
      const kept = keyFiles.get(entity)
      if (kept) return kept
      const key = privateKeyOf(entityOf(pki, entity)).export({ type: 'pkcs8', format: 'der' })
      const names = new Map([...pki.entities.values()].map(({ name, certificate }) => [certificate, name]))
      const chain = chainOf(pki, entity).slice(0, -1)
      const files = {
        key: write(`${entity}.key`, key),
        chain: chain.map((certificate) => certificates.get(names.get(certificate)!)!),
      }
      keyFiles.set(entity, files)
      return files
    },
  }
}
