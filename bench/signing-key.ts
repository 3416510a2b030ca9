import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { type KeyProvider, type KeySpec, openPkcs11Provider } from '../src/pkcs11/index.ts'
import { issueCertificate } from '../src/pkcs11/testing/issue-certificate.ts'
import type { SigningKey } from '../src/signer/index.ts'
import { type BenchToken, makeBenchToken, rawSignRate } from './lib/bench-token.ts'
import { type Row, type Target, toRow } from './lib/row.ts'

const ROUNDS = 3
const ROUND_MS = 2_000

/**
 * `SigningKey.sign` through the supervised process, every value verified, against C_SignInit and C_Sign alone: a C
 * program with two threads on the same token, rounds of both taken in turn, the best of each compared.
 */
export async function benchSigningKey(): Promise<Row[]> {
  const bench = await makeBenchToken()
  try {
    const rows: Row[] = []
    rows.push(...(await compareWithRaw(bench, { type: 'rsa', bits: 3072 }, 'RSA-3072', 0.8)))
    rows.push(...(await compareWithRaw(bench, { type: 'rsa', bits: 2048 }, 'RSA-2048', 0.75)))
    rows.push(...(await compareWithDelay(bench)))
    return rows
  } finally {
    rmSync(bench.folder, { recursive: true, force: true })
  }
}

async function openKey(provider: KeyProvider, spec: KeySpec): Promise<{ id: string; key: SigningKey }> {
  const { id, publicKey } = await provider.generateKey(spec, 'bench')
  return { id, key: await provider.signingKey(id, [issueCertificate(publicKey)]) }
}

async function compareWithRaw(
  bench: BenchToken,
  spec: KeySpec,
  name: string,
  target: number,
): Promise<Row[]> {
  const { module, environment, pinFile } = bench
  const provider = await openPkcs11Provider({ module, token: 'bench', pinFile, environment, sessions: 2 })
  try {
    const { id, key } = await openKey(provider, spec)
    const callers = [1, 8, 30]
    const best = new Map(callers.map((count) => [count, 0]))
    let raw = 0
    let loopP99 = 0
    await signFor(key, 8, 500)
    for (let round = 0; round < ROUNDS; round++) {
      for (const count of callers) {
        const measured = await signFor(key, count, ROUND_MS)
        best.set(count, Math.max(best.get(count)!, measured.perSecond))
        if (count === 30) loopP99 = Math.max(loopP99, measured.loopP99Ms)
        raw = Math.max(raw, await rawSignRate(bench, id, ROUND_MS))
      }
    }
    const rows = callers.map((count) =>
      rateRow(
        `SigningKey.sign ${name}, ${count} caller${count > 1 ? 's' : ''}`,
        best.get(count)!,
        ['raw C_Sign, 2 threads', raw],
        count > 1 ? target : null,
      ),
    )
    return [...rows, loopRow(`event loop delay p99, ${name}, 30 callers`, loopP99)]
  } finally {
    await provider.close()
  }
}

async function compareWithDelay(bench: BenchToken): Promise<Row[]> {
  const environment = { ...bench.environment, SHIM_MODULE: bench.module, SHIM_DELAY_MS: '10' }
  const module = join(bench.folder, 'shim.so')
  const rows: Row[] = []
  const provider = await openPkcs11Provider({
    module,
    token: 'bench',
    pinFile: bench.pinFile,
    environment,
    sessions: 16,
  })
  try {
    for (const [name, spec] of [
      ['ECDSA P-256', { type: 'ec', curve: 'P-256' }],
      ['RSA-2048', { type: 'rsa', bits: 2048 }],
    ] as const) {
      const { key } = await openKey(provider, spec)
      await signFor(key, 32, 1_000)
      let best = 0
      let loopP99 = 0
      for (let round = 0; round < ROUNDS; round++) {
        const measured = await signFor(key, 32, ROUND_MS)
        best = Math.max(best, measured.perSecond)
        loopP99 = Math.max(loopP99, measured.loopP99Ms)
      }
      rows.push(
        rateRow(
          `SigningKey.sign ${name}, 10 ms delay, 16 sessions, 32 callers`,
          best,
          ['16 / 10 ms', 1600],
          name === 'ECDSA P-256' ? 0.8 : null,
        ),
      )
      rows.push(loopRow(`event loop delay p99, 10 ms delay, ${name}`, loopP99))
    }
    return rows
  } finally {
    await provider.close()
  }
}

async function signFor(
  key: SigningKey,
  callers: number,
  ms: number,
): Promise<{ perSecond: number; loopP99Ms: number }> {
  const algorithm = key.algorithms.find(({ scheme }) => scheme === 'rsa-pkcs1') ?? key.algorithms[0]!
  const loop = monitorEventLoopDelay({ resolution: 1 })
  loop.enable()
  const started = performance.now()
  let done = 0
  const call = async (caller: number): Promise<void> => {
    const dtbs = Buffer.alloc(300, caller)
    while (performance.now() - started < ms) {
      await key.sign(dtbs, algorithm)
      done++
    }
  }
  await Promise.all(Array.from({ length: callers }, (_, caller) => call(caller)))
  const seconds = (performance.now() - started) / 1000
  loop.disable()
  return { perSecond: done / seconds, loopP99Ms: Math.max(0, loop.percentile(99) / 1e6 - 1) }
}

function rateRow(
  name: string,
  value: number,
  [reference, referenceValue]: readonly [string, number],
  atLeast: number | null,
): Row {
  const target: Target = atLeast === null ? {} : { atLeast }
  return toRow(name, [value, '/s'], [reference, referenceValue], target)
}

const loopRow = (name: string, ms: number): Row => toRow(name, [ms, 'ms'], ['limit', 20], { atMost: 1 })
