import { webcrypto } from 'node:crypto'
import { fromBER } from 'asn1js'
import {
  Certificate,
  CertificateRevocationList,
  ContentInfo,
  CryptoEngine,
  SignedData,
  setEngine,
} from 'pkijs'
import type { VerifyWorld } from './verify-records.ts'

/** PKI.js on a PDF's only signature: content cut out beforehand, everything else read and checked at each run. */
export function verifyWithPkijs(file: Uint8Array, { anchors, crls }: VerifyWorld): () => Promise<void> {
  const crypto = webcrypto as ConstructorParameters<typeof CryptoEngine>[0]['crypto']
  setEngine('bench', new CryptoEngine({ name: 'bench', crypto, subtle: crypto.subtle }))
  const { content, cms } = takeApart(Buffer.from(file))
  return async () => {
    const info = new ContentInfo({ schema: fromBER(cms).result })
    const signed = new SignedData({ schema: info.content })
    signed.crls = crls.map((crl) => new CertificateRevocationList({ schema: fromBER(exact(crl)).result }))
    const answer = await signed.verify({
      signer: 0,
      data: content,
      trustedCerts: anchors.map((anchor) => new Certificate({ schema: fromBER(exact(anchor)).result })),
      checkChain: true,
      checkDate: new Date(),
      extendedMode: true,
    })
    if (!answer.signatureVerified || !answer.signerCertificateVerified) throw new Error(answer.message)
  }
}

function takeApart(file: Buffer): { content: ArrayBuffer; cms: ArrayBuffer } {
  const [, a, b, c, d] = /\/ByteRange\s*\[(\d+) (\d+) (\d+) (\d+)/.exec(file.toString('latin1'))!.map(Number)
  const value = Buffer.from(file.toString('latin1', a! + b! + 1, c! - 1), 'hex')
  return {
    content: exact(Buffer.concat([file.subarray(a, a! + b!), file.subarray(c, c! + d!)])),
    cms: exact(value),
  }
}

/** These bytes alone in a buffer of their own. */
const exact = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer
