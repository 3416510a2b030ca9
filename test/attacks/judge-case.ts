import { digestBytes } from '../../src/formats/index.ts'
import type { AttackCase } from '../../src/test-certs/attacks/index.ts'
import { builtInPolicies, type VerificationReport, verify } from '../../src/verifier/index.ts'

/** The verdict on a case under the policy `hospital`, nothing kept from other cases. */
export function judgeCase({ file, content, evidence, anchors, at }: AttackCase): VerificationReport {
  return verify({
    file: { name: 'ho-so', bytes: file },
    detached: content
      ? [{ name: null, digest: (name) => digestBytes(name, content), bytes: () => content }]
      : [],
    evidenceRecords: [],
    anchors,
    evidence,
    policy: builtInPolicies.hospital,
    at,
  })
}

/** What `work` gives, and the milliseconds of processor time that it took. */
export function timed<T>(work: () => T): { readonly result: T; readonly cpuMs: number } {
  const before = process.cpuUsage()
  const result = work()
  const { user, system } = process.cpuUsage(before)
  return { result, cpuMs: (user + system) / 1000 }
}
