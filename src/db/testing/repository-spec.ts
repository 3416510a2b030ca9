import { afterAll, beforeAll, beforeEach, describe } from 'vitest'
import type { Session } from '../session.ts'
import { specifyActivations } from './activation-spec.ts'
import { specifyAudit } from './audit-spec.ts'
import { specifyEvidence } from './evidence-spec.ts'
import { type Bench, createBench } from './fixtures.ts'
import { specifySignatures } from './signature-spec.ts'
import { specifySigningRequests } from './signing-request-spec.ts'
import { specifyTenants } from './tenant-spec.ts'

/** What the repositories promise, on whichever database `open` opens. */
export function specifyRepositories(open: () => Promise<Session>): void {
  let session: Session
  let bench: Bench
  beforeAll(async () => {
    session = await open()
  })
  beforeEach(() => {
    bench = createBench(session)
  })
  afterAll(() => session?.close())
  describe('tenants and rights', () => specifyTenants(() => bench))
  describe('audit log', () => specifyAudit(() => bench))
  describe('intents and idempotency', () => specifySignatures(() => bench))
  describe('activations and PINs', () => specifyActivations(() => bench))
  describe('evidence', () => specifyEvidence(() => bench))
  describe('signing requests', () => specifySigningRequests(() => bench))
}
