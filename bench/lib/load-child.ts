import { makePdf } from './make-pdf.ts'

/** What is asked of the load generator, and what it answers: milliseconds from when a request was due. */
export interface LoadRequest {
  readonly url: string
  readonly apiKey: string
  readonly bytes: number
  readonly ms: number
  /** Requests a second, due whether or not earlier ones are done; or callers that each wait for their answer. */
  readonly load: { readonly perSecond: number } | { readonly callers: number }
}

export interface LoadReport {
  readonly perSecond: number
  readonly p50: number
  readonly p95: number
  readonly max: number
  readonly failures: number
}

process.once('message', async (request: LoadRequest) => {
  const report = await generateLoad(request)
  process.send!(report, () => process.exit(0))
})

async function generateLoad({ url, apiKey, bytes, ms, load }: LoadRequest): Promise<LoadReport> {
  const body = makePdf(bytes, 'image')
  const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/pdf' }
  const times: number[] = []
  let failures = 0
  const sign = async (due: number): Promise<void> => {
    try {
      const answer = await fetch(url, { method: 'POST', headers, body: new Uint8Array(body) })
      const signed = await answer.arrayBuffer()
      if (answer.status !== 200 || signed.byteLength <= body.length) failures++
      else times.push(performance.now() - due)
    } catch {
      failures++
    }
  }
  const since = performance.now()
  if ('callers' in load)
    await Promise.all(Array.from({ length: load.callers }, () => repeat(sign, since + ms)))
  else await keepRate(sign, since, load.perSecond, ms)
  const seconds = (performance.now() - since) / 1000
  times.sort((a, b) => a - b)
  const at = (share: number): number =>
    times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0
  return { perSecond: times.length / seconds, p50: at(0.5), p95: at(0.95), max: at(1), failures }
}

async function repeat(sign: (due: number) => Promise<void>, until: number): Promise<void> {
  while (performance.now() < until) await sign(performance.now())
}

async function keepRate(
  sign: (due: number) => Promise<void>,
  since: number,
  perSecond: number,
  ms: number,
): Promise<void> {
  const running: Promise<void>[] = []
  for (let i = 0; i < (perSecond * ms) / 1000; i++) {
    const due = since + (i * 1000) / perSecond
    const early = due - performance.now()
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early))
    running.push(sign(due))
  }
  await Promise.all(running)
}
