import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { type BodyRules, discardBody, readBody, readWhole } from './read-body.ts'

const rules: BodyRules = { maxBytes: 100, bodyIdleMs: 80, bodyGraceMs: 200, bodyBytesPerSecond: 1000 }

function stream(give: (at: number) => Promise<number | null> | number | null) {
  let at = 0
  let cancelled = false
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const length = await give(at++)
        if (length === null) controller.close()
        else controller.enqueue(new Uint8Array(length))
      },
      cancel() {
        cancelled = true
      },
    },
    { highWaterMark: 0 },
  )
  return { body, wasCancelled: () => cancelled }
}

const read = (body: ReadableStream<Uint8Array> | null, changes: Partial<BodyRules> = {}) =>
  readWhole(readBody(body, { ...rules, ...changes }), 1000)

describe('a body', () => {
  it('is read whole', async () => {
    expect(await read(stream((at) => (at < 4 ? 25 : null)).body)).toHaveLength(100)
  })

  it('may be absent', async () => {
    expect(await read(null)).toHaveLength(0)
  })

  it('that is too long is refused and read no further', async () => {
    let given = 0
    const { body } = stream(() => {
      given += 60
      return 60
    })
    await expect(read(body)).rejects.toMatchObject({
      code: 'ERR_API_BODY_TOO_LARGE',
      details: { limit: 100 },
    })
    expect(given).toBe(120)
  })

  it('that falls silent is refused', async () => {
    const { body } = stream((at) => (at === 0 ? 10 : wait(5000, null)))
    await expect(read(body)).rejects.toMatchObject({ code: 'ERR_API_BODY_TOO_SLOW' })
  })

  it('that trickles below the mean rate is refused after the time of grace, silent or not', async () => {
    const begun = performance.now()
    const { body } = stream(() => wait(20, 1))
    await expect(read(body)).rejects.toMatchObject({ code: 'ERR_API_BODY_TOO_SLOW' })
    expect(performance.now() - begun).toBeLessThan(2000)
  })

  it('that trickles within its grace is taken', async () => {
    expect(await read(stream((at) => (at < 3 ? wait(20, 1) : null)).body)).toHaveLength(3)
  })

  it('whose sender goes away is refused', async () => {
    const { body } = stream(() => Promise.reject(new Error('reset')))
    await expect(read(body)).rejects.toMatchObject({ code: 'ERR_API_BODY_TRUNCATED' })
  })

  it('beyond what its reader takes is refused', async () => {
    const { body } = stream((at) => (at < 4 ? 25 : null))
    await expect(readWhole(readBody(body, rules), 60)).rejects.toMatchObject({
      code: 'ERR_API_BODY_TOO_LARGE',
    })
  })
})

describe('what is left of a body after a refusal', () => {
  it('is read on for a moment only', async () => {
    const endless = stream(() => wait(10, 100))
    const begun = performance.now()
    await discardBody(endless.body)
    expect(performance.now() - begun).toBeLessThan(1500)
    expect(endless.wasCancelled()).toBe(true)
  })

  it('is read on although its reading had begun', async () => {
    let asked = 0
    const { body } = stream((at) => {
      asked = at
      return at < 5 ? 60 : null
    })
    await expect(read(body)).rejects.toMatchObject({ code: 'ERR_API_BODY_TOO_LARGE' })
    expect(asked).toBe(1)
    await discardBody(body)
    expect(asked).toBe(5)
  })

  it('is left alone where somebody reads it', async () => {
    const { body, wasCancelled } = stream((at) => (at === 0 ? 10 : null))
    const reader = body.getReader()
    await discardBody(body)
    await discardBody(null)
    expect(wasCancelled()).toBe(false)
    expect((await reader.read()).value).toHaveLength(10)
  })
})
