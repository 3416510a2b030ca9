import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { describeWith, needs, vectorsFolder } from '../../../test/support/requirements.ts'
import { parseCertificate } from './certificate.ts'
import { parseSignedData, signedAttributesForVerification } from './cms-reader.ts'
import { spliceUnsignedAttribute } from './cms-splice.ts'
import { parsePem } from './pem.ts'
import { inheritKeyParameters } from './public-key/import.ts'
import { verifySignature } from './public-key/verify.ts'

const codeOf = (action: () => unknown): unknown => {
  try {
    action()
  } catch (error) {
    return (error as { code?: unknown }).code
  }
  return 'accepted'
}

const rowsOf = <Row>(suite: string): Row[] =>
  readFileSync(join(vectorsFolder()!, suite, 'cases.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row)

describeWith(needs.vectors, 'third-party certificates and CMS', () => {
  interface PkitsRow {
    readonly certs: readonly string[]
    readonly expect: 'pass' | 'fail'
  }
  const pkits = (name: string): Uint8Array =>
    new Uint8Array(readFileSync(join(vectorsFolder()!, 'pkits', name)))

  it('PKITS: every certificate is read', () => {
    const refused = readdirSync(join(vectorsFolder()!, 'pkits', 'certs')).filter(
      (name) => codeOf(() => parseCertificate(pkits(`certs/${name}`))) !== 'accepted',
    )
    expect(refused).toEqual([])
  })

  it('PKITS: every signature in a path that must hold verifies with its issuer, DSA parameters inherited', () => {
    let checked = 0
    for (const { certs } of rowsOf<PkitsRow>('pkits').filter((row) => row.expect === 'pass')) {
      let above: Uint8Array | null = null
      for (const name of certs) {
        const certificate = parseCertificate(pkits(name))
        const issuer: Uint8Array = above ?? certificate.publicKey
        const { signatureAlgorithm, tbs, signatureValue } = certificate
        expect([name, verifySignature(issuer, signatureAlgorithm, tbs, signatureValue)]).toEqual([name, true])
        above = inheritKeyParameters(certificate.publicKey, issuer)
        checked++
      }
    }
    expect(checked).toBeGreaterThan(300)
  })

  it('PKITS: the signatures that were made wrong do not verify', () => {
    const ca = parseCertificate(pkits('certs/GoodCACert.crt'))
    const dsa = parseCertificate(pkits('certs/DSACACert.crt'))
    const anchor = parseCertificate(pkits('certs/TrustAnchorRootCertificate.crt'))
    // two of them have a BIT STRING of part octets
    for (const name of ['InvalidEESignatureTest3EE', 'BadSignedCACert', 'InvalidDSASignatureTest6EE']) {
      const bad = parseCertificate(pkits(`certs/${name}.crt`))
      const { publicKey } = name.includes('DSA') ? dsa : name.includes('EE') ? ca : anchor
      expect(verifySignature(publicKey, bad.signatureAlgorithm, bad.tbs, bad.signatureValue)).toBe(false)
    }
  })

  interface LimboRow {
    readonly id: string
    readonly class: string
    readonly expected_result: string
    readonly trusted_certs: readonly string[]
    readonly untrusted_intermediates: readonly string[]
    readonly peer_certificate: string
  }

  it('x509-limbo: no certificate of a case that must succeed, or only be warned about, is refused', () => {
    const refused = rowsOf<LimboRow>('limbo').filter((row) => {
      const pems = [...row.trusted_certs, ...row.untrusted_intermediates, row.peer_certificate]
      return pems.some((pem) => codeOf(() => parseCertificate(parsePem(pem)[0]!).keyObject) !== 'accepted')
    })
    expect(refused.filter((row) => row.expected_result === 'SUCCESS' || row.class === 'lint')).toEqual([])
    expect(refused.map(({ id }) => id).sort()).toEqual([
      'invalid::invalid-issuer-key',
      'rfc5280::duplicate-extensions',
      'rfc5280::mismatching-signature-algorithm',
      'webpki::explicit-curve',
    ])
  })

  it('EU DSS: every CMS that ends where its file ends is read, and spliced without touching what was signed', () => {
    const files = join(vectorsFolder()!, 'dss', 'files')
    const names = readdirSync(files).filter((name) => /\.(p7m|p7s|pkcs7|cms|sig)$/.test(name))
    const codes = names.map((name) => codeOf(() => parseSignedData(readFileSync(join(files, name)))))
    expect(new Set(codes)).toEqual(new Set(['accepted', 'ERR_DER_TRAILING_DATA']))
    expect(codes.filter((code) => code !== 'accepted')).toHaveLength(2)
    for (const name of names.filter((_name, i) => codes[i] === 'accepted')) {
      const bytes = readFileSync(join(files, name))
      const before = parseSignedData(bytes)
      before.signerInfos.forEach((info, index) => {
        const attribute = { oid: '1.2.3', values: [Uint8Array.of(5, 0)] }
        const after = parseSignedData(spliceUnsignedAttribute(bytes, index, attribute)).signerInfos[index]!
        expect(signedAttributesForVerification(after)).toEqual(signedAttributesForVerification(info))
        expect(after.unsignedAttributes).toHaveLength(info.unsignedAttributes.length + 1)
      })
    }
  })
})
