import { type Cryptoki, initialiseModule } from './cryptoki.ts'
import { faultData, Host } from './host.ts'
import type { FromChild, ToChild } from './protocol.ts'

// Entry of the process that holds one PKCS#11 module. Its parent starts and ends it; signals to the whole process group
// are the parent's to answer, so that running signatures finish.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => {})
// Without a parent nobody waits for a signature.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))

const send = (message: FromChild, done?: () => void): void => {
  if (process.connected) process.send!(message, undefined, {}, () => done?.())
}

let host: Host | null = null

process.on('message', async (message: ToChild) => {
  if (message.type === 'open') {
    let cryptoki: Cryptoki
    try {
      cryptoki = await initialiseModule(
        message.options.module,
        message.options.libraryParameters ?? undefined,
      )
    } catch (error) {
      return send({ type: 'failed', fault: faultData(error) }, () => process.exit(1))
    }
    host = new Host(cryptoki, message.options, send)
    send({ type: 'ready' })
  } else if (message.type === 'jobs') host?.accept(message.jobs)
  else if (message.type === 'key') host?.defineKey(message.key)
  else if (message.type === 'drop-session') host?.dropSession(message.session.thread, message.session.session)
  else if (message.type === 'close') {
    await host?.close()
    process.exit(0)
  }
})
