import type { Duplex } from 'node:stream'
import type { StreamHandle } from './call-lanes.ts'
import { forkEntry } from './entry.ts'
import { encodeFrame, FrameReader } from './frames.ts'
import { FIRST_STREAM, type FromThread } from './protocol.ts'
import type { ChildHandle } from './supervisor.ts'

/** Starts the token's process with a stream for each of its sessions. */
export function startChild(sessions: number, environment: Readonly<Record<string, string>>): ChildHandle {
  const child = forkEntry('child', environment, sessions)
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    // Without a process there is no exit.
    child.once('error', () => child.pid === undefined && resolve())
  })
  return {
    pid: child.pid,
    streams: child.stdio.slice(FIRST_STREAM).map((stream) => wrapStream(stream as unknown as Duplex)),
    send: (message) => {
      if (child.connected) child.send(message, () => {})
    },
    kill: () => {
      child.kill('SIGKILL')
    },
    onMessage: (listener) => {
      child.on('message', listener as (message: unknown) => void)
    },
    onExit: (listener) => {
      void ended.then(listener)
    },
  }
}

function wrapStream(stream: Duplex): StreamHandle {
  const reader = new FrameReader()
  // A stream that breaks says so by its process' end.
  stream.on('error', () => {})
  return {
    send: (message) => {
      if (stream.writable) stream.write(encodeFrame(message))
    },
    onMessage: (listener) => {
      stream.on('data', (chunk: Buffer) => {
        for (const results of reader.push(chunk)) listener(results as FromThread)
      })
    },
    end: () => {
      stream.end()
    },
  }
}
