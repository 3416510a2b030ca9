import { connect, createServer, type Server, type Socket } from 'node:net'

/** A door before the evaluation's time-stamping authority that can be shut and opened again, on one port. */
export interface TsaGate {
  readonly url: string
  /** Where the authority itself listens; known once the service has started it. */
  lead(tsaUrl: string): void
  shut(): Promise<void>
  open(): Promise<void>
}

export async function openTsaGate(): Promise<TsaGate> {
  let target = 0
  const sockets = new Set<Socket>()
  let server: Server
  const open = async (port: number): Promise<number> => {
    server = createServer((client) => {
      const behind = connect(target, '127.0.0.1')
      for (const socket of [client, behind]) {
        sockets.add(socket)
        socket.on('error', () => {})
        socket.once('close', () => {
          sockets.delete(socket)
          client.destroy()
          behind.destroy()
        })
      }
      client.pipe(behind).pipe(client)
    })
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, '127.0.0.1', resolve)
    })
    const address = server.address()
    return address && typeof address === 'object' ? address.port : 0
  }
  const port = await open(0)
  return {
    url: `http://127.0.0.1:${port}/tsa`,
    lead: (tsaUrl) => {
      target = Number(new URL(tsaUrl).port)
    },
    shut: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
    open: async () => {
      await open(port)
    },
  }
}
