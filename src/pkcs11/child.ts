import { initialiseModule } from './cryptoki.ts'
import { faultData } from './fault.ts'
import { endNow, Host } from './host.ts'
import type { FromChild, ToChild } from './protocol.ts'

// Entry of the process that holds one PKCS#11 module. Its parent starts and ends it; signals to the whole process group
// are the parent's to answer, so that running signatures finish.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => {})
// Without a parent nobody waits for a signature.
process.on('disconnect', endNow)

const send = (message: FromChild, done?: () => void): void => {
  if (process.connected) process.send!(message, undefined, {}, () => done?.())
}

let host: Host | null = null

process.on('message', async (message: ToChild) => {
  if (message.type === 'close') {
    await host?.close()
    process.exit(0)
  }
  try {
    const { module, libraryParameters } = message.options
    const cryptoki = await initialiseModule(module, libraryParameters ?? undefined)
    host = new Host(cryptoki, message.options, send)
    send({ type: 'ready' })
  } catch (error) {
    send({ type: 'failed', fault: faultData(error, 'C_Initialize') }, () => process.exit(1))
  }
})
