import { expect } from 'vitest'
import type { FaultPoint } from '../../src/api/index.ts'
import { type Outcome, sendUntilDone, sha256 } from './caller.ts'
import { journeys, type Scene, type Stage, sendAs, signWithSeal } from './journeys.ts'
import type { Part } from './parts.ts'
import type { World } from './world.ts'

/** Once a part is back, the next request has to work within this time. */
const RETURN_MS = 5_000
/** Here the key was used, and nothing released yet. */
const keyUsedAt: ReadonlySet<FaultPoint> = new Set(['sign.key-used', 'sign.finished', 'sign.checked'])

/**
 * Kills `part` while a request stands still at `point`, brings it back, and holds what is left to the promises: the next
 * request works at once, the same request again leads to one signature, and nothing is unrecorded.
 */
export async function interrupt(world: World, part: Part, point: FaultPoint): Promise<void> {
  const scene = await journeys[point](world.stage(part.level))
  const first = await interruptOnce(world, part, point, scene)
  const now = world.stage(part.level)

  const { call } = await signWithSeal(now)
  const next = await sendUntilDone(() => sendAs(now, call), RETURN_MS)
  expect(next.status, `the next request: ${textOf(next)}`).toBe(200)
  expect(next.afterMs).toBeLessThan(RETURN_MS)

  const repeated = await repeat(now, scene)
  expect([200, 201], `the same request again: ${textOf(repeated)}`).toContain(repeated.status)
  if (first.status === 200 || first.status === 201)
    expect(repeated.bytes.equals(first.bytes), 'the same bytes again').toBe(true)
  const again = await repeat(now, scene)
  expect(again.bytes.equals(repeated.bytes), 'the same bytes once more').toBe(true)

  expect(await world.ledger.contradictions()).toEqual([])
  if (scene.documentSha256 !== null) await checkTraces(world, scene.documentSha256, repeated, point)
}

async function interruptOnce(world: World, part: Part, point: FaultPoint, scene: Scene): Promise<Outcome> {
  const service = world.service()
  await service.arm(point)
  const answer = sendAs(world.stage(part.level), scene.call)
  const early = answer.then((outcome) => {
    throw new Error(`answered before ${point}: ${textOf(outcome)}`)
  })
  await Promise.race([service.reached(), early])
  early.catch(() => {})
  await part.kill(world)
  service.resume()
  const outcome = await answer
  await part.bringBack(world)
  return outcome
}

/** As a client does: the same again until it is done; a person whose activation is used up gives the PIN again. */
async function repeat(stage: Stage, scene: Scene): Promise<Outcome> {
  const outcome = await sendUntilDone(() => sendAs(stage, scene.call), RETURN_MS)
  if (outcome.status !== 403 || !scene.renew) return outcome
  const renewed = await scene.renew(stage)
  return sendUntilDone(() => sendAs(stage, renewed), RETURN_MS)
}

/** One signature for the document, of the bytes that were answered; of its intents one is done, the others void. */
async function checkTraces(
  world: World,
  document: string,
  answer: Outcome,
  point: FaultPoint,
): Promise<void> {
  const { signatures, intents } = (await world.ledger.of([document])).get(document)!
  expect(signatures).toEqual([
    { id: answer.headers.get('anky-signature-id'), result_sha256: sha256(answer.bytes) },
  ])
  const ended = intents.filter(({ state }) => state !== 'done')
  for (const { state, told } of ended) {
    expect(state).toBe('void')
    if (keyUsedAt.has(point)) expect(told).toBe('voided')
  }
}

const textOf = ({ status, bytes }: Outcome): string => `${status} ${bytes.subarray(0, 300).toString('utf8')}`
