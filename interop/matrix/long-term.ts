import { addArchiveTimestamp, addValidationData } from '../../src/test-certs/records/cades-archive.ts'
import { validationDataOf } from '../../src/test-certs/records/pades.ts'
import { appendDocumentTimestamp, appendDss } from '../../src/test-certs/records/pades-append.ts'
import type { World } from './world.ts'

/** A signature at B-T raised to the level wanted by what the test records add; others as they are. */
export async function addLongTerm(
  world: World,
  format: 'PAdES' | 'CAdES',
  signed: Uint8Array,
  entity: string,
  level: 'B-B' | 'B-T' | 'B-LT' | 'B-LTA',
  content: Uint8Array | null,
): Promise<Uint8Array> {
  if (level === 'B-B' || level === 'B-T') return signed
  const { pki, env, timestamps } = world
  const data = validationDataOf(pki, [entity, 'tsa'], env.clock())
  if (format === 'PAdES') {
    const held = appendDss(signed, data, env.random)
    return level === 'B-LT' ? held : appendDocumentTimestamp(held, timestamps, env.random)
  }
  const held = addValidationData(signed, data)
  return level === 'B-LT' ? held : addArchiveTimestamp(held, content!, timestamps)
}
