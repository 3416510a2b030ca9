import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Certificate } from '../../src/formats/index.ts'
import { createTimestampPool, type TimestampAuthority } from '../../src/signer/index.ts'
import {
  buildPki,
  chainOf,
  currentCrl,
  type Environment,
  entityOf,
  type Pki,
  privateKeyOf,
  quickKeys,
  type Responders,
  startResponders,
  testPki,
} from '../../src/test-certs/index.ts'
import { algorithms } from './algorithms.ts'

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
  /** Files for foreign signers: key and certificates of an entity. */
  keyFiles(entity: string): { readonly key: string; readonly chain: readonly string[] }
}

export async function createWorld(folder: string): Promise<World> {
  const env: Environment = { clock: () => new Date(), random: (n) => randomBytes(n) }
  const responders = await startResponders(env)
  const only = [...new Set([...algorithms.map(({ entity }) => entity), 'tsa'])]
  const pki = await buildPki(testPki, { ...env, keys: quickKeys, url: responders.url, only })
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
  return {
    env,
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
    crl: ['national-root', 'public-ca'].map((name) =>
      write(`${name}.crl`, currentCrl(pki, name, env.clock())),
    ),
    keyFiles: (entity) => {
      const key = privateKeyOf(entityOf(pki, entity)).export({ type: 'pkcs8', format: 'der' })
      const names = new Map([...pki.entities.values()].map(({ name, certificate }) => [certificate, name]))
      const chain = chainOf(pki, entity).slice(0, -1)
      return {
        key: write(`${entity}.key`, key),
        chain: chain.map((certificate) => certificates.get(names.get(certificate)!)!),
      }
    },
  }
}
