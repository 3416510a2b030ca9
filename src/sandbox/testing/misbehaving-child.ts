import type { DigestName } from '../../formats/index.ts'
import { takeFollowing } from '../byte-stream.ts'
import { endWithParent } from '../end-with-parent.ts'
import type { FromChild, ToChild } from '../protocol.ts'

// A child that does what the bytes of its job say, in place of judging them.
process.on('disconnect', () => process.exit(0))
endWithParent()
const send = (message: FromChild): void => {
  process.send!(message)
}

const kept: Buffer[] = []
process.on('message', (message: ToChild) => {
  if (message.type !== 'job' || message.job.kind !== 'digests') return
  const [what, argument] = Buffer.from(takeFollowing(message.job.file)).toString('utf8', 0, 32).split(' ')
  if (what === 'spin') for (;;);
  if (what === 'wait') return
  if (what === 'die') process.exit(Number(argument))
  if (what === 'keep') kept.push(Buffer.alloc(Number(argument) * 2 ** 20, 1))
  if (what === 'heap') {
    const grown: object[] = []
    for (;;) grown.push(new Array(100_000).fill(1.5))
  }
  if (what === 'pause') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(argument))
  // Whatever it is asked, its answer tells which process it is
  send({ type: 'done', id: message.id, answer: { digests: [String(process.pid) as DigestName] } })
})
send({ type: 'ready' })
