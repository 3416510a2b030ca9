import { describe, expect, it } from 'vitest'
import type { ChildOptions, FromChild, ToChild } from './protocol.ts'
import { type ChildHandle, Supervisor } from './supervisor.ts'

const child: ChildOptions = {
  module: 'm',
  libraryParameters: null,
  tokenLabel: null,
  serialNumber: null,
  pinFile: 'pin',
  sessions: 1,
  rejectedPin: null,
}

/** Processes that say something, or end, once they are told to open the module; the first is number 1. */
function processesThat(behave: (number: number) => readonly (FromChild | 'exit')[]) {
  const opened: Extract<ToChild, { type: 'open' }>['options'][] = []
  const start = (): ChildHandle => {
    const onMessage: ((message: FromChild) => void)[] = []
    const onExit: (() => void)[] = []
    const exit = (): void => {
      for (const listener of onExit.splice(0)) listener()
    }
    return {
      pid: 1,
      streams: [{ send: () => {}, onMessage: () => {}, end: () => {} }],
      kill: exit,
      onMessage: (listener) => onMessage.push(listener),
      onExit: (listener) => onExit.push(listener),
      send(message) {
        if (message.type !== 'open') return exit()
        opened.push(message.options)
        const answers = behave(opened.length)
        setImmediate(() => {
          for (const answer of answers) {
            if (answer === 'exit') exit()
            else for (const listener of onMessage) listener(answer)
          }
        })
      },
    }
  }
  const supervisor = new Supervisor({ child, start, deadlineMs: 2_000, maxWaiting: 10 })
  return { supervisor, opened }
}

describe("the token's process", () => {
  it('that ends three times before it is ready: what waits is refused, and the state says so', async () => {
    const { supervisor, opened } = processesThat(() => ['exit'])
    await expect(supervisor.call({ op: 'list' })).rejects.toMatchObject({
      code: 'ERR_P11_CHILD_START',
      retryable: true,
    })
    expect(opened).toHaveLength(3)
    expect(supervisor.status()).toMatchObject({ state: 'failed', lastError: { code: 'ERR_P11_CHILD_START' } })
    await supervisor.close()
  })

  it('that cannot open its module: refused with that reason, without another try of its own', async () => {
    const fault = { code: 'ERR_P11_MODULE_LOAD', details: { module: 'm' } } as const
    const { supervisor, opened } = processesThat(() => [{ type: 'failed', fault }])
    await expect(supervisor.call({ op: 'list' })).rejects.toMatchObject({ code: 'ERR_P11_MODULE_LOAD' })
    expect(opened).toHaveLength(1)
    await supervisor.close()
  })

  it('started again: knows the token it had, and the PIN that was refused', async () => {
    const { supervisor, opened } = processesThat((number) =>
      number > 1
        ? [{ type: 'ready' }]
        : [{ type: 'connected', serialNumber: '0001' }, { type: 'pin-rejected', stamp: 's' }, 'exit'],
    )
    await expect.poll(() => supervisor.status().state).toBe('ready')
    expect(opened.map(({ serialNumber, rejectedPin }) => [serialNumber, rejectedPin])).toEqual([
      [null, null],
      ['0001', 's'],
    ])
    await supervisor.close()
  })

  it('closed: every call is refused', async () => {
    const { supervisor } = processesThat(() => [{ type: 'ready' }])
    await supervisor.close()
    await expect(supervisor.call({ op: 'list' })).rejects.toMatchObject({ code: 'ERR_P11_CLOSED' })
  })
})
