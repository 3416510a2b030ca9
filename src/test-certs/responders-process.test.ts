import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { buildPki, issueCertificate } from './build.ts'
import { entityOf, type Pki } from './entity.ts'
import { quickKeys } from './keys.ts'
import { encodeCertId, encodeOcspRequest } from './ocsp.ts'
import { evaluationPki, hospitals, profiles, sealSubject } from './pki.ts'
import { saveCa, setRevocation } from './store.ts'
import { liveEnvironment } from './testing/environment.ts'

const folder = mkdtempSync(join(tmpdir(), 'anky-test-certs-'))
const entry = fileURLToPath(new URL('./responders-process.ts', import.meta.url))
const children: ChildProcessWithoutNullStreams[] = []
let pki: Pki

beforeAll(async () => {
  pki = await buildPki(evaluationPki, { ...liveEnvironment, keys: quickKeys })
  saveCa(folder, pki)
}, 60_000)

afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

async function start(...args: string[]) {
  const child = spawn(process.execPath, ['--import', 'tsx', entry, ...args])
  children.push(child)
  const [line] = await once(createInterface(child.stdout), 'line')
  return { child, said: JSON.parse(line) as Record<string, unknown> }
}

async function statusOf(port: unknown, name: string): Promise<string> {
  const certId = encodeCertId(
    entityOf(pki, 'public-ca').certificate,
    entityOf(pki, name).certificate.serialNumber,
  )
  const response = await fetch(`http://127.0.0.1:${port}/ocsp`, {
    method: 'POST',
    headers: { 'content-type': 'application/ocsp-request' },
    body: encodeOcspRequest(certId, null),
  })
  const bytes = Buffer.from(await response.arrayBuffer())
  // CertStatus follows the CertID: good [0], revoked [1], unknown [2]
  const tag = bytes[bytes.indexOf(certId) + certId.length]
  return { 128: 'good', 161: 'revoked', 130: 'unknown' }[tag!] ?? `tag ${tag}`
}

it('serves the folder, follows its changes, and ends with its parent', async () => {
  const { child, said } = await start(folder, '0')
  expect(said).toEqual({ ready: true, port: expect.any(Number) })
  const { publicKey } = entityOf(pki, 'tsa').certificate
  issueCertificate(
    pki,
    {
      ...{ name: 'seal-a', issuer: 'public-ca', subject: sealSubject(hospitals.a), publicKey },
      ...{ profile: profiles.seal, notBefore: '-1d', notAfter: '+1y' },
    },
    liveEnvironment,
  )
  expect(await statusOf(said['port'], 'seal-a')).toBe('unknown')
  saveCa(folder, pki)
  expect(await statusOf(said['port'], 'seal-a')).toBe('good')
  setRevocation(folder, 'seal-a', { at: new Date(Date.now() - 60_000), reason: 'keyCompromise' })
  expect(await statusOf(said['port'], 'seal-a')).toBe('revoked')
  child.stdin.end()
  const [exit] = await once(child, 'exit')
  expect(exit).toBe(0)
}, 20_000)

it('a folder without a PKI: says why, exit 1', async () => {
  const { child, said } = await start(join(folder, 'empty'), '0')
  expect(said).toMatchObject({ ready: false, code: 'ERR_TEST_PKI_FOLDER' })
  const [exit] = await once(child, 'exit')
  expect(exit).toBe(1)
}, 20_000)
