import type { ReceivedDocument } from './received-document.ts'

/** Below this, one piece is quicker than a stream. */
const wholeBytes = 512 * 1024
const pieceBytes = 256 * 1024
/** How long a client may take for a piece before what is held for it is given up. */
const pieceMs = 30_000

export const jsonResponse = (value: unknown, status = 200): Response =>
  new Response(JSON.stringify(value), {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  })

/** `first`, then `second`, without a copy of what is long; `done` is called once nobody reads them any more. */
export function bytesResponse(
  status: number,
  given: Readonly<Record<string, string>>,
  [first, second]: readonly [Uint8Array | null, Uint8Array],
  done: () => void = () => {},
): Response {
  const length = (first?.length ?? 0) + second.length
  const headers = { ...given, 'content-length': String(length), 'cache-control': 'no-store' }
  if (length > wholeBytes)
    return new Response(streamOf(first ? [first, second] : [second], done), { status, headers })
  const whole = first ? Buffer.concat([first, second], length) : second
  done()
  return new Response(asBody(whole), { status, headers })
}

/** A stored answer, after the document where that goes before it. */
export function storedResponse(
  answer: { status: number; headers: Readonly<Record<string, string>>; body: Uint8Array },
  document: ReceivedDocument | null = null,
): Response {
  return bytesResponse(answer.status, answer.headers, [document?.bytes ?? null, answer.body], () =>
    document?.release(),
  )
}

function streamOf(parts: readonly Uint8Array[], done: () => void): ReadableStream<Uint8Array> {
  const pieces = piecesOf(parts)
  let timer: NodeJS.Timeout | undefined
  const end = (): void => {
    clearTimeout(timer)
    done()
  }
  return new ReadableStream(
    {
      pull(controller) {
        clearTimeout(timer)
        const { done: ended, value } = pieces.next()
        if (ended) {
          controller.close()
          return end()
        }
        controller.enqueue(value)
        timer = setTimeout(() => {
          controller.error(new Error('the client does not take its answer'))
          end()
        }, pieceMs)
      },
      cancel: end,
    },
    { highWaterMark: 1 },
  )
}

function* piecesOf(parts: readonly Uint8Array[]): Generator<Uint8Array> {
  for (const part of parts)
    for (let at = 0; at < part.length; at += pieceBytes) yield part.subarray(at, at + pieceBytes)
}

/** The types of fetch want an `ArrayBuffer` beneath; ours are never shared. */
const asBody = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => bytes as Uint8Array<ArrayBuffer>
