import { beforeAll, describe, expect, test } from 'vitest'
import { der, digestBytes, encodePem, encodeTimeStampResponse, FormatError } from '../../formats/index.ts'
import { currentCrl } from '../../test-certs/authority.ts'
import { chainOf, entityOf, type Pki } from '../../test-certs/entity.ts'
import { type CadesLevel, mergeSigners, signCadesRecord } from '../../test-certs/records/cades.ts'
import { change } from '../../test-certs/records/cades-parts.ts'
import { testAuthority, validationDataOf } from '../../test-certs/records/pades.ts'
import { createTrustCache } from '../../trust/index.ts'
import {
  codesOf,
  collect,
  content,
  detachedContent,
  env,
  recordPki,
  rootOf,
  signatureOf,
} from './testing/collect.ts'

let pki: Pki
const records = new Map<CadesLevel, Uint8Array>()
beforeAll(async () => {
  pki = await recordPki()
  for (const level of ['B-B', 'B-T', 'B-LT', 'B-LTA'] as const) {
    records.set(level, await signCadesRecord(pki, content, env, { level }))
  }
})

const intact = { kind: 'message-digest', digest: 'sha256', found: true, intact: true }

describe('a record of ours', () => {
  test.each<[CadesLevel, number]>([
    ['B-B', 0],
    ['B-T', 1],
    ['B-LT', 1],
    ['B-LTA', 2],
  ])('at %s is intact and without findings, with %i time-stamps', (level, count) => {
    const facts = collect(records.get(level)!, { anchors: [rootOf(pki)] })
    const signature = signatureOf(facts)
    expect(signature).toMatchObject({
      format: 'CAdES',
      level,
      valueIntact: true,
      findings: [],
      reference: {
        attributes: 1,
        names: 1,
        digest: 'sha256',
        digestMatches: true,
        issuerSerialMatches: null,
      },
      claimedTime: '2026-03-15T10:20:30.000Z',
      digests: [intact],
    })
    expect(facts.timestamps.map(({ id }) => id)).toEqual(signature.timestamps)
    expect(facts.timestamps).toHaveLength(count)
    for (const timestamp of facts.timestamps) {
      expect(timestamp).toMatchObject({ valueIntact: true, findings: [], reference: { digestMatches: true } })
      expect(timestamp.digests.every(({ found, intact: same }) => found && same)).toBe(true)
    }
  })

  test('has the paths of everything that signs, and a status of everything on them that can be revoked', () => {
    const facts = collect(records.get('B-LTA')!, { anchors: [rootOf(pki)] })
    const signers = [...facts.signatures, ...facts.timestamps, ...facts.revocations]
    expect(facts.revocations.length).toBeGreaterThan(3)
    for (const { signingCertificate, valueIntact } of signers) {
      expect(valueIntact).toBe(true)
      const certificate = facts.certificates.find(({ id }) => id === signingCertificate)!
      expect(certificate.paths[0]).toMatchObject({ anchored: true, problems: [] })
      for (const id of certificate.paths[0]!.certificates.slice(0, -1)) {
        const member = facts.certificates.find((other) => other.id === id)!
        expect(
          member.statuses.some(({ status, problems }) => status === 'good' && problems.length === 0),
        ).toBe(true)
      }
    }
    expect(facts.certificates.filter(({ trusted }) => trusted)).toHaveLength(1)
  })

  test('without anchors has the same signatures, and paths that lead nowhere', () => {
    const trusted = collect(records.get('B-LTA')!, { anchors: [rootOf(pki)] })
    const untrusted = collect(records.get('B-LTA')!)
    expect(untrusted.signatures).toEqual(trusted.signatures)
    expect(untrusted.certificates.flatMap(({ paths }) => paths).some(({ anchored }) => anchored)).toBe(false)
  })

  test('gives the same facts with a cache, empty or full, and in plain JSON', () => {
    const cache = createTrustCache()
    const input = { anchors: [rootOf(pki)] }
    const first = collect(records.get('B-LTA')!, input)
    expect(collect(records.get('B-LTA')!, input, cache)).toEqual(first)
    expect(collect(records.get('B-LTA')!, input, cache)).toEqual(first)
    expect(JSON.parse(JSON.stringify(first))).toEqual(first)
    expect(first.file.sha256).toBe(Buffer.from(digestBytes('sha256', records.get('B-LTA')!)).toString('hex'))
  })

  test('gives the same facts whatever the order of given evidence and anchors', async () => {
    const { certificates, crls, ocspResponses } = validationDataOf(pki, ['doctor-01'], env.clock())
    const other = await recordPki(['untrusted'])
    const anchors = [rootOf(pki), entityOf(other, 'impostor-ca').certificate]
    const evidence = { certificates, crls, ocspResponses }
    const turned = {
      certificates: [...certificates].reverse(),
      crls: [...crls].reverse(),
      ocspResponses: [...ocspResponses].reverse(),
    }
    const facts = collect(records.get('B-B')!, { anchors, evidence })
    expect(collect(records.get('B-B')!, { anchors: [...anchors].reverse(), evidence: turned })).toEqual(facts)
    expect(facts.revocations.every(({ origin }) => origin === 'given')).toBe(true)
  })
})

describe('evidence that was given', () => {
  test('raises no level: it is not a part of the signature', () => {
    const evidence = validationDataOf(pki, ['doctor-01', 'tsa'], env.clock())
    expect(signatureOf(collect(records.get('B-T')!, { anchors: [rootOf(pki)], evidence })).level).toBe('B-T')
  })

  test('is no fact where it is about nobody on a path, and passed over where it cannot be read', async () => {
    const other = await recordPki(['lapsed-issuing-ca'])
    const foreign = {
      certificates: chainOf(other, 'lapsed-issuing-ca').map((certificate) => certificate.der),
      crls: [currentCrl(other, 'lapsed-ca', env.clock())],
    }
    const broken = [Uint8Array.of(0x30, 0x03, 0x02, 0x01)]
    const evidence = {
      certificates: [...foreign.certificates, ...broken],
      crls: [...foreign.crls, ...broken],
      ocspResponses: broken,
    }
    const input = { anchors: [rootOf(pki)] }
    expect(collect(records.get('B-B')!, { ...input, evidence })).toEqual(collect(records.get('B-B')!, input))
  })
})

describe('detached content', () => {
  let detached: Uint8Array
  beforeAll(async () => {
    detached = await signCadesRecord(pki, content, env, { detached: true })
  })

  test('that is given is held against the signature, known by its digests alone', () => {
    const given = { name: null, digest: detachedContent(content).digest }
    expect(signatureOf(collect(detached, { detached: [given] })).digests).toEqual([intact])
  })

  test('that is not given is not found', () => {
    const { digests, valueIntact } = signatureOf(collect(detached))
    expect(digests).toEqual([{ ...intact, found: false, intact: false }])
    expect(valueIntact).toBe(true)
  })

  test('that is another is found and not intact', () => {
    const given = [detachedContent(Buffer.from('khác'))]
    expect(signatureOf(collect(detached, { detached: given })).digests).toEqual([
      { ...intact, intact: false },
    ])
  })

  test('is found among several', () => {
    const given = [detachedContent(Buffer.from('khác')), detachedContent(content)]
    expect(signatureOf(collect(detached, { detached: given })).digests).toEqual([intact])
  })

  test('does not count where the content is inside', () => {
    const given = [detachedContent(Buffer.from('khác'))]
    expect(signatureOf(collect(records.get('B-B')!, { detached: given })).digests).toEqual([intact])
  })

  test('changed inside the file is seen', () => {
    const changed = Buffer.from(records.get('B-B')!)
    changed[changed.indexOf(content)]! ^= 1
    expect(signatureOf(collect(changed)).digests).toEqual([{ ...intact, intact: false }])
  })
})

describe('what a file is', () => {
  const pem = (label: string) => Buffer.from(encodePem(label, records.get('B-B')!))

  test.each<[string, () => Uint8Array, string]>([
    ['PEM of CMS', () => pem('CMS'), 'PEM'],
    ['PEM of PKCS7', () => pem('PKCS7'), 'PEM'],
    ['base64 alone', () => Buffer.from(Buffer.from(records.get('B-B')!).toString('base64')), 'BASE64'],
    [
      'base64 in lines',
      () => Buffer.from(`\n${pem('CMS').toString().split('\n').slice(1, -2).join('\r\n')}\n`),
      'BASE64',
    ],
  ])('%s is read, and said to be so', (_name, file, form) => {
    const facts = collect(file())
    expect(facts.file).toMatchObject({ kind: 'cms', forgiven: [form] })
    expect(signatureOf(facts).valueIntact).toBe(true)
  })

  test('a CMS around a PDF is a CMS', async () => {
    const pdf = Buffer.from('%PDF-1.7\n1 0 obj\n')
    const facts = collect(await signCadesRecord(pki, pdf, env))
    expect(facts.file.kind).toBe('cms')
    expect(signatureOf(facts).digests).toEqual([intact])
  })

  test.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array(0)],
    ['a text', Buffer.from('Đây không phải chữ ký')],
    ['base64 of a text', Buffer.from(Buffer.from('không phải chữ ký').toString('base64'))],
    ['another SEQUENCE', Uint8Array.of(0x30, 0x03, 0x04, 0x01, 0x00)],
    ['an element cut short', Uint8Array.of(0x30, 0x82, 0xff, 0xff, 0x06)],
    ['PEM of a certificate', Buffer.from(encodePem('CERTIFICATE', Uint8Array.of(0x30, 0x00)))],
    ['PEM that is broken', Buffer.from('-----BEGIN CMS-----\n%%%\n-----END CMS-----\n')],
  ])('%s is unknown, without facts', (_name, file) => {
    const facts = collect(file)
    expect(facts.file.kind).toBe('unknown')
    expect(facts.signatures).toEqual([])
  })

  test.each<[string, (cms: Uint8Array) => Uint8Array]>([
    ['whose SignedData is none', (cms) => cms.with(cms.indexOf(0xa0), 0x31)],
    ['that is cut short', (cms) => cms.subarray(0, cms.length - 60)],
    [
      'whose signer has no value',
      (cms) => change(cms, () => ({ signerInfos: [der.sequence(der.integer(1))] })),
    ],
  ])('a CMS %s throws what its reader throws', (_name, spoil) => {
    const cms = Uint8Array.from(records.get('B-B')!)
    expect(() => collect(spoil(cms))).toThrow(FormatError)
  })
})

describe('a time-stamp token alone', () => {
  let token: Uint8Array
  beforeAll(async () => {
    const imprint = digestBytes('sha256', content)
    token = (await testAuthority(pki, 'tsa', env).timestamp(imprint, 'sha256')).token
  })

  test('is held against the content that is given', () => {
    const facts = collect(token, { detached: [detachedContent(content)] })
    expect(facts.file.kind).toBe('timestamp')
    expect(facts.timestamps).toMatchObject([{ type: 'content', valueIntact: true, findings: [] }])
    expect(facts.timestamps[0]!.digests[0]).toEqual({
      kind: 'message-imprint',
      digest: 'sha256',
      found: true,
      intact: true,
    })
  })

  test('without content has an imprint of which nothing is known', () => {
    expect(collect(token).timestamps[0]!.digests[0]).toMatchObject({ found: false, intact: false })
  })

  test('about other content is not intact', () => {
    const detached = [detachedContent(Buffer.from('khác'))]
    expect(collect(token, { detached }).timestamps[0]!.digests[0]).toMatchObject({
      found: true,
      intact: false,
    })
  })

  test('in a granted response is the token', () => {
    const facts = collect(encodeTimeStampResponse({ status: 0, token }))
    expect(facts.timestamps).toMatchObject([{ valueIntact: true, findings: [] }])
  })

  test('in a response that refuses is told of', () => {
    const facts = collect(encodeTimeStampResponse({ status: 2, token }))
    expect(facts.timestamps.map(codesOf)).toEqual([['TIME_STAMP_NOT_GRANTED']])
  })

  test('missing from a response makes the file unknown', () => {
    expect(collect(encodeTimeStampResponse({ status: 2, token: null })).file.kind).toBe('unknown')
  })
})

test('several signers each have their own facts', async () => {
  const second = await signCadesRecord(pki, content, env, { signer: 'nurse-02', level: 'B-T' })
  const facts = collect(mergeSigners(records.get('B-B')!, second), { anchors: [rootOf(pki)] })
  expect(
    facts.signatures.map(({ valueIntact, level, findings }) => ({ valueIntact, level, findings })),
  ).toEqual(
    expect.arrayContaining([
      { valueIntact: true, level: 'B-B', findings: [] },
      { valueIntact: true, level: 'B-T', findings: [] },
    ]),
  )
  expect(new Set(facts.signatures.map(({ signingCertificate }) => signingCertificate)).size).toBe(2)
})
