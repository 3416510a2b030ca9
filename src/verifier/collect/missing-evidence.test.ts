import { beforeAll, describe, expect, test } from 'vitest'
import { parseOcspRequest } from '../../formats/index.ts'
import { buildPki } from '../../test-certs/build.ts'
import { chainOf, entityOf, type Pki } from '../../test-certs/entity.ts'
import { quickKeys } from '../../test-certs/keys.ts'
import { testPki } from '../../test-certs/pki.ts'
import { signCadesRecord } from '../../test-certs/records/cades.ts'
import { validationDataOf } from '../../test-certs/records/pades.ts'
import { missingEvidence } from './missing-evidence.ts'
import { collect, content, env, rootOf } from './testing/collect.ts'

let pki: Pki
let record: Uint8Array
beforeAll(async () => {
  pki = await buildPki(testPki, {
    ...env,
    keys: quickKeys,
    only: ['doctor-01', 'ocsp', 'untrusted'],
  })
  record = await signCadesRecord(pki, content, env)
})

const kindsOf = (wanted: readonly { readonly kind: string }[]) => wanted.map(({ kind }) => kind).sort()

describe('of a path that leads to an anchor', () => {
  test('CRLs and OCSP answers of every certificate below it are wanted, each once', () => {
    const wanted = missingEvidence(collect(record, { anchors: [rootOf(pki)] }))
    expect(kindsOf(wanted)).toEqual(['crl', 'crl', 'ocsp'])
    expect(new Set(wanted.map(({ url }) => url)).size).toBe(3)
    const ocsp = wanted.find(({ kind }) => kind === 'ocsp') as { request: Uint8Array }
    const { certIds } = parseOcspRequest(ocsp.request)
    expect(certIds.map(({ serialNumber }) => serialNumber)).toEqual([
      entityOf(pki, 'doctor-01').certificate.serialNumber,
    ])
  })

  test('nothing is wanted where all is at hand', () => {
    const evidence = validationDataOf(pki, ['doctor-01'], env.clock())
    expect(missingEvidence(collect(record, { anchors: [rootOf(pki)], evidence }))).toEqual([])
  })
})

describe('of a path that leads nowhere', () => {
  test('nobody is asked for revocation data', () => {
    expect(kindsOf(missingEvidence(collect(record)))).not.toContain('crl')
    expect(kindsOf(missingEvidence(collect(record)))).not.toContain('ocsp')
  })

  test('the issuer of the last certificate is wanted, where the signature itself verified', async () => {
    const certificates = [entityOf(pki, 'doctor-01').certificate]
    const alone = Buffer.from(await signCadesRecord(pki, content, env, { certificates }))
    const wanted = missingEvidence(collect(alone, { anchors: [rootOf(pki)] }))
    expect(wanted).toEqual(certificates[0]!.issuerUrls.map((url) => ({ kind: 'issuers', url })))
    expect(wanted).toHaveLength(1)
    alone[alone.length - 1]! ^= 1
    expect(missingEvidence(collect(alone, { anchors: [rootOf(pki)] }))).toEqual([])
  })

  test('nobody is asked who stands above a certificate that certified itself', async () => {
    const certificates = [...chainOf(pki, 'untrusted')]
    const cms = await signCadesRecord(pki, content, env, { signer: 'untrusted', certificates })
    expect(missingEvidence(collect(cms, { anchors: [rootOf(pki)] }))).toEqual([])
  })
})

test('facts that come back from storage lack nothing that could be told', () => {
  const facts = collect(record, { anchors: [rootOf(pki)] })
  expect(missingEvidence(JSON.parse(JSON.stringify(facts)))).toEqual([])
})
