import { randomBytes } from 'node:crypto'
import { attributeOids, der } from '../../src/formats/index.ts'
import { chainOf, currentCrl, type Environment, type Pki, rootsOf } from '../../src/test-certs/index.ts'
import { signCadesRecord } from '../../src/test-certs/records/cades.ts'
import { buildRecordPki, type PadesLevel, signRecord } from '../../src/test-certs/records/pades.ts'
import { makePdf, type PdfShape } from './make-pdf.ts'

/** RSA-2048 with PKCS#1 v1.5: the floor's algorithm, which every peer can verify. */
const SIGNER = 'nurse-02'
const pkcs1 = { scheme: 'pkcs1' } as const

/** A signed file, and what every judge is told beside. */
export interface VerifyRecord {
  readonly file: Uint8Array
  /** Of a detached signature. */
  readonly content: Uint8Array | null
}

/** Records of one signer under a root and an issuing CA, with what is known of their revocation: two CRLs. */
export interface VerifyWorld {
  /** DER of signer, CA and root. */
  readonly chain: readonly Uint8Array[]
  readonly anchors: readonly Uint8Array[]
  readonly crls: readonly Uint8Array[]
  pades(size: number, shape: PdfShape, level?: PadesLevel, signatures?: number): Promise<VerifyRecord>
  cades(size: number): Promise<VerifyRecord>
  /** Of content that is not held. */
  cadesOf(sha256: Uint8Array): Promise<Uint8Array>
}

export async function createVerifyWorld(): Promise<VerifyWorld> {
  const env: Environment = { clock: () => new Date(), random: (n) => randomBytes(n) }
  const pki = await buildRecordPki(env)
  return {
    chain: chainOf(pki, SIGNER).map(({ der }) => der),
    anchors: rootsOf(pki).map(({ certificate }) => certificate.der),
    crls: ['national-root', 'public-ca'].map((issuer) => currentCrl(pki, issuer, env.clock())),
    pades: async (size, shape, level = 'B-B', signatures = 1) => {
      let file: Uint8Array = makePdf(size, shape)
      for (let i = 0; i < signatures; i++) {
        file = await signRecord(pki, file, env, { level, signer: SIGNER, wish: pkcs1 })
      }
      return { file: new Uint8Array(file), content: null }
    },
    cades: async (size) => {
      const content = new Uint8Array(randomBytes(size))
      return { file: await signDetached(pki, content, env), content }
    },
    cadesOf: (sha256) => signDetached(pki, new Uint8Array(0), env, sha256),
  }
}

const signDetached = (pki: Pki, content: Uint8Array, env: Environment, digest?: Uint8Array) =>
  signCadesRecord(pki, content, env, {
    signer: SIGNER,
    detached: true,
    wish: pkcs1,
    ...(digest && {
      signedAttributes: (attributes) =>
        attributes.map(({ oid, values }) => ({
          oid,
          values: oid === attributeOids['message-digest'] ? [der.octetString(digest)] : values,
        })),
    }),
  })
