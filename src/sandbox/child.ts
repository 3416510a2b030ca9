import { ChildState } from './child-state.ts'
import { endWithParent } from './end-with-parent.ts'
import type { FromChild, ToChild } from './protocol.ts'

// Entry of a process that judges files. It has no other way out than its answers.
// Signals to the whole process group are the parent's to answer.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => {})
process.on('disconnect', () => process.exit(0))
endWithParent()

const send = (message: FromChild): void => {
  if (process.connected) process.send!(message)
}

const state = new ChildState()
let last: Promise<void> = Promise.resolve()

// One after the other: the bytes on the stream are in the order of the messages
process.on('message', (message: ToChild) => {
  last = last.then(async () => {
    const answer = await state.take(message)
    if (answer && message.type === 'job') send({ type: 'done', id: message.id, answer })
  })
})
send({ type: 'ready' })
