import { availableParallelism } from 'node:os'
import { createSandbox, type Sandbox } from '../sandbox/index.ts'
import type { ValidationSource } from '../trust/index.ts'
import type { Closers } from './closers.ts'

/** Below the service itself: who waits for a signature does not wait for somebody else's verdict. */
const NICENESS = 5

/** The processes that judge what is sent to `/v1/verifications`; they end with the service. */
export function openVerifications(
  { evidence, fileBytes }: { readonly evidence: ValidationSource; readonly fileBytes: number },
  closers: Closers,
): Sandbox {
  // Two at least: one file that takes its whole time does not stop the others
  const size = Math.max(2, Math.min(8, availableParallelism() - 1))
  const sandbox = createSandbox({ size, source: evidence, limits: { fileBytes }, niceness: NICENESS })
  closers.add('verifications', () => sandbox.close())
  return sandbox
}
