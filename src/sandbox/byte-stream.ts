import { readSync } from 'node:fs'
import { BYTES_FD, type Following } from './protocol.ts'

/**
 * The child's end of the stream of bytes: takes exactly what a message said follows, waiting for it. Messages are worked
 * on in their order, so that both stay in step.
 */
export function takeFollowing({ follow }: Following): Uint8Array {
  // Not zero-filled: all of it is written, or nothing is returned
  const bytes = Buffer.allocUnsafeSlow(follow)
  for (let at = 0; at < follow; ) {
    const read = readPatiently(bytes, at, follow - at)
    if (read === 0) throw new Error('the parent is gone')
    at += read
  }
  return bytes
}

const pause = new Int32Array(new SharedArrayBuffer(4))

function readPatiently(bytes: Uint8Array, at: number, length: number): number {
  for (;;) {
    try {
      return readSync(BYTES_FD, bytes, at, length, null)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
      Atomics.wait(pause, 0, 0, 1)
    }
  }
}
