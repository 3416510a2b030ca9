import { randomBytes } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { buildPki, chainOf, encodeCertificatesOnly, quickKeys, testPki } from '../../test-certs/index.ts'
import { parseDer } from '../der/index.ts'
import type { Certificate } from './certificate.ts'
import { readCertificates } from './certificates-only.ts'
import { encodePem } from './pem.ts'

let chain: Certificate[]
beforeAll(async () => {
  const pki = await buildPki(testPki, {
    clock: () => new Date('2026-03-15T10:20:30Z'),
    random: (n) => randomBytes(n),
    keys: quickKeys,
    only: ['doctor-01'],
  })
  chain = chainOf(pki, 'doctor-01')
})

const codeOf = (bytes: Uint8Array): unknown => {
  try {
    return readCertificates(bytes)
  } catch (error) {
    return (error as { code?: unknown }).code
  }
}
const sorted = (certificates: readonly Uint8Array[]) => [...certificates].sort((a, b) => Buffer.compare(a, b))

describe('readCertificates', () => {
  it('one certificate, certs-only CMS, either in PEM', () => {
    const ders = chain.map((certificate) => certificate.der)
    const cms = encodeCertificatesOnly(chain)
    const pem = (label: string, bytes: Uint8Array) => Buffer.from(encodePem(label, bytes))
    expect(readCertificates(ders[0]!)).toEqual([ders[0]])
    expect(readCertificates(cms)).toEqual(sorted(ders))
    expect(readCertificates(Buffer.concat(ders.map((bytes) => pem('CERTIFICATE', bytes))))).toEqual(ders)
    for (const label of ['PKCS7', 'CMS']) expect(readCertificates(pem(label, cms))).toEqual(sorted(ders))
  })

  it('CMS in BER', () => {
    const { content } = parseDer(encodeCertificatesOnly(chain))
    const ber = new Uint8Array([0x30, 0x80, ...content, 0, 0])
    expect(readCertificates(ber)).toHaveLength(3)
  })

  it.each([
    ['nothing', new Uint8Array(), 'ERR_PEM_MALFORMED'],
    ['text', Buffer.from('404 Not Found'), 'ERR_PEM_MALFORMED'],
    ['CMS of another kind', Buffer.from('300b06092a864886f70d010701', 'hex'), 'ERR_CMS_NOT_SIGNED_DATA'],
    ['a SEQUENCE that is cut off', Buffer.from('3005060', 'hex'), 'ERR_DER_TRUNCATED'],
  ])('%s is refused', (_what, bytes, code) => {
    expect(codeOf(bytes)).toBe(code)
  })
})
