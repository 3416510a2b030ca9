import { expect } from 'vitest'
import type { FaultPoint } from '../../src/api/index.ts'
import { type Outcome, sendUntilDone, sha256 } from './caller.ts'
import { journeys, type Scene, type Stage, sendAs, signWithSeal } from './journeys.ts'
import type { Part } from './parts.ts'
import type { World } from './world.ts'

/** Once a part is back, the next request has to work within this time, and an interrupted one when it is made again. */
const RETURN_MS = 5_000
/** Here the key was used, and nothing released yet. */
const keyUsedAt: ReadonlySet<FaultPoint> = new Set(['sign.key-used', 'sign.finished', 'sign.checked'])

/** A request that stands still at a point. */
export interface Standing {
  readonly point: FaultPoint
  readonly scene: Scene
  /** What becomes of it. */
  readonly answer: Promise<Outcome>
}

/** What an interrupted request led to. */
export interface Aftermath {
  readonly standing: Standing
  readonly first: Outcome
  /** The same request after the part's return, and once more. */
  readonly repeated: Outcome
  readonly again: Outcome
}

/** Kills `part` while one request stands still at `point`, and holds what is left to the promises. */
export async function interrupt(world: World, part: Part, point: FaultPoint): Promise<void> {
  const standing = await standAt(world, part.level, point)
  await part.kill(world)
  world.service().resume()
  await standing.answer
  await part.bringBack(world)
  const stage = world.stage(part.level)
  await expectNextWorks(stage)
  await expectKept(world, await repeatAfter(stage, standing))
  expect(await world.ledger.contradictions()).toEqual([])
}

/** Sends a request that gets to `point` and stays there; others may stand elsewhere. */
export async function standAt(world: World, level: Stage['level'], point: FaultPoint): Promise<Standing> {
  const stage = world.stage(level)
  const scene = await journeys[point](stage)
  await world.service().arm(point)
  const answer = sendAs(stage, scene.call)
  const early = answer.then((outcome) => {
    throw new Error(`answered before ${point}: ${textOf(outcome)}`)
  })
  early.catch(() => {})
  await Promise.race([world.service().reached(), early])
  return { point, scene, answer }
}

export async function expectNextWorks(stage: Stage): Promise<void> {
  const { call } = await signWithSeal(stage)
  const next = await sendUntilDone(() => sendAs(stage, call), RETURN_MS)
  expect(next.status, `the next request: ${textOf(next)}`).toBe(200)
  expect(next.afterMs).toBeLessThan(RETURN_MS)
}

export async function repeatAfter(stage: Stage, standing: Standing): Promise<Aftermath> {
  const first = await standing.answer
  const repeated = await repeat(stage, standing.scene)
  return { standing, first, repeated, again: await repeat(stage, standing.scene) }
}

/** As a client does: the same again until it is done; a person whose activation is used up gives the PIN again. */
async function repeat(stage: Stage, scene: Scene): Promise<Outcome> {
  const outcome = await sendUntilDone(() => sendAs(stage, scene.call), RETURN_MS)
  if (outcome.status !== 403 || !scene.renew) return outcome
  const renewed = await scene.renew(stage)
  return sendUntilDone(() => sendAs(stage, renewed), RETURN_MS)
}

/** The same answer however often it is asked for, and one signature for it. */
export async function expectKept(world: World, aftermath: Aftermath): Promise<void> {
  const { standing, first, repeated, again } = aftermath
  expect([200, 201], `the same request again: ${textOf(repeated)}`).toContain(repeated.status)
  if (first.status === 200 || first.status === 201)
    expect(repeated.bytes.equals(first.bytes), 'the same bytes again').toBe(true)
  expect(again.bytes.equals(repeated.bytes), 'the same bytes once more').toBe(true)
  const { documentSha256 } = standing.scene
  if (documentSha256 !== null) await checkTraces(world, documentSha256, repeated, standing.point)
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
