import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { makePdf } from '../../bench/lib/make-pdf.ts'

/** What became of a request; `status` null: no answer, the connection broke. */
export interface Outcome {
  readonly status: number | null
  readonly headers: Headers
  readonly bytes: Buffer
}

/** A request that can be sent again as it is. */
export interface Call {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: () => NonNullable<RequestInit['body']>
}

/** Sends it once; never throws. A service that stands still for a minute has failed. */
export async function send(url: string, apiKey: string, call: Call): Promise<Outcome> {
  try {
    const answer = await fetch(url + call.path, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}`, ...call.headers },
      body: call.body(),
      signal: AbortSignal.timeout(60_000),
    })
    const bytes = Buffer.from(await answer.arrayBuffer())
    return { status: answer.status, headers: answer.headers, bytes }
  } catch {
    return { status: null, headers: new Headers(), bytes: Buffer.alloc(0) }
  }
}

const isDone = ({ status }: Outcome): boolean => status === 200 || status === 201
const mayBeRepeated = ({ status }: Outcome): boolean => status === null || status === 409 || status === 503

/** Sends it until it is done, as a client that heeds 409 and 503 does; gives the last outcome after `ms`. */
export async function sendUntilDone(
  attempt: () => Promise<Outcome>,
  ms: number,
): Promise<Outcome & { readonly afterMs: number }> {
  const begun = performance.now()
  for (;;) {
    const outcome = await attempt()
    const afterMs = performance.now() - begun
    if (isDone(outcome) || !mayBeRepeated(outcome) || afterMs > ms) return { ...outcome, afterMs }
    await wait(50)
  }
}

/** A small PDF unlike any other. */
export function uniquePdf(): Buffer {
  const document = makePdf(4096, 'image')
  const image = document.indexOf('stream\n', document.indexOf('/Subtype /Image')) + 'stream\n'.length
  document.write(randomBytes(24).toString('hex'), image)
  return document
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
export const newKey = (): string => randomUUID()
