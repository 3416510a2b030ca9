import { beforeAll, describe, expect, test } from 'vitest'
import { digestBytes, encodePem, encodeTimeStampResponse } from '../../formats/index.ts'
import type { Pki } from '../../test-certs/entity.ts'
import { type CadesLevel, mergeSigners, signCadesRecord } from '../../test-certs/records/cades.ts'
import {
  addArchiveTimestamp,
  addValidationData,
  addValuesAttributes,
} from '../../test-certs/records/cades-archive.ts'
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

describe('a record of ours', () => {
  test.each<[CadesLevel, number]>([
    ['B-B', 0],
    ['B-T', 1],
    ['B-LT', 1],
    ['B-LTA', 2],
  ])(
    'at %s is intact, named by its signed reference, without findings, with %i time-stamps',
    (level, count) => {
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
      })
      expect(signature.digests).toEqual([
        { kind: 'message-digest', digest: 'sha256', found: true, intact: true },
      ])
      expect(facts.timestamps.map(({ id }) => id)).toEqual(signature.timestamps)
      expect(facts.timestamps).toHaveLength(count)
      for (const timestamp of facts.timestamps) {
        expect(timestamp).toMatchObject({
          valueIntact: true,
          findings: [],
          reference: { digestMatches: true },
        })
        expect(timestamp.digests.every(({ found, intact }) => found && intact)).toBe(true)
      }
    },
  )
})
