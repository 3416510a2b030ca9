import { constants, createPublicKey, type KeyObject, randomBytes, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { SignatureAlgorithm } from '../src/formats/index.ts'
import type { KeyProvider, KeySpec } from '../src/pkcs11/index.ts'
import { issueCertificate } from '../src/pkcs11/testing/issue-certificate.ts'
import { makeSoftToken } from '../src/pkcs11/testing/soft-token.ts'
import type { SigningKey } from '../src/signer/index.ts'
import { needs } from '../test/support/requirements.ts'
import { startIdleThread } from './lib/idle-thread.ts'
import { LoopDelay } from './lib/loop-delay.ts'
import { firstMissing, SoakFailure, type SoakPart } from './lib/part.ts'

const COUNT = 50_000
const CALLERS = 30
const COLLECT_EVERY = 100
const P99_MS = 20

/** One algorithm of one key, with what the soak itself verifies by. */
interface Signer {
  readonly key: SigningKey
  readonly algorithm: SignatureAlgorithm
  readonly publicKey: KeyObject
}

interface Made {
  readonly signer: Signer
  /** A copy of what was to be signed that the service never saw. */
  readonly own: Uint8Array
  readonly value: Uint8Array
}

/**
 * Signatures through `SigningKey.sign` of a supervised token, each over bytes of its own, with collections of garbage
 * forced on both sides, each value verified here against a copy of those bytes.
 */
export const signatures: SoakPart = {
  name: 'signatures',
  missing: firstMissing(needs.softhsm),
  async run({ count }) {
    const token = await makeSoftToken()
    try {
      const log = join(token.folder, 'collections')
      const preload = new URL('lib/collect-in-token.mjs', import.meta.url).href
      const provider = await token.open({
        environment: { ...token.environment, NODE_OPTIONS: `--import ${preload}`, SOAK_COLLECTIONS: log },
      })
      const result = await signAll(await openSigners(provider), count ?? COUNT)
      await provider.close()
      return judge(result, readCollections(log))
    } finally {
      await token.dispose()
    }
  },
}

async function openSigners(provider: KeyProvider): Promise<Signer[]> {
  const specs: KeySpec[] = [
    { type: 'rsa', bits: 2048 },
    { type: 'ec', curve: 'P-256' },
  ]
  const signers: Signer[] = []
  for (const spec of specs) {
    const { id, publicKey } = await provider.generateKey(spec, 'soak')
    const key = await provider.signingKey(id, [issueCertificate(publicKey)])
    const spki = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' })
    for (const algorithm of key.algorithms) signers.push({ key, algorithm, publicKey: spki })
  }
  return signers
}

interface Result {
  readonly done: number
  readonly wrong: number
  readonly failed: readonly unknown[]
  readonly seconds: number
  readonly algorithms: number
  readonly collections: number
  readonly longestCollectionMs: number
  readonly p99Ms: number
  readonly p99CpuMs: number
  readonly p99WithCollectionsMs: number
  readonly idleP99Ms: number
}

async function signAll(signers: readonly Signer[], count: number): Promise<Result> {
  const collect = globalThis.gc
  if (!collect) throw new Error('needs node --expose-gc')
  const delay = new LoopDelay()
  const all = monitorEventLoopDelay({ resolution: 1 })
  const failed: unknown[] = []
  const made: Made[] = []
  let [begun, done, collections, longestCollectionMs] = [0, 0, 0, 0]
  const forceCollection = (): void => {
    const since = performance.now()
    delay.excluding(collect)
    collections++
    longestCollectionMs = Math.max(longestCollectionMs, performance.now() - since)
  }
  const call = async (caller: number): Promise<void> => {
    while (begun < count) {
      const number = begun++
      const signer = signers[(caller + number) % signers.length]!
      const own = Buffer.concat([Buffer.from(`${number} `), randomBytes(20 + (number % 400))])
      const given = Buffer.from(own)
      try {
        const signing = signer.key.sign(given, signer.algorithm)
        // a caller may use its buffer again as soon as the call has returned
        given.fill(0)
        made.push({ signer, own, value: await signing })
      } catch (error) {
        failed.push(error)
      }
      if (++done % COLLECT_EVERY === 0) forceCollection()
    }
  }
  const idle = startIdleThread()
  delay.start()
  all.enable()
  const since = performance.now()
  await Promise.all(Array.from({ length: CALLERS }, (_, caller) => call(caller)))
  const seconds = (performance.now() - since) / 1000
  delay.stop()
  all.disable()
  return {
    done,
    // afterwards, since the service would not do it
    wrong: made.filter((one) => !isRight(one)).length,
    failed,
    seconds,
    algorithms: signers.length,
    collections,
    longestCollectionMs,
    p99Ms: delay.lateMs(99),
    p99CpuMs: delay.cpuMs(99),
    p99WithCollectionsMs: all.percentile(99) / 1e6 - 1,
    idleP99Ms: await idle.stop(),
  }
}

/** By node:crypto alone, with nothing of the project between. */
function isRight({ signer, own, value }: Made): boolean {
  const { algorithm, publicKey } = signer
  const digest = 'digest' in algorithm ? algorithm.digest : null
  const pss =
    algorithm.scheme === 'rsa-pss'
      ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: algorithm.saltLength }
      : {}
  return verify(digest, own, { key: publicKey, dsaEncoding: 'der', ...pss }, value)
}

/** Of the token's threads, which wrote them down as they ended. */
function readCollections(log: string): number {
  const lines = readFileSync(log, 'utf8').split('\n')
  return lines
    .filter((line) => line.startsWith('thread '))
    .reduce((sum, line) => sum + Number(line.split(' ')[1]), 0)
}

function judge(result: Result, inToken: number): string {
  const { done, wrong, failed, seconds, algorithms, collections, p99Ms } = result
  const figures = [
    `${done} signatures by ${CALLERS} callers with ${algorithms} algorithms in ${seconds.toFixed(0)} s (${(done / seconds).toFixed(0)}/s)`,
    `${wrong} wrong, ${failed.length} failed`,
    `garbage collected ${collections} times here (longest ${result.longestCollectionMs.toFixed(0)} ms) and ${inToken} times in the token's threads`,
    `event loop delay p99 ${p99Ms.toFixed(1)} ms (limit ${P99_MS}; ${result.p99WithCollectionsMs.toFixed(1)} with the forced collections; ${result.p99CpuMs.toFixed(1)} ms of CPU; of a thread that did nothing ${result.idleP99Ms.toFixed(1)})`,
  ].join('; ')
  const enough = inToken >= Math.floor(done / (10 * COLLECT_EVERY))
  if (wrong > 0 || failed.length > 0 || p99Ms > P99_MS || !enough)
    throw new SoakFailure(figures, { cause: failed[0] })
  return figures
}
