import { beforeAll, describe, expect, test } from 'vitest'
import { der, parseCertificate, parseDer } from '../formats/index.ts'
import { entityOf, type Pki } from '../test-certs/index.ts'
import { signCadesRecord } from '../test-certs/records/cades.ts'
import { buildRecordPki, validationDataOf } from '../test-certs/records/pades.ts'
import { CaseFile, signatureToken } from './checks/case-file.ts'
import { ProofsOfExistence } from './checks/proofs-of-existence.ts'
import { slideValidationTime } from './checks/validation-time-sliding.ts'
import { builtInPolicies } from './policies/index.ts'
import { allEvidence, longTermCase } from './testing/hospital-case.ts'
import { judgeAt } from './testing/verdict.ts'
import { conclusionOf, rootsIn, TimeTravel, verifyRecord } from './testing/verify-record.ts'

// What was found by damaging sound records at random: whoever adds a certificate may not decide what becomes of the rest.

const env = new TimeTravel('2026-03-15T10:20:30Z')
let pki: Pki
beforeAll(async () => {
  pki = await buildRecordPki(env)
})

/** The doctor's certificate with another SubjectPublicKeyInfo; nobody signed it. */
function withPublicKey(spki: Uint8Array): Uint8Array {
  const [tbs, ...others] = parseDer(entityOf(pki, 'doctor-01').certificate.der).children
  const fields = tbs!.children.map(({ bytes }, at) => (at === 6 ? spki : bytes))
  return der.sequence(der.sequence(...fields), ...others.map(({ bytes }) => bytes))
}

describe('a certificate beside the signer whose public key', () => {
  test.each([
    ['is empty', der.sequence()],
    ['has an algorithm and nothing else', der.sequence(der.sequence())],
    ['is a number', der.sequence(der.sequence(), der.integer(1))],
  ])('%s: the record is judged as without it, though its responder is named by a key', async (_, spki) => {
    const file = await signCadesRecord(pki, Buffer.from('Bệnh án thử nghiệm\n'), env)
    const data = validationDataOf(pki, ['doctor-01'], env.clock())
    const added = withPublicKey(spki)
    expect(() => parseCertificate(added)).not.toThrow()
    const report = verifyRecord(file, {
      at: env.clock(),
      anchors: rootsIn(pki),
      data: { ...data, certificates: [added, ...data.certificates] },
    })
    expect(report.error).toBeNull()
    expect(conclusionOf(report)).toBe('passed: TOTAL-PASSED  B-B')
  })
})

test('an issuing CA certified with an algorithm of no known kind leaves no time for its signers: not passed, and no defect', () => {
  const facts = longTermCase().changeCertificate('ca', { algorithm: null }).build()
  const file = new CaseFile(facts, builtInPolicies.hospital, Date.parse('2026-05-01T12:00Z'))
  const proofs = new ProofsOfExistence()
  proofs.add(allEvidence, file.at)
  const [path] = file.certificate('signer').paths
  const slid = slideValidationTime(file, signatureToken(facts.signatures[0]!), path!, proofs, null)
  expect(slid.controlTime).toBe(Number.NEGATIVE_INFINITY)
  expect(slid.conclusion).toMatchObject({
    indication: 'INDETERMINATE',
    subIndication: 'NO_POE',
    reasons: [{ code: 'PAST_REVOCATION_DATA_ABSENT', details: { time: null } }],
  })
  expect(judgeAt(facts, '2026-05-01T12:00').signatures[0]!.indication).toBe('INDETERMINATE')
})
